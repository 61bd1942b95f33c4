// An actor system whose time and whose scheduling belong to the test.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"

#include <caf/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

/// Actors run on the test's own thread, one message at a time and in a fixed order, and only inside `run` and
/// `advance`. Time moves only in `advance`, from timer to timer, with everything that a timer sets off done before
/// the next one: a day passes in milliseconds and two runs of a test are the same.
///
/// Declare it before whatever holds actors: those are let go first. Its destructor drops all timers, runs what can
/// still run and leaves actors that have not ended to their last references.
/// Thread safety: one thread. One system at a time in a process.
class virtual_time_system {
public:
  virtual_time_system();
  ~virtual_time_system();
  virtual_time_system(const virtual_time_system&) = delete;
  virtual_time_system& operator=(const virtual_time_system&) = delete;

  [[nodiscard]] caf::actor_system& system() noexcept;
  [[nodiscard]] steady_time now() const noexcept;

  /// Runs until no actor has anything to do, at most `limit` turns.
  /// @returns turns taken; `limit` means that it has not come to rest.
  std::size_t run(std::size_t limit = default_limit);

  /// Gives one actor one turn: one message, or the start. @returns false when nobody had anything to do.
  bool step();

  /// Runs, then lets `time` pass, stopping at each timer that is due on the way.
  /// @returns timers that went off.
  std::size_t advance(std::chrono::nanoseconds time);

  /// Timers waiting, cancelled ones included.
  [[nodiscard]] std::size_t timers() const;

  /// Actors that have not ended.
  [[nodiscard]] std::size_t running() const;

  /// Turns after which `run` takes it that two actors keep each other busy for ever.
  static constexpr std::size_t default_limit = 10'000'000;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace testkit
} // namespace troupe
