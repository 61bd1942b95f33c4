// Any split of the bytes gives the same events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"
#include "http_bridge/protocol/parser.hpp"
#include "tests/http_bridge/protocol/parse_trace.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::http::protocol;
using namespace troupe::literals;

namespace {

// Small enough for random requests to run into every bound.
limits tight() {
  limits bounds;
  bounds.head = 256_B;
  bounds.target = 24_B;
  bounds.fields = 6;
  bounds.body = 40_B;
  bounds.framing = 64_B;
  bounds.chunk_line = 16_B;
  bounds.trailers = 24_B;
  bounds.empty_lines = 2;
  return bounds;
}

// Pieces of requests, right and wrong, most of them right.
rc::Gen<std::string> line() {
  return rc::gen::weightedOneOf<std::string>({
    {8, rc::gen::element<std::string>(
          "GET / HTTP/1.1\r\n", "POST /a?b HTTP/1.1\r\n", "PUT http://h/x HTTP/1.0\r\n",
          "OPTIONS * HTTP/1.1\r\n", "X-OTHER /%41 HTTP/1.1\r\n", "GET / HTTP/2.0\r\n",
          "GET /%zz HTTP/1.1\r\n", "GET /a-target-that-is-too-long-here HTTP/1.1\r\n", "\r\n")},
    {12, rc::gen::element<std::string>(
           "Host: a\r\n", "Host: a\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
           "Connection: close\r\n", "Expect: 100-continue\r\n", "Expect: x\r\n", "X: \t y \r\n",
           "A:b\r\n", " folded\r\n", "Upgrade: x\r\n", "Content-Length: 50\r\n")},
    {8, rc::gen::element<std::string>("\r\n", "\r\n", "hello", "5\r\nhello\r\n",
                                      "3;a=\"b\"\r\nabc\r\n", "0\r\n\r\n", "0\r\nT: u\r\n\r\n",
                                      "FF\r\n", "20\r\n")},
    {1, rc::gen::container<std::string>(rc::gen::arbitrary<char>())},
  });
}

// Requests that are right, so that bodies and the second request are reached.
rc::Gen<std::string> good_request() {
  return rc::gen::element<std::string>(
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\nGET /b HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nX-Long: "
    "abcdefghijklmnopqrstuvwxyz\r\n\r\nhello world",
    "PUT /c?d HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: "
    "a\r\n\r\n5;x=y\r\nhello\r\nA\r\n0123456789\r\n"
    "0\r\nT: u\r\n\r\n");
}

rc::Gen<std::string> conversation() {
  const auto part = rc::gen::weightedOneOf<std::string>({{2, good_request()}, {3, line()}});
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(part),
                      [](const std::vector<std::string>& lines) {
                        std::string all;
                        for (const auto& l : lines)
                          all += l;
                        return all;
                      });
}

rc::Gen<std::vector<std::size_t>> sizes() {
  return rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 20));
}

} // namespace

TEST_CASE("property: any split of any bytes gives the same events", "[http][parser][property]") {
  CHECK(rc::check([] {
    const auto bytes = *conversation();
    const auto bounds = *rc::gen::element(limits{}, tight());
    const auto whole = parse_whole(bytes, bounds);
    RC_ASSERT(parse_split(bytes, *sizes(), bounds) == whole);
    RC_ASSERT(parse_bytewise(bytes, bounds) == whole);
    RC_CLASSIFY(whole.failure == 0, "accepted");
  }));
}

TEST_CASE("property: any split of requests that are right gives all of them",
          "[http][parser][property]") {
  CHECK(rc::check([] {
    const auto requests = *rc::gen::container<std::vector<std::string>>(good_request());
    std::string bytes;
    for (const auto& r : requests)
      bytes += r;
    const auto whole = parse_whole(bytes);
    RC_ASSERT(whole.failure == 0U);
    RC_ASSERT(whole.requests.size() == requests.size());
    for (const auto& r : whole.requests)
      RC_ASSERT(r.complete);
    RC_ASSERT(parse_split(bytes, *sizes()) == whole);
  }));
}

TEST_CASE("property: with one byte changed the split still makes no difference",
          "[http][parser][property]") {
  CHECK(rc::check([] {
    auto bytes = *good_request() + *good_request();
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
    const auto whole = parse_whole(bytes);
    RC_ASSERT(parse_bytewise(bytes) == whole);
    RC_ASSERT(parse_split(bytes, *sizes()) == whole);
  }));
}

TEST_CASE("a head that arrives byte by byte is not read again from its beginning",
          "[http][parser]") {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16'000, 'x')
                            + "\r\n\r\n";
  request_parser parser{limits{}};
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    // What it has seen is overwritten: were it to look again it would find a NUL and fail.
    std::string input(bytes.substr(0, i));
    if (i > 40)
      std::fill(input.begin(), input.end() - 2, '\0');
    REQUIRE(parser.next(input).event == parse_event::need_more);
  }
  CHECK(parser.next(bytes).event == parse_event::head);
}
