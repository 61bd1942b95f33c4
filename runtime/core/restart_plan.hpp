// What a supervisor does about its children: a pure state machine from events to effects.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/child_rules.hpp"
#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"
#include "runtime/core/restart_window.hpp"
#include "runtime/core/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// Where a child stands in the eyes of its supervisor.
enum class child_phase : std::uint8_t {
  idle,       ///< Its turn to start has not come.
  starting,   ///< Told to begin its first incarnation, has not reported yet.
  running,    ///< Reported that it is up.
  backoff,    ///< Failed; waits for its next incarnation.
  restarting, ///< Told to begin a later incarnation, has not reported yet.
  halting,    ///< Told to end its incarnation and to stay; for a group restart or one by hand.
  halted,     ///< Between two incarnations of such a restart.
  stopping,   ///< Told to end, still there.
  stopped,    ///< Ended, and listed.
  abandoned,  ///< Did not stop in its time; no longer waited for.
};

[[nodiscard]] std::string_view to_string(child_phase phase) noexcept;

/// Names a child in its plan. A number is used again after its child has been forgotten.
using child_slot = std::uint32_t;
inline constexpr child_slot no_child = 0xffff'ffff;

/// Names somebody who waits for a command to be done; zero: nobody does.
using plan_token = std::uint64_t;

/// One child as the plan sees it.
struct planned_child {
  std::shared_ptr<const child_rules> rules;
  steady_time up_at{};           ///< When the running incarnation came up.
  std::uint32_t incarnation = 0; ///< Incarnations that came up.
  std::uint32_t restarts = 0; ///< Attempts to bring it back, also failed ones; not those by hand.
  std::uint32_t consecutive = 0;  ///< Those since it was last healthy for its quiet time.
  child_slot previous = no_child; ///< In start order.
  child_slot next = no_child;
  child_phase phase = child_phase::idle;
  bool present = false; ///< An actor stands for it.

  // The plan's own notes.
  bool due = false;     ///< The start, or the group restart, that is on has still to see to it.
  bool by_hand = false; ///< Begun by a command: if that fails it stays stopped,
  bool fresh = false;   ///< or is forgotten when it was never up.
  bool init_expired = false; ///< Being stopped because it did not come up in time.
  bool armed = false;        ///< Its timer runs.
};

/// What to do, in the order given.
namespace plan {

/// Make the actor of this child: its first start, or one after its actor has ended.
struct spawn {
  child_slot child;
};
/// Give the suspended actor of this child a new incarnation: same address, same mailbox, fresh
/// state.
struct restart_in_place {
  child_slot child;
};
/// Let the suspended actor go on as it is.
struct resume {
  child_slot child;
};
/// All children are up: let this one begin its work.
struct signal_start {
  child_slot child;
};
/// Ask for the end of the incarnation, not of the actor; `timer_expired` after `grace`.
struct halt {
  child_slot child;
  std::chrono::milliseconds grace;
};
/// Ask this child to stop; `timer_expired` when it is still there after `grace`.
struct stop {
  child_slot child;
  std::chrono::milliseconds grace;
};
/// End the suspended actor, which has failed or quit and does not come back; `timer_expired` when
/// it is still there after a second.
struct end {
  child_slot child;
};
/// This child is no longer waited for: report it.
struct abandon {
  child_slot child;
};
/// Forget this child; its slot is free.
struct forget {
  child_slot child;
};
/// Say `timer_expired` for this child, or without one for the supervisor, after `delay`. There is
/// at most one such timer each; a new one takes the place of the old one.
struct arm {
  child_slot child;
  std::chrono::nanoseconds delay;
};
struct disarm {
  child_slot child;
};
/// Somebody's command is done, or was refused.
struct answer {
  plan_token token;
  child_slot child;
  std::optional<error> why;
};
/// All children are up.
struct ready {};
/// A restart budget is spent and nobody is restarted for a while.
struct pause {
  child_slot child;
  std::chrono::nanoseconds length;
};
/// The supervisor begins to stop on its own.
struct give_up {
  struct cause {
    child_slot child;
    error why;
  };
  exit_class how;
  std::vector<cause> causes; ///< Several only when several children failed to start at once.
  std::optional<restart_limits> limits; ///< The budget that is spent, if it is that.
  std::uint32_t consecutive = 0;        ///< Or the bound of restarts in a row.
};
/// Nothing is left to do; the supervisor ends.
struct finish {
  exit_class how;
};

using effect = std::variant<spawn, restart_in_place, resume, signal_start, halt, stop, end, abandon,
                            forget, arm, disarm, answer, ready, pause, give_up, finish>;
using effects = std::vector<effect>;

struct added {
  child_slot child;
  effects todo;
};

} // namespace plan

