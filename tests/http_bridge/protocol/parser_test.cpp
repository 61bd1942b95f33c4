// The order of events: heads, bodies, one request after the other.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"
#include "http_bridge/protocol/parser.hpp"
#include "tests/http_bridge/allocation_count.hpp"
#include "tests/http_bridge/protocol/parse_trace.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::http::protocol;
using namespace troupe::literals;

namespace {

constexpr std::string_view get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view post = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
constexpr std::string_view chunked
  = "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const auto part : parts)
    all += part;
  return all;
}

parse_step read_head(request_parser& parser, std::string_view input) {
  const auto step = parser.next(input);
  REQUIRE(step.event == parse_event::head);
  return step;
}

} // namespace

TEST_CASE("after a failure every call fails, whatever is given", "[http][parser]") {
  request_parser parser{limits{}};
  CHECK(parser.next("GET / HTTP/2.0\r\n").event == parse_event::failed);
  CHECK(parser.failure() == status::http_version_not_supported);
  const auto step = parser.next(get);
  CHECK(step.event == parse_event::failed);
  CHECK(step.consumed == 0);
  CHECK(parser.failure() == status::http_version_not_supported);
  CHECK_FALSE(parser.failure_text().empty());
  parser.reset();
  CHECK(parser.next(get).event == parse_event::head);
}

TEST_CASE("RFC 9110 15.5.14: a body that is announced too long is refused before it is read",
          "[http][parser]") {
  limits bounds;
  bounds.body = 4_B;
  request_parser parser{bounds};
  read_head(parser, post);
  CHECK(parser.next("").event == parse_event::failed);
  CHECK(parser.failure() == status::content_too_large);
}

