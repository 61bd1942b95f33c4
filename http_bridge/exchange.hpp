// A request that is answered later, from any thread.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/request.hpp"
#include "http_bridge/response.hpp"
#include "http_bridge/stream/body_writer.hpp"
#include "http_bridge/stream/sse.hpp"

#include <cstdint>
#include <memory>

namespace [[gnu::visibility("default")]] troupe {

namespace internal {

class reactor_mailbox;

} // namespace internal

namespace http {

/// The duty to answer one request: exactly one of `respond`, `start_events` and `start_body`. Destroyed without an
/// answer, the client gets a 500. When the request's deadline has passed or the client has gone, the answer is dropped.
/// Thread safety: one thread at a time; it may be moved to another. No call blocks.
class exchange {
public:
  /// Made by the bridge.
  exchange(http::request what, std::shared_ptr<internal::reactor_mailbox> mailbox,
           std::uint64_t slot) noexcept;
  exchange(exchange&&) noexcept = default;
  exchange& operator=(exchange&& other) noexcept;
  ~exchange();

  [[nodiscard]] const http::request& request() const noexcept { return request_; }

  /// Whether the duty is still there; false after an answer and for a moved-from exchange.
  [[nodiscard]] bool open() const noexcept { return mailbox_ != nullptr; }

  /// Answers. Does nothing when it was answered already.
  void respond(response answer);

  /// Answers 200 `text/event-stream` and gives the stream. @pre `open()`; otherwise a closed stream comes back.
  [[nodiscard]] sse_stream start_events();

  /// Answers with the status and fields of `head`; the body follows through the writer. @pre as `start_events`.
  [[nodiscard]] body_writer start_body(response head);

private:
  std::shared_ptr<internal::stream_channel> start(response head, internal::stream_shape shape);

  http::request request_;
  std::shared_ptr<internal::reactor_mailbox> mailbox_;
  std::uint64_t slot_;
};

} // namespace http
} // namespace troupe
