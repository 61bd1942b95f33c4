// What actors may ask a supervisor (Erlang/OTP `supervisor`). Each is a request; errors come as `errc`.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/restart_plan.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "runtime/supervision/supervisor.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <any>
#include <cstdint>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

// -- looking ------------------------------------------------------------------

/// One child as its supervisor sees it (OTP `which_children`).
struct child_info {
  std::string id;
  std::string path;
  child_phase phase;
  child_type type;
  restart_type restart;
  std::uint32_t incarnation;     ///< Incarnations that came up.
  std::uint32_t restarts;        ///< Attempts to bring it back.
  std::uint32_t consecutive = 0; ///< Those since it was last healthy.

  friend bool operator==(const child_info&, const child_info&) = default;
};

/// Asks for the children in start order; answered with `children_list`.
struct which_children {};

struct children_list {
  std::vector<child_info> children;
  std::uint32_t max_restarts;
  std::uint32_t restarts_left; ///< In the window that ends now.
  restart_strategy strategy = restart_strategy::one_for_one;
  bool paused = false;

  friend bool operator==(const children_list&, const children_list&) = default;
};

/// Asks for one child; answered with `child_info`, or `child_not_found`.
struct which_child {
  std::string id;
};

/// Asks how many there are; answered with `child_counts`.
struct count_children {};

struct child_counts {
  std::uint64_t specs = 0;       ///< Children listed.
  std::uint64_t active = 0;      ///< Those an actor stands for.
  std::uint64_t supervisors = 0; ///< Of the listed ones.
  std::uint64_t workers = 0;

  friend bool operator==(const child_counts&, const child_counts&) = default;
};

/// Asks for a child's specification with its defaults filled in; answered with `child_spec`, or `child_not_found`.
struct get_child_spec {
  std::string id;
};

// -- changing -----------------------------------------------------------------

/// Answer to the commands below that leave a child behind.
struct child_reply {
  child_info child;
  caf::strong_actor_ptr handle; ///< Null when it was started and ignored.
  std::any info;                ///< What its start function gave.
};

/// Adds a child, the last in order, and starts it. Answered when it is up, with `child_reply`; or `already_running`,
/// `already_present` (it has ended, see `restart_child`, or is between two incarnations), `invalid_argument`, `overloaded` (`max_children`),
/// `stopping`, or why it failed to start: then it is not added. Not for a pool. A child added in this way is gone
/// when its supervisor itself is made anew.
struct start_child {
  child_spec spec;
};

/// Starts a child of a pool from its template; its id is the next number. Answered as `start_child`.
struct start_pooled {
  std::any args;
};

/// Stops a child and keeps its specification unless it is temporary. It is not brought back, and its end does not
/// count for `auto_shutdown`. Answered with `child_info` of the moment when it has ended (or was abandoned); or
/// `child_not_found`.
struct terminate_child {
  std::string id;
};

/// Starts a child that has ended. Answered when it is up, with `child_reply`; or `already_running`, `restarting`,
/// `child_not_found`, `stopping`. Takes nothing from the budget.
struct restart_child {
  std::string id;
  /// Replace the incarnation of a running child: it is asked to stop, and begins anew in place.
  bool even_if_running = false;
};

/// Forgets a child that has ended. Answered with `child_info`; or `already_running`, `restarting`, `child_not_found`.
struct delete_child {
  std::string id;
};

/// New options for what is decided from now on; answered with nothing, or `invalid_argument`. Children are left alone.
struct change_supervisor {
  supervisor_options options;
};

/// A new specification for a child, by its id: it counts from the next decision, its start function from the next
/// actor. Answered with `child_info`, or `child_not_found`, `invalid_argument`.
struct change_child {
  child_spec spec;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::which_children)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::children_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::which_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::count_children)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::get_child_spec)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_spec)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::start_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::start_pooled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::terminate_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::restart_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::delete_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::change_supervisor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::change_child)