TEST_CASE("RFC 9110 8.6: a length beyond 64 bits is too long, not something else",
          "[http][parser]") {
  const auto t = parse_whole(
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\nx");
  CHECK(t.failure == 413);
  REQUIRE(t.requests.size() == 1);
  CHECK(t.requests[0].body.empty());
}

TEST_CASE("a route's own body limit holds for its request only", "[http][parser]") {
  limits bounds;
  bounds.body = 4_B;
  request_parser parser{bounds};
  const auto input = joined({post, "hello", post, "hello"});
  std::string_view rest = input;
  rest.remove_prefix(read_head(parser, rest).consumed);
  parser.body_limit(5_B);
  const auto body = parser.next(rest);
  CHECK(body.event == parse_event::body);
  CHECK(body.body == "hello");
  rest.remove_prefix(body.consumed);
  CHECK(parser.next(rest).event == parse_event::complete);
  rest.remove_prefix(read_head(parser, rest).consumed);
  CHECK(parser.next(rest).event == parse_event::failed);

  // Lower than the listener's, and for a chunked body.
  request_parser other{limits{}};
  read_head(other, chunked);
  other.body_limit(2_B);
  CHECK(other.next("2\r\nxx\r\n").body == "xx");
  CHECK(other.next("\r\n1\r\nx").event == parse_event::failed);
  CHECK(other.failure() == status::content_too_large);
}

TEST_CASE("RFC 9112 6.3: a request without length has no body", "[http][parser]") {
  const auto t = parse_whole(joined({get, get}));
  CHECK(t.failure == 0);
  REQUIRE(t.requests.size() == 2);
  CHECK(t.requests[0].complete);
  CHECK(t.requests[1].complete);
}

TEST_CASE("RFC 9112 6.2: exactly the announced bytes are the body", "[http][parser]") {
  const auto t = parse_whole(joined({post, "helloworld"}));
  REQUIRE(t.requests.size() == 1);
  CHECK(t.requests[0].body == "hello");
  CHECK(t.requests[0].complete);
  // `world` is the beginning of a next request.
  CHECK(t.failure == 0);
  CHECK(parse_whole(joined({post, "hello", "world\r\n"})).failure == 400);
  CHECK_FALSE(parse_whole(joined({post, "hell"})).requests[0].complete);
}

TEST_CASE("RFC 9112 9.3.2: pipelined requests are reported one after the other", "[http][parser]") {
  const auto t = parse_whole(
    joined({get, post, "hello", chunked, "3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n", get, post}));
  CHECK(t.failure == 0);
  REQUIRE(t.requests.size() == 5);
  CHECK(t.requests[1].body == "hello");
  CHECK(t.requests[2].body == "abcde");
  CHECK(t.requests[3].complete);
  CHECK_FALSE(t.requests[4].complete);
}

TEST_CASE("consumed bytes add up, and nothing is consumed twice or by an end", "[http][parser]") {
  request_parser parser{limits{}};
  const auto input = joined({"\r\n", chunked, "1;x\r\na\r\n0\r\n\r\n", "\r\n"});
  std::string_view rest = input;
  auto step = parser.next(rest);
  CHECK(step.event == parse_event::head);
  CHECK(step.consumed == 2 + chunked.size());
  rest.remove_prefix(step.consumed);
  step = parser.next(rest);
  CHECK(step.event == parse_event::body);
  CHECK(step.body == "a");
  CHECK(step.consumed == 6);
  rest.remove_prefix(step.consumed);
  // Framing alone is reported as a piece without bytes.
  step = parser.next(rest);
  CHECK(step.event == parse_event::body);
  CHECK(step.body.empty());
  CHECK(step.consumed == 7);
  rest.remove_prefix(step.consumed);
  step = parser.next(rest);
  CHECK(step.event == parse_event::complete);
  CHECK(step.consumed == 0);
  step = parser.next(rest);
  CHECK(step.event == parse_event::need_more);
  CHECK(step.consumed == 2);
}

TEST_CASE("a parser is idle until the first byte of a request", "[http][parser]") {
  request_parser parser{limits{}};
  CHECK(parser.idle());
  CHECK(parser.next("").event == parse_event::need_more);
  CHECK(parser.next("\r\n").consumed == 2);
  CHECK(parser.next("\r").consumed == 0);
  CHECK(parser.idle());
  CHECK(parser.next("\r\nG").consumed == 2);
  CHECK_FALSE(parser.idle());
  read_head(parser, get);
  CHECK_FALSE(parser.idle());
  CHECK(parser.next("").event == parse_event::complete);
  CHECK(parser.idle());
}

TEST_CASE("nothing of a request is left over in the next one", "[http][parser]") {
  const auto full = joined(
    {"POST http://b/p?q HTTP/1.0\r\nHost: a\r\nConnection: keep-alive, upgrade\r\n"
     "Upgrade: x\r\nContent-Length: 1\r\nX: y\r\n\r\nz",
     get});
  const auto t = parse_whole(full);
  REQUIRE(t.requests.size() == 2);
  CHECK(t.requests[1] == parse_whole(get).requests[0]);
}

TEST_CASE("the fields of a request with more of them than before are all there", "[http][parser]") {
  std::string large = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 99; ++i)
    large += "N" + std::to_string(i) + ": " + std::to_string(i) + "\r\n";
  large += "\r\n";
  request_parser parser{limits{}};
  read_head(parser, get);
  CHECK(parser.next("").event == parse_event::complete);
  read_head(parser, large);
  REQUIRE(parser.head().headers.size() == 100);
  CHECK(parser.head().headers[99] == header_view{"N98", "98"});
}

TEST_CASE("a request no larger than one before it is parsed without allocating", "[http][parser]") {
  const auto request = joined(
    {"POST /a?b HTTP/1.1\r\nHost: a\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n"});
  request_parser parser{limits{}};
  std::size_t before = 0;
  for (int round = 0; round < 2; ++round) {
    std::string_view rest = request;
    before = allocation_count();
    for (auto step = parser.next(rest); step.event != parse_event::complete;
         step = parser.next(rest)) {
      if (step.event == parse_event::failed || step.event == parse_event::need_more)
        FAIL("not the events of a good request");
      rest.remove_prefix(step.consumed);
    }
  }
  const auto after = allocation_count();
  CHECK(after == before);
}
