// Server-sent events: a stream that any thread may write to.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/stream/stream_handle.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// One event (WHATWG HTML 9.2). Empty fields are left out.
struct sse_event {
  std::string
    id; ///< What a client sends as `Last-Event-ID` when it comes back; no line ends or NUL.
  std::string event; ///< Its type; no line ends.
  std::string data;  ///< May have several lines.
};

/// The text of an event as it is sent, with the empty line that ends it. Line ends in `id` and `event` are left
/// out: they would begin another field.
[[nodiscard]] std::string to_text(const sse_event& event);

/// A handle to one stream of events; copies refer to the same one. The stream ends when the last copy is gone, when
/// `close` is called, when the client goes, when it reads too slowly, or when the application stops: then the
/// bridge sends a last event of type `stopping`.
/// Thread safety: any thread. No call blocks.
class sse_stream : public stream_handle {
public:
  /// Events that wait for the client; one more closes the stream, and the client comes back when it can.
  static constexpr std::size_t queue_limit = 64;
  /// A comment is sent after so long a silence, so that proxies and a client that is gone are noticed.
  static constexpr std::chrono::seconds heartbeat{15};

  sse_stream() = default;
  explicit sse_stream(std::shared_ptr<internal::stream_channel> channel)
    : stream_handle(std::move(channel)) {}

  /// Sends an event. @returns false when the stream is closed: this event and all later ones are dropped.
  bool send(const sse_event& event);
};

} // namespace http
} // namespace troupe
