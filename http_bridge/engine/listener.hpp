// Accepts the connections of one reactor.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "http_bridge/engine/asio_types.hpp"
#include "http_bridge/engine/bound_sockets.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace troupe::http {

class reactor;

/// Accepts in a loop, so many at a time that open connections get their turn too. When descriptors run out, or
/// `limits::connections` is reached, it leaves the queue to the kernel and tries again a moment later, instead of
/// spinning on a listener that stays readable.
/// Thread safety: the reactor's thread.
class listener {
public:
  /// Connections taken in one turn.
  static constexpr std::size_t batch = 64;
  /// Pause after a failure.
  static constexpr std::chrono::milliseconds pause{100};

  listener(reactor& home, unique_fd listening);

  /// Begins to accept.
  void start() { wait(); }

  /// Takes all that the kernel has queued, up to `limits::connections`.
  void accept_all();

  /// Goes on after a pause that is over.
  void tick();
  [[nodiscard]] bool paused() const noexcept { return paused_; }

  /// Stops listening. The object has to stay until the loop has ended: a callback may still be queued.
  void close();

private:
  void wait();
  void on_readable();
  /// @returns whether there may be more.
  bool accept_one();
  void pause_because(std::string_view why);

  reactor& home_;
  loop_descriptor socket_;
  bool waiting_ = false;
  bool paused_ = false;
  steady_time retry_at_{};
};

} // namespace troupe::http
