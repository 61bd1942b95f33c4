// Turns a parsed head and a body into a request.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/request_builder.hpp"

#include "http_bridge/protocol/request_block.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace troupe::http {

namespace {

using protocol::request_block;

// A length is only announced until its bytes are here: room for more than this is made as they
// arrive.
constexpr std::uint64_t most_reserved = 64 * 1024;

} // namespace

request_draft::request_draft(const protocol::request_head& head, std::string_view head_bytes,
                             const request_context& context)
  : request_(request_block::adopt(request_block::make(head, head_bytes, context))),
    announced_(head.content_length.value_or(0)) {}

void request_draft::append_body(std::string_view piece) {
  auto& text = request_block::of(request_).body;
  if (text.empty())
    text.reserve(static_cast<std::size_t>(std::min(announced_, most_reserved)));
  text.append(piece);
}

void request_draft::body(std::string body) noexcept {
  request_block::of(request_).body = std::move(body);
}

std::size_t request_draft::body_size() const noexcept {
  return request_block::of(request_).body.size();
}

void request_draft::deadline(steady_time when) noexcept {
  request_block::of(request_).deadline = when;
}

request make_request(const protocol::request_head& head, std::string_view head_bytes,
                     std::string body, const request_context& context) {
  request_draft draft{head, head_bytes, context};
  draft.body(std::move(body));
  return std::move(draft).finish();
}

} // namespace troupe::http
