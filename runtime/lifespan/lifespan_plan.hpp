// The order of a start and a stop: a pure state machine, from what happened to what to do.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"
#include "runtime/core/result.hpp"
#include "runtime/lifespan/lifespan_message.hpp"
#include "runtime/lifespan/lifespan_options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// A startup function with the shutdown function that undoes it; either may be missing.
struct lifespan_hook {
  std::string name;
  bool has_startup = true;
  bool has_shutdown = false;
};

/// What went wrong in a start or a stop; empty lists mean: nothing.
struct lifespan_report {
  /// Why it stopped; the first reason given.
  stop_reason reason;
  /// The start failed, here is why.
  std::optional<error> start_failure;
  /// The root supervisor gave up while the application ran.
  std::optional<error> escalation;

  struct hook_failure {
    std::string name;
    error why; ///< `errc::timed_out` for one that was given up.
    friend bool operator==(const hook_failure&, const hook_failure&) = default;
  };
  /// Shutdown handlers that failed or were given up.
  std::vector<hook_failure> failed_shutdowns;

  struct missing_ack {
    lifespan_event event;
    std::string path;
    error why; ///< `errc::timed_out` when none came.
    friend bool operator==(const missing_ack&, const missing_ack&) = default;
  };
  std::vector<missing_ack> missing_acks;

  /// Names of functions that were given up and may still run.
  std::vector<std::string> unfinished;
  /// The tree of supervisors did not end in its time.
  bool tree_unfinished = false;

  /// Something was left undone or unfinished by the stop.
  [[nodiscard]] bool has_leftovers() const noexcept {
    return !failed_shutdowns.empty() || !missing_acks.empty() || !unfinished.empty()
           || tree_unfinished;
  }
};

namespace lifespan_step {

/// Call the startup or shutdown function of this hook; report with `hook_done`.
struct call_hook {
  std::size_t hook;
  bool shutdown;
};
/// Give up the function in hand.
struct abandon_hook {};
/// Spawn the root supervisor; report with `tree_ready` or `tree_failed`.
struct start_tree {};
/// Ask the root supervisor to stop until `deadline`; report with `tree_ended`.
struct stop_tree {
  stop_reason reason;
  steady_time deadline;
};
/// Send the event to every subscriber; report with `broadcast_done`.
struct broadcast {
  lifespan_event event;
  stop_reason reason;
  steady_time deadline;
};
/// Call `timer_due(ticket)` at `at`. A later `arm` replaces this one.
struct arm {
  std::uint64_t ticket;
  steady_time at;
};
/// The state is this one now.
struct enter {
  lifespan_state state;
};
/// All is over.
struct finish {};

using effect
  = std::variant<call_hook, abandon_hook, start_tree, stop_tree, broadcast, arm, enter, finish>;
using effects = std::vector<effect>;

} // namespace lifespan_step

/// Start: startup functions in order, the tree, `startup`, `started`, state ready, `ready`.
/// Stop: state lame_duck and its delay, `stopping`, state draining and `drain`, state stopping and
/// `shutdown`, the tree, shutdown functions in reverse order of those whose startup was reached, state
/// stopped. Every wait has a deadline, and what misses it is noted while the next step goes on.
/// A failed or interrupted start runs the stop from the tree on, under `rollback_time`; a startup function in
/// hand when the start is interrupted has `handler_time` to finish, and is then undone like the others.
/// An event that belongs to a step already left is ignored.
/// Thread safety: none; it is a value.
class lifespan_plan {
public:
  /// @pre `options` is valid.
  lifespan_plan(lifespan_options options, std::vector<lifespan_hook> hooks);

  // -- what happened ----------------------------------------------------------

  [[nodiscard]] lifespan_step::effects begin(steady_time now);
  [[nodiscard]] lifespan_step::effects hook_done(std::size_t hook, bool shutdown,
                                                 std::optional<error> failure, steady_time now);
  [[nodiscard]] lifespan_step::effects tree_ready(steady_time now);
  [[nodiscard]] lifespan_step::effects tree_failed(error why, steady_time now);
  /// The root supervisor has ended; `failure` when it gave up.
  [[nodiscard]] lifespan_step::effects tree_ended(std::optional<error> failure, steady_time now);
  /// Everybody has acknowledged the event or is listed as missing.
  [[nodiscard]] lifespan_step::effects broadcast_done(
    lifespan_event event, std::vector<lifespan_report::missing_ack> missing, steady_time now);
  /// Asks for a stop. The first reason is kept; later calls change nothing.
  [[nodiscard]] lifespan_step::effects stop(stop_reason reason, steady_time now);
  [[nodiscard]] lifespan_step::effects timer_due(std::uint64_t ticket, steady_time now);

  // -- what is ----------------------------------------------------------------

  [[nodiscard]] lifespan_state state() const noexcept { return state_; }
  [[nodiscard]] const lifespan_report& report() const noexcept { return report_; }
  [[nodiscard]] bool finished() const noexcept { return step_ == step::finished; }

private:
  enum class step : std::uint8_t {
    idle,
    calling_startup,
    starting_tree,
    announcing_startup,
    announcing_started,
    announcing_ready,
    running,
    lame_duck,
    announcing_stopping,
    announcing_drain,
    announcing_shutdown,
    stopping_tree,
    calling_shutdown,
    finished,
  };

  using effects = lifespan_step::effects;

  void go(lifespan_state state, effects& out);
  void announce(step next, lifespan_event event, steady_time deadline, effects& out);
  void arm(steady_time at, effects& out);
  void next_startup(steady_time now, effects& out);
  void fail_start(error why, steady_time now, effects& out);
  void interrupt(steady_time now, effects& out);
  void begin_stop(stop_reason reason, steady_time now, effects& out);
  void after_lame_duck(steady_time now, effects& out);
  void stop_tree(steady_time now, effects& out);
  void first_shutdown(steady_time now, effects& out);
  void next_shutdown(steady_time now, effects& out);
  [[nodiscard]] bool starting() const noexcept;
  /// `now + time`, but not after the end of the whole stop (or start).
  [[nodiscard]] steady_time within(std::chrono::milliseconds time, steady_time now) const;

  lifespan_options options_;
  std::vector<lifespan_hook> hooks_;
  step step_ = step::idle;
  lifespan_state state_ = lifespan_state::starting;
  lifespan_report report_;
  std::size_t next_hook_ = 0;   ///< The hook in hand, or the next one.
  std::size_t hooks_begun_ = 0; ///< Hooks whose startup ended well; their shutdown is owed.
  bool tree_alive_ = false;
  bool interrupted_ = false; ///< A stop was asked for during the start.
  steady_time end_{};        ///< Of the start, then of the stop.
  std::uint64_t ticket_ = 0;
};

} // namespace troupe
