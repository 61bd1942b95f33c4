// Names of the rules.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/child_rules.hpp"

#include <array>

namespace troupe {

namespace {

template <class Enum, std::size_t N>
std::string_view name(Enum value, const std::array<std::string_view, N>& names) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : "?";
}

} // namespace

std::string_view to_string(restart_type value) noexcept {
  return name<restart_type, 3>(value, {"permanent", "transient", "temporary"});
}

std::string_view to_string(restart_strategy value) noexcept {
  return name<restart_strategy, 4>(value,
                                   {"one_for_one", "one_for_all", "rest_for_one", "dynamic"});
}

std::string_view to_string(failure_directive value) noexcept {
  return name<failure_directive, 4>(value, {"restart", "resume", "stop", "escalate"});
}

std::string_view to_string(auto_shutdown value) noexcept {
  return name<auto_shutdown, 3>(value, {"never", "any_significant", "all_significant"});
}

std::string_view to_string(limit_action value) noexcept {
  return name<limit_action, 2>(value, {"escalate", "pause"});
}

std::string_view to_string(start_mode value) noexcept {
  return name<start_mode, 2>(value, {"one_by_one", "together"});
}

std::string_view to_string(stop_order value) noexcept {
  return name<stop_order, 2>(value, {"reverse_order", "together"});
}

std::string_view to_string(start_failure value) noexcept {
  return name<start_failure, 2>(value, {"abort", "go_on"});
}

} // namespace troupe
