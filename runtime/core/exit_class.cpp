// Names of the ways to end.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/exit_class.hpp"

namespace troupe {

std::string_view to_string(exit_class how) noexcept {
  switch (how) {
    case exit_class::normal:
      return "normal";
    case exit_class::shutdown:
      return "shutdown";
    case exit_class::crashed:
      return "crashed";
    case exit_class::killed:
      return "killed";
    case exit_class::abandoned:
      return "abandoned";
    case exit_class::start_failed:
      return "start_failed";
    case exit_class::escalated:
      return "escalated";
    case exit_class::unreachable:
      return "unreachable";
  }
  return "?";
}

std::string_view to_string(stop_reason::kind_type kind) noexcept {
  switch (kind) {
    case stop_reason::kind_type::requested:
      return "requested";
    case stop_reason::kind_type::signal:
      return "signal";
    case stop_reason::kind_type::interrupt:
      return "interrupt";
    case stop_reason::kind_type::task_failed:
      return "task_failed";
    case stop_reason::kind_type::start_failed:
      return "start_failed";
  }
  return "?";
}

} // namespace troupe
