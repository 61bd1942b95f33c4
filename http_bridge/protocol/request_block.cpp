// Lays out one request in one allocation.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/request_block.hpp"

#include "http_bridge/protocol/percent.hpp"

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <new>

namespace troupe::http::protocol {

namespace {

// Copies texts one behind the other; the room was counted before.
class byte_writer {
public:
  explicit byte_writer(char* to) noexcept : to_(to) {}

  std::string_view copy(std::string_view text) noexcept {
    if (!text.empty())
      std::memcpy(to_, text.data(), text.size());
    return advance(text.size());
  }

  std::string_view decode(std::string_view text, encoded_slash slash) noexcept {
    return advance(percent_decode_to(to_, text, slash));
  }

private:
  std::string_view advance(std::size_t size) noexcept {
    const std::string_view written{to_, size};
    to_ += size;
    return written;
  }

  char* to_;
};

} // namespace

request_block* request_block::make(const request_head& head, std::string_view head_bytes,
                                   const request_context& context) {
  const bool encoded = head.encoded_path;
  std::size_t bytes = head_bytes.size() + context.id.size() + (encoded ? head.path.size() : 0);
  for (const auto& param : context.params)
    bytes += param.name.size() + param.value.size();
  // The arrays stand behind the block, the bytes behind them; sizes are multiples of alignments.
  static_assert(alignof(header_view) <= alignof(request_block));
  static_assert(alignof(route_param) <= alignof(header_view));
  const auto header_count = head.headers.size();
  const auto param_count = context.params.size();
  const auto arrays = header_count * sizeof(header_view) + param_count * sizeof(route_param);
  auto* const memory = static_cast<std::byte*>(
    ::operator new(sizeof(request_block) + arrays + bytes));
  auto* const block = new (memory) request_block;
  auto* const headers = reinterpret_cast<header_view*>(memory + sizeof(request_block));
  auto* const params = reinterpret_cast<route_param*>(memory + sizeof(request_block)
                                                      + header_count * sizeof(header_view));
  byte_writer writer{reinterpret_cast<char*>(memory + sizeof(request_block) + arrays)};

  const auto copy = writer.copy(head_bytes);
  const char* const from = head_bytes.data();
  const auto moved = [&copy, from](std::string_view view) -> std::string_view {
    return view.empty() ? view : std::string_view{copy.data() + (view.data() - from), view.size()};
  };
  // The path of an absolute target that has none is a literal.
  const std::less<const char*> before{};
  const bool literal_path = before(head.path.data(), from)
                            || !before(head.path.data(), from + head_bytes.size());
  block->m = head.m;
  block->keep_alive = head.keep_alive;
  block->minor_version = static_cast<std::uint8_t>(head.minor_version);
  block->method_text = moved(head.method_text);
  block->target = moved(head.target);
  block->raw_path = literal_path ? head.path : moved(head.path);
  block->query = moved(head.query);
  block->authority = moved(head.authority);
  for (std::size_t i = 0; i < header_count; ++i) {
    const auto& field = head.headers[i];
    new (headers + i) header_view{moved(field.name), moved(field.value)};
  }
  block->headers = {headers, header_count};
  block->path = encoded ? writer.decode(head.path, encoded_slash::keep) : block->raw_path;
  block->id = writer.copy(context.id);
  for (std::size_t i = 0; i < param_count; ++i) {
    const auto& param = context.params[i];
    const auto name = writer.copy(param.name);
    const auto value = writer.decode(param.value, encoded_slash::decode);
    new (params + i) route_param{name, value};
  }
  block->params = {params, param_count};
  block->deadline = context.deadline;
  return block;
}

void request_block::destroy(request_block* block) noexcept {
  // The arrays hold views only: nothing to end there.
  std::destroy_at(block);
  ::operator delete(static_cast<void*>(block));
}

const request_block& request_block::empty() noexcept {
  struct empty_block : request_block {
    empty_block() {
      method_text = "GET";
      target = raw_path = path = "/";
    }
  };
  static const empty_block block;
  return block;
}

} // namespace troupe::http::protocol
