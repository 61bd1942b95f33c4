// Fuzzes the request parser: no input may crash it, no split of the input change what it reports.
// SPDX-License-Identifier: BSD-3-Clause
//
// Built with libFuzzer (clang, -fsanitize=fuzzer,address,undefined) it searches; linked with
// replay_main.cpp it goes through the corpus as an ordinary test. The first byte of an input
// chooses limits and split, the rest is the traffic.

#include "runtime/core/units.hpp"
#include "http_bridge/limits.hpp"
#include "http_bridge/request.hpp"
#include "http_bridge/protocol/parser.hpp"
#include "http_bridge/protocol/request_builder.hpp"
#include "http_bridge/protocol/target.hpp"
#include "tests/http_bridge/protocol/parse_trace.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::http::protocol;
using namespace troupe::literals;

namespace {

void require(bool condition, const char* what) {
  if (condition)
    return;
  std::fprintf(stderr, "http_parser_fuzz: %s\n", what);
  std::abort();
}

// Small bounds, so that short inputs run into them.
limits tight() {
  limits bounds;
  bounds.head = 256_B;
  bounds.target = 32_B;
  bounds.fields = 8;
  bounds.empty_lines = 1;
  bounds.body = 32_B;
  bounds.framing = 64_B;
  bounds.chunk_line = 16_B;
  bounds.trailers = 32_B;
  return bounds;
}

// What holds for every head that is let through, whatever it was made of.
void check_head(const request_head& head, std::string_view head_bytes, const limits& bounds) {
  require(head_bytes.size() <= bounds.head.count() + 2 * bounds.empty_lines,
          "head longer than its limit");
  require(head.headers.size() <= bounds.fields, "more fields than the limit");
  require(head.target.size() <= bounds.target.count(), "target longer than its limit");
  require(!(head.chunked && head.content_length), "two ways of framing");
  require(!head.chunked || head.minor_version == 1, "chunked in HTTP/1.0");
  require(head.path == "*" || head.path.starts_with('/'), "path without a slash");
  require(head.minor_version == 0 || is_authority(head.authority), "HTTP/1.1 without a host");
  std::size_t hosts = 0;
  for (const auto& field : head.headers) {
    require(is_token(field.name), "bad field name");
    require(is_field_value(field.value), "bad field value");
    hosts += equal_ignoring_case(field.name, "host") ? 1U : 0U;
  }
  require(hosts <= 1 && (hosts == 1 || head.minor_version == 0), "wrong number of hosts");

  const auto r = make_request(head, head_bytes, {}, {});
  require(r.target() == head.target && r.raw_path() == head.path && r.raw_query() == head.query,
          "request differs from head");
  require(r.path().find('\0') == std::string_view::npos, "NUL in the path");
  require(r.headers().size() == head.headers.size(), "request has other fields");
  for (const auto& [name, value] : r.queries())
    require(r.query(name).has_value(), "a query argument is not found");
}

void check_heads(std::string_view bytes, const limits& bounds) {
  request_parser parser{bounds};
  std::uint64_t body = 0;
  for (;;) {
    const auto step = parser.next(bytes);
    require(step.consumed <= bytes.size(), "consumed more than there was");
    switch (step.event) {
      case parse_event::head:
        check_head(parser.head(), bytes.substr(0, step.consumed), bounds);
        body = 0;
        break;
      case parse_event::body:
        body += step.body.size();
        require(step.consumed > 0, "a step without progress");
        require(body <= bounds.body.count(), "body longer than its limit");
        break;
      case parse_event::complete:
        require(!parser.head().content_length || body == *parser.head().content_length,
                "body of a wrong length");
        break;
      case parse_event::failed: {
        const auto status = code(parser.failure());
        require(status == 400 || status == 413 || status == 414 || status == 417 || status == 431
                  || status == 501 || status == 505,
                "a failure without a status of its own");
        return;
      }
      case parse_event::need_more:
        return;
    }
    bytes.remove_prefix(step.consumed);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const unsigned choice = data[0];
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto bounds = (choice & 1U) != 0 ? tight() : limits{};
  check_heads(bytes, bounds);
  const auto whole = parse_whole(bytes, bounds);
  const std::array<std::size_t, 3> sizes{choice >> 5U, (choice >> 3U) & 3U, (choice >> 1U) & 15U};
  require(parse_split(bytes, sizes, bounds) == whole, "a split changed the events");
  require(parse_bytewise(bytes, bounds) == whole, "bytes one by one changed the events");
  return 0;
}
