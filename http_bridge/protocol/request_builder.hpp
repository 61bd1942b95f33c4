// Turns a parsed head and a body into a request.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "http_bridge/request.hpp"
#include "http_bridge/protocol/parser.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// What a request carries beside its bytes. Everything is copied into the request.
struct request_context {
  /// See `request::id`.
  std::string_view id;

  /// See `request::deadline`. Without one the request never expires.
  steady_time deadline = steady_time::max();

  /// What the route matched, as `basic_router::match` reports it, still percent-encoded.
  std::span<const route_param> params;
};

/// A request under construction: the head is there, the body still arrives. For bodies that come in
/// several reads, so that the receive buffer can be reused in between. After `finish` or a move
/// only destroying and assigning are allowed.
/// Thread safety: one thread at a time.
class request_draft {
public:
  /// Copies everything: one allocation. The parser and the input are not needed afterwards.
  /// @param head       as `request_parser::head` reports it.
  /// @param head_bytes the bytes that the event `head` consumed: every view of `head` lies in them.
  request_draft(const protocol::request_head& head, std::string_view head_bytes,
                const request_context& context);

  /// Adds a piece to the body.
  void append_body(std::string_view piece);

  /// Takes `body` for the whole body.
  void body(std::string body) noexcept;

  /// Bytes of body so far.
  [[nodiscard]] std::size_t body_size() const noexcept;

  /// Sets the deadline anew, for instance counted from the end of the body.
  void deadline(steady_time when) noexcept;

  /// The request; the draft is spent.
  [[nodiscard]] request finish() && noexcept { return std::move(request_); }

private:
  request request_;
  std::uint64_t announced_ = 0;
};

/// The request in one step, for a body that is complete: at most one allocation beside `body`'s.
[[nodiscard]] request make_request(const protocol::request_head& head, std::string_view head_bytes,
                                   std::string body, const request_context& context);

} // namespace http
} // namespace troupe
