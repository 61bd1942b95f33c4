// Queues a backlog on an actor and times how long a stop takes to get through it: the same for Troupe and plain CAF.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "bench/supervision/measurement.hpp"

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

namespace bench {

/// What the actor under test and the thread that measures share.
struct backlog {
  std::atomic<bool> held{false};
  std::atomic<bool> released{false};
  std::atomic<bool> stopped{false};
  std::uint64_t handled = 0; ///< By the actor, before the stop; read once `stopped` is true.
  clock_type::time_point stopped_at; ///< Likewise.

  /// In the handler of `hold`: keeps the actor busy until the backlog is complete.
  void hold() {
    held = true;
    held.notify_one();
    released.wait(false);
  }

  /// In the handler of `queued`.
  void count() { ++handled; }

  /// In whatever runs first when the actor learns that it has to stop.
  void stop() {
    stopped_at = clock_type::now();
    stopped = true;
    stopped.notify_one();
  }
};

/// Keeps the actor in one handler until the backlog is complete.
struct hold {};
/// One of the backlog.
struct queued {};

/// Something to stop, and how.
struct stoppable {
  caf::actor handle;
  std::function<void()> stop;
};

/// `repeats` times: makes an actor, queues `messages` messages behind a handler that does not return, asks for the
/// stop and lets the handler return. Ends the process with the longest time, in milliseconds, from asking to the
/// actor's knowing; details: the median, and the most messages handled in between.
[[noreturn]] void stop_behind_backlog(
  const std::function<stoppable(std::shared_ptr<backlog>)>& make, const arguments& given);

} // namespace bench

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bench::hold)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bench::queued)
