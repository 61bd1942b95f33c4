// The bounded queue between whoever writes a stream and the reactor that sends it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/internal/slot_id.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace troupe::internal {

class reactor_mailbox;

/// What bounds a stream and keeps it alive.
struct stream_shape {
  std::size_t max_pieces;
  std::size_t max_bytes;
  /// What becomes of a piece that does not fit: the stream is closed (a reader that is too slow for events), or the
  /// piece is refused and may be offered again.
  bool close_on_overflow;
  /// Sent when the stream has been silent for `heartbeat`; zero: never.
  std::string heartbeat_piece;
  std::chrono::milliseconds heartbeat;
  /// Sent, and the stream ended, when the application says that it is stopping. Empty: the stream goes on.
  std::string farewell_piece;
};

enum class stream_push : std::uint8_t { queued, full, closed };

/// Thread safety: every member function from any thread; `take`, `abandon` and `say_farewell` are for the reactor.
class stream_channel {
public:
  stream_channel(std::shared_ptr<reactor_mailbox> mailbox, slot_id slot, stream_shape shape);
  ~stream_channel();
  stream_channel(const stream_channel&) = delete;
  stream_channel& operator=(const stream_channel&) = delete;

  // -- the writer's side --------------------------------------------------------

  stream_push push(std::string piece);

  /// Ends the stream after what is queued.
  void finish();

  /// Whether a further piece would be refused for good: ended, overflowed, or the client is gone.
  [[nodiscard]] bool closed() const;

  // -- the reactor's side -------------------------------------------------------

  enum class state : std::uint8_t {
    open,       ///< More may come; the reactor is told when it does.
    more,       ///< More is there: take again.
    finished,   ///< All was taken; end the body in order.
    overflowed, ///< The reader was too slow: cut it off.
  };

  /// Moves queued pieces into `pieces` until their sizes reach `max_bytes`. Nothing after `finished`.
  [[nodiscard]] state take(std::deque<std::string>& pieces, std::size_t max_bytes);

  /// Whether the reader was too slow.
  [[nodiscard]] bool overflowed() const;

  /// The client is gone: writers are told with their next piece.
  void abandon();

  /// Queues the farewell, if there is one, and ends the stream. @returns whether there was one.
  bool say_farewell();

  [[nodiscard]] const stream_shape& shape() const noexcept { return shape_; }

private:
  void tell_reactor(std::unique_lock<std::mutex>& lock);

  // Invariants, all under mutex_: bytes_ is the sum of the queued sizes; told_ is true while the reactor has a
  // progress to look at; after ended_ nothing is queued any more. Lock order: this lock is given back before the
  // mailbox is locked.
  mutable std::mutex mutex_;
  std::deque<std::string> queue_;
  std::size_t bytes_ = 0;
  bool told_ = false;
  bool ended_ = false;
  bool overflowed_ = false;

  const std::shared_ptr<reactor_mailbox> mailbox_;
  const slot_id slot_;
  const stream_shape shape_;
};

} // namespace troupe::internal
