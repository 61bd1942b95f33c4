// What a tree of supervisors can come to: how long its stop may take, how often it may restart before it gives up.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/child_spec.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// Computed from specifications alone; what is added at run time is not in it.
struct worst_case {
  /// Time until everything has ended or been abandoned; empty when a child may take as long as it likes, and then the
  /// deadline of the whole stop is the bound.
  std::optional<std::chrono::milliseconds> stop;
  /// Restarts that can happen before the top gives up, if they come fast: the product over the levels (OTP, "tuning
  /// the intensity"). `never` when a supervisor on the way pauses instead.
  std::uint64_t restarts = 0;
  static constexpr std::uint64_t never = UINT64_MAX;

  /// Children whose own time to stop is shorter than what is below them may need, so that they would be given up with
  /// healthy children: `/app/web: has 5 s to stop, its children may need 12 s`.
  std::vector<std::string> misfits;
};

/// @param path Of the supervisor or worker that `spec` is for.
[[nodiscard]] worst_case worst_case_of(const child_spec& spec, const std::string& path);

} // namespace troupe
