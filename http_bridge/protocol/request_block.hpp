// The shared data behind `request`: one allocation for everything but the body.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/request.hpp"
#include "http_bridge/protocol/parser.hpp"
#include "http_bridge/protocol/request_builder.hpp"

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace troupe::http::protocol {

// Invariants: while `references` is above 1 nothing but `references` changes; all views but those
// of `body` point into the same allocation, behind this object, or are literals. The count needs no
// lock: adding to it takes no part in any order, the last one to subtract sees what the others did
// before (acquire, release).
struct request_block {
  std::atomic<std::uint32_t> references{1};
  method m = method::get;
  bool keep_alive = false;
  std::uint8_t minor_version = 1;
  std::string_view method_text;
  std::string_view target;
  std::string_view raw_path;
  std::string_view path;
  std::string_view query;
  std::string_view authority;
  std::string_view id;
  std::span<const header_view> headers;
  std::span<const route_param> params;
  steady_time deadline = steady_time::max();
  std::string body;

  // Allocates a block with everything but the body.
  static request_block* make(const request_head& head, std::string_view head_bytes,
                             const request_context& context);

  // Ends the block and frees its memory.
  static void destroy(request_block* block) noexcept;

  // What a request without a block refers to.
  static const request_block& empty() noexcept;

  static request adopt(request_block* block) noexcept { return request{block}; }
  static request_block& of(const request& r) noexcept { return *r.block_; }
};

} // namespace troupe::http::protocol
