// The queue between a reactor and the other threads.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/reactor_mailbox.hpp"

namespace troupe::internal {

bool reactor_mailbox::post(posted what) {
  {
    std::lock_guard guard{mutex_};
    if (closed_)
      return false;
    waiting_.push_back(std::move(what));
    any_.store(true, std::memory_order_relaxed);
  }
  if (owner_.load(std::memory_order_relaxed) != std::this_thread::get_id())
    wake_->notify();
  return true;
}

bool reactor_mailbox::take(std::vector<posted>& out) {
  out.clear();
  if (!any_.load(std::memory_order_relaxed))
    return false;
  std::lock_guard guard{mutex_};
  out.swap(waiting_);
  any_.store(false, std::memory_order_relaxed);
  return !out.empty();
}

void reactor_mailbox::close() {
  // Destroyed after the lock is gone: what is dropped may hold the last handle to something that posts.
  std::vector<posted> dropped;
  std::lock_guard guard{mutex_};
  closed_ = true;
  dropped.swap(waiting_);
  any_.store(false, std::memory_order_relaxed);
}

} // namespace troupe::internal
