// The bridge between Troupe's errors and CAF's.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/exit_class.hpp"
#include "runtime/core/result.hpp"

#include <caf/fwd.hpp>

#include <exception>

namespace [[gnu::visibility("default")]] troupe {

/// Packs an error so that it can travel as a CAF answer or exit reason.
[[nodiscard]] caf::error to_caf(const error& why);

/// The error a CAF answer or exit reason stands for. Ours come back as they were packed; of CAF's own,
/// `request_timeout` is `timed_out`, `request_receiver_down` is `gone`, an unmatched message is
/// `unexpected_message`, `runtime_error` is `crashed`; the rest is `unknown` with CAF's text.
[[nodiscard]] error from_caf(const caf::error& why);

/// How an actor with this exit reason ended.
[[nodiscard]] exit_class classify(const caf::error& reason);

/// The exit reason that is classified as `how` and carries `why`. An abandoned actor counts as killed.
[[nodiscard]] caf::error to_exit_reason(exit_class how, const error& why);

/// The exception in hand as an error of kind `code`: its text, or the name of its type if it has none, followed by
/// those of nested exceptions, its causes.
/// A `death_pact` is always `errc::death_pact`. @pre called inside a catch block.
[[nodiscard]] error current_exception_as(errc code);
/// The same for an exception that has been caught by its type, which costs one throw less.
[[nodiscard]] error exception_as(errc code, const std::exception& what);

} // namespace troupe
