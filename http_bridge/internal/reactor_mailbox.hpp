// How other threads speak to a reactor.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "http_bridge/response.hpp"
#include "http_bridge/internal/slot_id.hpp"
#include "http_bridge/internal/wake_signal.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

namespace troupe::internal {

class stream_channel;

/// The answer of an exchange.
struct posted_answer {
  slot_id slot;
  http::response answer;
};

/// An exchange that ends without an answer.
struct posted_failure {
  slot_id slot;
  error why;
};

/// An exchange becomes a stream; `head` has status and fields.
struct posted_stream {
  slot_id slot;
  http::response head;
  std::shared_ptr<stream_channel> channel;
};

/// A stream has pieces to send, or has ended.
struct posted_progress {
  slot_id slot;
};

/// Something to do on the reactor's thread.
struct posted_task {
  std::function<void()> run;
};

using posted
  = std::variant<posted_answer, posted_failure, posted_stream, posted_progress, posted_task>;

/// Queue of what other threads want from one reactor; outlives it, so that a late answer has somewhere to go.
/// Its length is bounded by what is in flight: each exchange posts one answer or one stream, each stream one
/// progress at a time.
/// Thread safety: `post` from any thread, also from the reactor's own; the rest from the reactor's.
class reactor_mailbox {
public:
  explicit reactor_mailbox(std::shared_ptr<wake_signal> wake) noexcept : wake_(std::move(wake)) {}

  /// Makes the calling thread the one that need not be woken, because it looks here at the end of each turn.
  void attach_to_this_thread() noexcept {
    owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  }

  /// @returns false, and drops `what`, after `close`.
  bool post(posted what);

  /// Moves everything out in the order it came. @returns false when there was nothing.
  bool take(std::vector<posted>& out);

  /// Refuses what comes from now on; what waits is dropped.
  void close();

  [[nodiscard]] const std::shared_ptr<wake_signal>& wake() const noexcept { return wake_; }

private:
  // Invariants: waiting_ and closed_ are guarded by mutex_; any_ mirrors !waiting_.empty(), so that a turn without
  // posts takes no lock. A post that `take` overlooks wakes the reactor once more.
  std::mutex mutex_;
  std::vector<posted> waiting_;
  bool closed_ = false;
  std::atomic<bool> any_{false};
  std::atomic<std::thread::id> owner_{};
  std::shared_ptr<wake_signal> wake_;
};

} // namespace troupe::internal
