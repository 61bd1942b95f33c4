// What the handles of all streams have in common.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <memory>

namespace [[gnu::visibility("default")]] troupe {

namespace internal {

class stream_channel;
struct stream_shape;

} // namespace internal

namespace http {

/// A copyable handle to a stream that ends with its last copy.
class stream_handle {
public:
  /// A closed stream.
  stream_handle() = default;

  /// Whether nothing can be sent any more. Tells early when the client is gone.
  [[nodiscard]] bool closed() const;

  /// Ends the stream in order, after what is queued. Not blocking; a second call does nothing.
  void close();

protected:
  explicit stream_handle(std::shared_ptr<internal::stream_channel> channel);

  [[nodiscard]] internal::stream_channel* channel() const noexcept;

private:
  struct end_guard;
  std::shared_ptr<end_guard> guard_;
};

} // namespace http
} // namespace troupe
