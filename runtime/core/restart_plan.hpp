// What a supervisor does about its children: a pure state machine, from what happened to what to do.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"
#include "runtime/core/restart_window.hpp"
#include "runtime/core/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// When a child is brought back (OTP).
enum class restart_type : std::uint8_t {
  permanent, ///< Always, also after a normal end.
  transient, ///< Only after an abnormal end.
  temporary, ///< Never.
};

[[nodiscard]] std::string_view to_string(restart_type type) noexcept;

/// Where a child stands in the eyes of its supervisor.
enum class child_phase : std::uint8_t {
  idle,       ///< Never started, or stopped before it was its turn.
  starting,   ///< Spawned, has not reported yet.
  running,    ///< Reported that it is up.
  restarting, ///< Failed, told to begin a new incarnation, has not reported yet.
  stopping,   ///< Told to stop, still alive.
  stopped,    ///< Ended.
  abandoned,  ///< Did not stop in its time; no longer waited for.
};

[[nodiscard]] std::string_view to_string(child_phase phase) noexcept;

/// One child as the plan sees it; its position in the list is its name here.
struct planned_child {
  std::string id;
  restart_type restart = restart_type::permanent;
  /// Time the child has to stop; after that it is abandoned.
  std::chrono::milliseconds shutdown{5'000};

  child_phase phase = child_phase::idle;
  /// Starts so far, in place or as a new actor; the running incarnation's number.
  std::uint32_t incarnation = 0;
  /// Restart attempts so far, failed ones included.
  std::uint32_t restarts = 0;
};

/// What to do, in the order given.
namespace plan {

/// Make the actor of this child (its first start, or a start after it has ended).
struct spawn {
  std::size_t child;
};
/// Give the suspended actor of this child a new incarnation: same address, same mailbox, fresh state.
struct restart_in_place {
  std::size_t child;
};
/// Ask this child to stop; call `stop_expired` when it is still there after `grace`.
struct stop {
  std::size_t child;
  std::chrono::milliseconds grace;
};
/// This child is no longer waited for: report it.
struct abandon {
  std::size_t child;
};
/// All children are up.
struct ready {};
/// Nothing is left to do; the supervisor ends this way.
struct finish {
  exit_class how;
  /// For `start_failed` and `escalated`: which child, and why.
  std::optional<error> why;
};

using effect = std::variant<spawn, restart_in_place, stop, abandon, ready, finish>;
using effects = std::vector<effect>;

} // namespace plan

/// The decisions of a one_for_one supervisor as values. Children start in list order, each after the one
/// before has reported; they stop in reverse order, each waited for. The actor above it only carries the
/// effects out and reports back. An event that no longer fits the phase of its child (a late report) is
/// answered with no effects.
///
/// Budget: every restart, and every failed attempt to restart, takes one from the window. When it is
/// spent the plan stops the other children in reverse order and finishes as `escalated`.
/// Thread safety: none; it is a value.
class restart_plan {
public:
  /// @pre the children have unique ids and have been validated.
  restart_plan(restart_limits limits, std::vector<planned_child> children);

  // -- what happened ----------------------------------------------------------

  /// The supervisor was started. Called once.
  [[nodiscard]] plan::effects start();

  /// The child reported that an incarnation is up.
  [[nodiscard]] plan::effects started(std::size_t child);

  /// The child's factory or constructor failed. In the first start this rolls everything back; in a
  /// restart it is one more failed attempt, and `alive` says whether the old actor is there to try again.
  [[nodiscard]] plan::effects start_failed(std::size_t child, error why, bool alive,
                                           steady_time now);

  /// An exception was contained; the actor is suspended and waits for the decision. Before it has reported
  /// that it is up this counts as a failed start.
  [[nodiscard]] plan::effects crashed(std::size_t child, error why, steady_time now);

  /// The actor has ended.
  [[nodiscard]] plan::effects ended(std::size_t child, exit_class how, error why, steady_time now);

  /// The supervisor is to stop. Idempotent: a second call joins the first.
  [[nodiscard]] plan::effects stop();

  /// The grace given with `plan::stop` is over.
  [[nodiscard]] plan::effects stop_expired(std::size_t child);

  // -- what is ----------------------------------------------------------------

  [[nodiscard]] const std::vector<planned_child>& children() const noexcept { return children_; }
  [[nodiscard]] const restart_window& window() const noexcept { return window_; }
  [[nodiscard]] bool stopping() const noexcept { return mode_ == mode::stopping; }
  [[nodiscard]] bool finished() const noexcept { return mode_ == mode::finished; }

private:
  enum class mode : std::uint8_t { starting, running, stopping, finished };

  /// Starts the first idle child, or says that all are up.
  void advance_start(plan::effects& out);
  /// Stops the last child that is still alive, or finishes.
  void advance_stop(plan::effects& out);
  void begin_stop(exit_class how, std::optional<error> why, plan::effects& out);
  /// Takes one restart from the budget and brings the child back, or gives up.
  void bring_back(std::size_t child, bool alive, error why, steady_time now, plan::effects& out);
  [[nodiscard]] static bool is_alive(const planned_child& child) noexcept;

  restart_window window_;
  std::vector<planned_child> children_;
  mode mode_ = mode::starting;
  /// In the start: children before it have had their turn. In the stop: children from it on have ended or been
  /// abandoned, and none of them comes back.
  std::size_t next_ = 0;
  exit_class outcome_ = exit_class::shutdown;
  std::optional<error> why_;
};

} // namespace troupe
