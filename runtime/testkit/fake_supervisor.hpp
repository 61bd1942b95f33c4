// Starts one actor the way a supervisor does, and leaves the decisions to the test.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"
#include "runtime/core/result.hpp"
#include "runtime/caf/actor_record.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "runtime/testkit/recording_sink.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

/// What a supervised actor told its supervisor, or its end.
struct child_report {
  enum class kind_type : std::uint8_t {
    up,
    crashed,
    start_failed,
    start_ignored,
    quit,
    halted,
    ended,
  };

  kind_type kind;
  std::uint64_t actor_id;
  std::uint32_t incarnation;          ///< Of `up`, `crashed`, `quit` and `halted`; else 0.
  error why;                          ///< Of `crashed`, `start_failed`, `quit` and an abnormal end.
  bool alive;                         ///< The actor is still there; false for `ended`.
  exit_class how;                     ///< Of `quit` and `ended`; else `normal`.
  std::exception_ptr cause = nullptr; ///< Of `crashed`.

  /// `up #1`, `crashed #1: boom`, `start failed (alive): no disk`, `start ignored (ended)`, `quit #1: normal`,
  /// `halted #1`, `ended: shutdown`.
  [[nodiscard]] std::string to_text() const;
};

/// A supervisor without decisions of its own: it starts what it is given (a worker's specification as well as
/// `make_supervisor`'s), keeps every report, and sends the directives the test asks for.
///
/// Let it go before the actor system; its destructor asks its children to stop and clears its events.
/// Thread safety: any thread.
class fake_supervisor {
public:
  /// @param path of the supervisor; a child's is `<path>/<id>`.
  explicit fake_supervisor(caf::actor_system& system, std::string path = "/test");
  ~fake_supervisor();
  fake_supervisor(const fake_supervisor&) = delete;
  fake_supervisor& operator=(const fake_supervisor&) = delete;

  /// Calls the start function and watches the actor. An exception is `errc::start_failed`.
  result<started_child> start(const child_spec& spec);

  /// With `true` every crash and every failed restart is answered by a restart at once. Initially nothing is done.
  void restart_crashed(bool yes);
  /// With `true`, as it is initially, an actor that quits is told to end, as a temporary child is. With `false`
  /// nothing is done.
  void end_quitters(bool yes);

  /// Tells the actor to begin a new incarnation.
  void restart(const started_child& child);
  /// Tells the suspended actor to go on with the state it has.
  void resume(const started_child& child);
  /// Ends the actor without asking its state.
  void end(const started_child& child, exit_class how = exit_class::shutdown, error why = {});
  /// Asks the actor to end its incarnation and to stay.
  void halt(const started_child& child,
            stop_reason reason = {stop_reason::kind_type::requested, "test"},
            steady_time deadline = steady_time::max());
  /// Says that its siblings are up, too.
  void signal_start(const started_child& child);
  /// Asks the actor to stop.
  void stop(const started_child& child,
            stop_reason reason = {stop_reason::kind_type::requested, "test"},
            steady_time deadline = steady_time::max());

  [[nodiscard]] const caf::strong_actor_ptr& handle() const noexcept;
  /// What nested supervisors publish.
  [[nodiscard]] const std::shared_ptr<recording_sink>& events() const noexcept;

  [[nodiscard]] std::vector<child_report> reports() const;
  /// The reports as lines.
  [[nodiscard]] std::vector<std::string> lines() const;
  [[nodiscard]] std::size_t count(child_report::kind_type kind) const;
  void clear();

  /// Blocks until at least `count` reports of this kind have come; for real schedulers.
  /// @returns whether that came true within `limit`.
  [[nodiscard]] bool wait_for(child_report::kind_type kind, std::size_t count,
                              std::chrono::milliseconds limit = std::chrono::seconds{30}) const;

private:
  void send(const started_child& child, caf::message order);

  struct state;
  std::shared_ptr<state> state_;
  caf::strong_actor_ptr handle_;
};

} // namespace testkit
} // namespace troupe