/// The decisions of a supervisor as values (Erlang/OTP `supervisor`, with the differences of
/// docs/supervision.md). The actor above it only carries the effects out and reports back. An event
/// that no longer fits the phase of its child (a late report) is answered with no effects.
///
/// Budget: every restart, and every failed attempt to restart, takes one from the supervisor's
/// window, and from the child's if it has one; what is done by hand takes none.
/// Group restarts: while one is on, failures of children outside of it wait until it is done. Who
/// belongs to it is fixed when it begins; `terminate` takes a member out, and a failure of a member
/// before its turn comes is no further failure.
/// Cost: constant per event, apart from a stop and a group restart, which visit the children
/// concerned once.
/// Thread safety: none; it is a value.
class restart_plan {
public:
  /// @param children The static ones in start order; they get the slots 0, 1, ...
  /// @param seed Of the jitter.
  /// @pre the rules have been validated.
  explicit restart_plan(supervisor_rules rules,
                        std::vector<std::shared_ptr<const child_rules>> children = {},
                        std::uint32_t seed = 1);

  // -- what happened ----------------------------------------------------------

  /// The supervisor was started. Called once.
  [[nodiscard]] plan::effects start();

  /// The child reported that an incarnation is up.
  [[nodiscard]] plan::effects started(child_slot child, steady_time now);

  /// The child's factory says that it is not wanted now; `alive`: a suspended actor is left.
  [[nodiscard]] plan::effects start_ignored(child_slot child, bool alive, steady_time now);

  /// The child's factory or constructor failed. `alive`: the actor is there, suspended, to try
  /// again.
  [[nodiscard]] plan::effects start_failed(child_slot child, error why, bool alive,
                                           steady_time now);

  /// An exception was contained; the actor is suspended and waits for the decision. Before it has
  /// reported that it is up this counts as a failed start.
  [[nodiscard]] plan::effects crashed(child_slot child, error why, steady_time now,
                                      failure_directive directive = failure_directive::restart);

  /// The actor has called `quit`; it is suspended and waits for the decision.
  [[nodiscard]] plan::effects quit(child_slot child, exit_class how, error why, steady_time now);

  /// The incarnation has ended as `plan::halt` asked, or by a failure on the way; the actor is
  /// suspended.
  [[nodiscard]] plan::effects halted(child_slot child, steady_time now);

  /// The actor has ended.
  [[nodiscard]] plan::effects ended(child_slot child, exit_class how, error why, steady_time now);

  /// The time given with `arm`, `halt`, `stop` or `end` is over.
  [[nodiscard]] plan::effects timer_expired(child_slot child, steady_time now);

  // -- commands ---------------------------------------------------------------

  /// A new child, the last in order. @returns its slot, or `overloaded` (too many) or `stopping`.
  [[nodiscard]] result<plan::added> add(std::shared_ptr<const child_rules> rules, plan_token token);

  /// Stops a child for now; its specification stays unless it is temporary or the strategy is
  /// `dynamic`. Answered when it has ended.
  [[nodiscard]] plan::effects terminate(child_slot child, plan_token token, steady_time now);

  /// Starts a child that has ended; answered when it is up. Otherwise `already_running`, unless
  /// `even_if_running`: its incarnation is stopped and replaced in place; or `restarting`, also
  /// when it is about to come back with its group.
  [[nodiscard]] plan::effects restart(child_slot child, bool even_if_running, plan_token token,
                                      steady_time now);

  /// Forgets a child that has ended. Otherwise `already_running` or `restarting`.
  [[nodiscard]] plan::effects remove(child_slot child, plan_token token);

  /// The supervisor is to stop. Idempotent: a second call joins the first.
  [[nodiscard]] plan::effects stop();

  /// New rules for decisions from now on; running children are left alone.
  void change(supervisor_rules rules);
  void change(child_slot child, std::shared_ptr<const child_rules> rules);

  // -- what is ----------------------------------------------------------------

