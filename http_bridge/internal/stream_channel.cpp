// Queues pieces of a stream for its reactor.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/stream_channel.hpp"

#include "http_bridge/internal/reactor_mailbox.hpp"

#include <utility>

namespace troupe::internal {

stream_channel::stream_channel(std::shared_ptr<reactor_mailbox> mailbox, slot_id slot,
                               stream_shape shape)
  : mailbox_(std::move(mailbox)), slot_(slot), shape_(std::move(shape)) {
  // nop
}

stream_channel::~stream_channel() = default;

stream_push stream_channel::push(std::string piece) {
  std::unique_lock lock{mutex_};
  if (ended_)
    return stream_push::closed;
  if (piece.empty())
    return stream_push::queued; // an empty chunk would end the body
  // A piece larger than the whole bound is taken by an empty queue: it would never fit otherwise.
  const bool fits = queue_.empty()
                    || (queue_.size() < shape_.max_pieces
                        && bytes_ + piece.size() <= shape_.max_bytes);
  if (!fits && !shape_.close_on_overflow)
    return stream_push::full;
  if (fits) {
    bytes_ += piece.size();
    queue_.push_back(std::move(piece));
  } else {
    ended_ = overflowed_ = true;
    queue_.clear();
    bytes_ = 0;
    told_ = false; // it may know of pieces and wait for its client; this it has to see now
  }
  tell_reactor(lock);
  return fits ? stream_push::queued : stream_push::closed;
}

void stream_channel::finish() {
  std::unique_lock lock{mutex_};
  if (std::exchange(ended_, true))
    return;
  tell_reactor(lock);
}

bool stream_channel::closed() const {
  std::lock_guard guard{mutex_};
  return ended_;
}

stream_channel::state stream_channel::take(std::deque<std::string>& pieces, std::size_t max_bytes) {
  std::lock_guard guard{mutex_};
  told_ = false;
  std::size_t taken = 0;
  while (!queue_.empty() && taken < max_bytes) {
    taken += queue_.front().size();
    bytes_ -= queue_.front().size();
    pieces.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  if (overflowed_)
    return state::overflowed;
  if (!queue_.empty())
    return state::more;
  return ended_ ? state::finished : state::open;
}

bool stream_channel::overflowed() const {
  std::lock_guard guard{mutex_};
  return overflowed_;
}

void stream_channel::abandon() {
  std::lock_guard guard{mutex_};
  ended_ = true;
  queue_.clear();
  bytes_ = 0;
}

bool stream_channel::say_farewell() {
  std::unique_lock lock{mutex_};
  if (shape_.farewell_piece.empty() || std::exchange(ended_, true))
    return false;
  bytes_ += shape_.farewell_piece.size();
  queue_.push_back(shape_.farewell_piece);
  tell_reactor(lock);
  return true;
}

void stream_channel::tell_reactor(std::unique_lock<std::mutex>& lock) {
  const bool first = !std::exchange(told_, true);
  lock.unlock();
  if (first && !mailbox_->post(posted_progress{slot_}))
    abandon();
}

} // namespace troupe::internal
