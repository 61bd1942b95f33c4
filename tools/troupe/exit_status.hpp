// What `troupe` tells the shell.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/errc.hpp"

namespace troupe::tool {

/// docs/inspection.md lists them; a test compares.
enum class exit_status : int {
  done = 0,
  failed = 1, ///< The output could not be written.
  usage = 2, ///< The command line is wrong, or does not say which of several applications is meant.
  not_found = 3,      ///< The application has no such actor.
  cannot_connect = 4, ///< Nobody is there, or may not be spoken to.
  timed_out = 5,
  target_error = 7, ///< The target answered with an error, or with something that is no answer.
};

/// The status for an error of a verb.
[[nodiscard]] constexpr exit_status status_of(errc code) noexcept {
  switch (code) {
    case errc::invalid_argument:
      return exit_status::usage;
    case errc::not_found:
      return exit_status::not_found;
    case errc::not_running:
    case errc::permission_denied:
      return exit_status::cannot_connect;
    case errc::timed_out:
      return exit_status::timed_out;
    default:
      return exit_status::target_error;
  }
}

} // namespace troupe::tool