  [[nodiscard]] const planned_child& at(child_slot child) const { return children_[child]; }
  /// The oldest child; go on by its `next`.
  [[nodiscard]] child_slot first() const noexcept { return head_; }
  [[nodiscard]] child_slot last() const noexcept { return tail_; }
  /// Children listed.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const restart_window& window() const noexcept { return window_; }
  [[nodiscard]] const supervisor_rules& rules() const noexcept { return rules_; }
  [[nodiscard]] bool ready() const noexcept { return mode_ == mode::running; }
  [[nodiscard]] bool paused() const noexcept { return paused_; }
  [[nodiscard]] bool stopping() const noexcept { return mode_ == mode::stopping; }
  [[nodiscard]] bool finished() const noexcept { return mode_ == mode::finished; }

private:
  enum class mode : std::uint8_t { starting, running, stopping, finished };
  enum class group : std::uint8_t { none, halting, delayed, starting };
  struct failure {
    exit_class how;
    error why;
    failure_directive directive = failure_directive::restart;
  };
  struct waiter {
    plan_token token;
    bool for_start;
  };

  // The list.
  child_slot append(std::shared_ptr<const child_rules> rules);
  void forget(child_slot child, plan::effects& out);

  // One child.
  void begin(child_slot child, plan::effects& out);
  void ask_to_stop(child_slot child, plan::effects& out);
  void ask_to_halt(child_slot child, plan::effects& out);
  /// Ends what is left of a child that is suspended or gone, and is not to come back.
  void end(child_slot child, plan::effects& out);
  /// The actor is no longer there, or no longer waited for; `phase` says which.
  void gone(child_slot child, child_phase phase, plan::effects& out);
  /// Nothing is left to be done about this child: tells those who wait, and forgets it if it is not
  /// to be listed.
  void close(child_slot child, child_phase phase, plan::effects& out);
  void set_phase(planned_child& child, child_phase phase) noexcept;
  void set_due(planned_child& child, bool due) noexcept;
  void disarm(child_slot child, plan::effects& out);
  void wait(child_slot child, plan_token token, bool for_start);
  void answer(child_slot child, bool for_start, const std::optional<error>& why,
              plan::effects& out);
  static void reply(child_slot child, plan_token token, std::optional<error> why,
                    plan::effects& out);

  // A failure (restart_plan_failure.cpp).
  void failed(child_slot child, failure what, plan::effects& out);
  void attempt_failed(child_slot child, error why, plan::effects& out);
  void first_start_failed(child_slot child, error why, plan::effects& out);
  void decide(child_slot child, const failure& what, plan::effects& out);
  /// Takes a restart from the budgets. @returns false when one of them is spent; that has been
  /// acted on.
  [[nodiscard]] bool spend(child_slot child, const error& why, plan::effects& out);
  void let_go(child_slot child, plan::effects& out);
  [[nodiscard]] bool significant_left(child_slot besides) const;
  void begin_pause(child_slot child, plan::effects& out);
  void end_pause(plan::effects& out);
  [[nodiscard]] bool by_group() const noexcept;
  [[nodiscard]] double random();

  // Sequences: the start, a group restart, the stop (restart_plan_sequence.cpp).
  void advance_start(plan::effects& out);
  void begin_group(child_slot cause, std::chrono::nanoseconds delay, plan::effects& out);
  void advance_group(plan::effects& out);
  /// The group restart comes to this child on its way back.
  void make_way(child_slot child, plan::effects& out);
  void cancel_group();
  void handle_postponed(plan::effects& out);
  /// Whatever sequence is on goes on.
  void advance(plan::effects& out);
  void begin_stop(plan::give_up why, plan::effects& out);
  void begin_stop(exit_class how, plan::effects& out);
  void advance_stop(plan::effects& out);

  supervisor_rules rules_;
  restart_window window_;
  std::unordered_map<child_slot, restart_window> own_windows_;
  std::vector<planned_child> children_;
  child_slot head_ = no_child;
  child_slot tail_ = no_child;
  child_slot free_ = no_child; ///< Forgotten slots, linked by `next`.
  std::size_t size_ = 0;
  std::unordered_multimap<child_slot, waiter> waiters_;

  mode mode_ = mode::starting;
  group group_ = group::none;
  bool paused_ = false;
  bool armed_ = false; ///< The supervisor's own timer runs.
  /// The next child of the sequence that is on: forwards in a start, backwards in a stop.
  child_slot cursor_ = no_child;
  child_slot group_first_ = no_child;
  std::chrono::nanoseconds group_delay_{};
  std::size_t due_ = 0;      ///< Children that are due.
  std::size_t stopping_ = 0; ///< Children in `stopping` or `halting`.
  std::vector<plan::give_up::cause> start_failures_;
  std::deque<std::pair<child_slot, failure>> postponed_; ///< Failures beside a group restart.
  steady_time now_{};                                    ///< Of the event in hand.
  exit_class outcome_ = exit_class::shutdown;
  std::minstd_rand random_;
};

} // namespace troupe
