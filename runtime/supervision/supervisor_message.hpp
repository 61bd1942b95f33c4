// What actors may ask a supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/restart_plan.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// Asks for the children in start order; answered with `children_list`.
struct which_children {};

/// One child as its supervisor sees it (OTP `which_children`).
struct child_info {
  std::string id;
  std::string path;
  child_phase phase;
  child_type type;
  restart_type restart;
  std::uint32_t incarnation; ///< Incarnations that came up.
  std::uint32_t restarts;    ///< Attempts to bring it back.

  friend bool operator==(const child_info&, const child_info&) = default;
};

struct children_list {
  std::vector<child_info> children;
  std::uint32_t max_restarts;
  std::uint32_t restarts_left; ///< In the window that ends now.

  friend bool operator==(const children_list&, const children_list&) = default;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::which_children)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::children_list)
