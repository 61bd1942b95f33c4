// Ends a stream with its last handle.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/stream/stream_handle.hpp"

#include "http_bridge/internal/stream_channel.hpp"

namespace troupe::http {

/// The reactor holds the channel too, so the handles count themselves.
struct stream_handle::end_guard {
  explicit end_guard(std::shared_ptr<internal::stream_channel> to) : channel(std::move(to)) {}
  ~end_guard() { channel->finish(); }
  end_guard(const end_guard&) = delete;
  end_guard& operator=(const end_guard&) = delete;

  std::shared_ptr<internal::stream_channel> channel;
};

stream_handle::stream_handle(std::shared_ptr<internal::stream_channel> channel)
  : guard_(channel ? std::make_shared<end_guard>(std::move(channel)) : nullptr) {
  // nop
}

internal::stream_channel* stream_handle::channel() const noexcept {
  return guard_ ? guard_->channel.get() : nullptr;
}

bool stream_handle::closed() const {
  return !guard_ || guard_->channel->closed();
}

void stream_handle::close() {
  if (guard_)
    guard_->channel->finish();
}

} // namespace troupe::http
