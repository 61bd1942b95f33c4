// A response body that is written piece by piece.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/units.hpp"
#include "http_bridge/stream/stream_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// What became of a piece.
enum class write_result : std::uint8_t {
  queued, ///< It will be sent.
  full,   ///< Too much waits for the client: offer the same piece again later.
  closed, ///< The client is gone or the body has ended.
};

/// A handle to a body of unknown length, sent in chunks (HTTP/1.0: until the connection closes); copies refer to the
/// same body, which ends with the last copy or with `close`.
/// Thread safety: any thread. No call blocks.
class body_writer : public stream_handle {
public:
  /// Bytes and pieces that wait for the client. A single larger piece is taken when nothing waits.
  static constexpr byte_count queue_limit{256 * 1024};
  static constexpr std::size_t piece_limit = 1'024;

  body_writer() = default;
  explicit body_writer(std::shared_ptr<internal::stream_channel> channel)
    : stream_handle(std::move(channel)) {}

  /// Sends a piece; an empty one is left out.
  [[nodiscard]] write_result write(std::string piece);
};

} // namespace http
} // namespace troupe
