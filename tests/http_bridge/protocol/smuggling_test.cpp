// Inputs that parsers in common use disagree about, each with a second request hidden behind it.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/parser.hpp"
#include "tests/http_bridge/protocol/parse_trace.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace troupe::http::protocol;
using namespace std::string_literals;

namespace {

struct hostile_input {
  const char* what;
  std::string bytes; ///< Request line and all, without the hidden request.
  unsigned refused_with;
};

const std::string start = "POST / HTTP/1.1\r\nHost: a\r\n";
const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

std::string chunked(const std::string& body) {
  return start + "Transfer-Encoding: chunked\r\n\r\n" + body;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += text;
  return all;
}

// Not a global: some of them are megabytes that only these tests need.
std::vector<hostile_input> all_inputs() {
  return {
    {"RFC 9112 6.1: Content-Length, then Transfer-Encoding",
     start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 6.1: Transfer-Encoding, then Content-Length",
     start + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 6.1: chunked is not the last coding",
     start + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 6.1: chunked within a longer word",
     start + "Transfer-Encoding: chunkedchunked\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 5.2: folded Transfer-Encoding",
     start + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 6.1: two Transfer-Encodings",
     start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 6.1: Transfer-Encoding behind a vertical tab",
     start
       + "Transfer-Encoding: \x0b"
         "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"RFC 9110 8.6: two equal Content-Lengths",
     start + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 400},
    {"RFC 9110 8.6: two different Content-Lengths",
     start + "Content-Length: 0\r\nContent-Length: 9\r\n\r\n", 400},
    {"RFC 9110 8.6: a list of Content-Lengths", start + "Content-Length: 0,0\r\n\r\n", 400},
    {"RFC 9110 8.6: a sign before the Content-Length", start + "Content-Length: +0\r\n\r\n", 400},
    {"RFC 9110 8.6: a Content-Length that overflows",
     start + "Content-Length: 18446744073709551616\r\n\r\n", 413},
    {"RFC 9112 7.1: a chunk size with 0x", chunked("0x4\r\nabcd\r\n0\r\n\r\n"), 400},
    {"RFC 9112 7.1: a chunk size that overflows", chunked("FFFFFFFFFFFFFFFFF\r\nabcd\r\n0\r\n\r\n"),
     413},
    {"RFC 9112 7.1: an empty chunk line", chunked("\r\nabcd\r\n0\r\n\r\n"), 400},
    {"RFC 9112 2.2: bare LF line ends", "POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\n", 400},
    {"RFC 9112 2.2: a bare LF before the Transfer-Encoding",
     "POST / HTTP/1.1\r\nHost: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 5.1: white space before the colon", start + "Content-Length : 0\r\n\r\n", 400},
    {"RFC 9112 7.1.1: a bare LF in a chunk extension", chunked("0;a\nb\r\n\r\n"), 400},
    {"RFC 9112 7.1.1: junk in a chunk extension", chunked("0 junk\r\n\r\n"), 400},
    {"RFC 9112 2.2: CR without LF", "POST / HTTP/1.1\rHost: a\r\n\r\n", 400},
    {"RFC 9112 5.2: obs-fold", start + "X: a\r\n b\r\n\r\n", 400},
    {"RFC 9112 3.2: no Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"RFC 9112 3.2: two Hosts", start + "Host: b\r\n\r\n", 400},
    {"RFC 9110 15.6.6: HTTP/9.9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505},
    {"RFC 9112 6.1: chunked in HTTP/1.0",
     "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"RFC 9112 3.2: high bytes in the target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"RFC 9110 5.5: NUL in a value", start + "X: a\0b\r\n\r\n"s, 400},
    {"RFC 6585 5: 100 KB in one field", start + "X: " + std::string(100'000, 'x') + "\r\n\r\n",
     431},
    {"RFC 6585 5: 300 fields in 2 KB", start + repeated("A: b\r\n", 300) + "\r\n", 431},
    {"RFC 9112 7.1.2: 20 MB of trailers",
     chunked("0\r\n" + repeated("A: b\r\n", 20 * 1024 * 1024 / 6)), 431},
    {"RFC 9112 7.1.1: 50 MB of chunk extension", chunked("1;" + std::string(50 * 1024 * 1024, 'x')),
     413},
    {"RFC 9112 7.1: 2 million chunks of one byte", chunked(repeated("1\r\nx\r\n", 2'000'000)), 413},
    {"RFC 9112 7.1: no CR LF behind the data", chunked("1\r\nxGET"), 400},
  };
}

} // namespace

TEST_CASE("what is ambiguous is refused, and no hidden request is seen", "[http][smuggling]") {
  for (const auto& input : all_inputs()) {
    INFO(input.what);
    const auto t = parse_whole(input.bytes + hidden);
    CHECK(t.failure == input.refused_with);
    for (const auto& request : t.requests) {
      CHECK(request.head.find("hidden") == std::string::npos);
      CHECK_FALSE(request.complete);
    }
  }
}

TEST_CASE("reliability.md 2: and it makes no difference in which pieces it arrives",
          "[http][smuggling]") {
  for (const auto& input : all_inputs()) {
    INFO(input.what);
    // A few of them are megabytes; pieces of one network packet will do for those.
    const auto bytes = input.bytes + hidden;
    const auto whole = parse_whole(bytes);
    const std::vector<std::size_t> packets(1'000, 1'460);
    CHECK(parse_split(bytes, packets) == whole);
    if (bytes.size() < 200'000)
      CHECK(parse_bytewise(bytes) == whole);
  }
}

TEST_CASE("RFC 9110 6.5.1: a Content-Length in a trailer is ignored", "[http][smuggling]") {
  const auto t = parse_whole(chunked("1\r\nx\r\n0\r\nContent-Length: 99\r\n\r\n") + hidden);
  CHECK(t.failure == 0);
  REQUIRE(t.requests.size() == 2);
  CHECK(t.requests[0].body == "x");
  CHECK(t.requests[1].complete);
}

TEST_CASE("reliability.md 5.21: other protocols on the port are refused at their first line",
          "[http][smuggling]") {
  // TLS hello, HTTP/2, SSH, SMTP, a JSON line, RTSP.
  CHECK(parse_whole("\x16\x03\x01\x02").failure == 400);
  CHECK(parse_whole("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").failure == 505);
  CHECK(parse_whole("SSH-2.0-OpenSSH_9.2p1\r\n").failure == 400);
  CHECK(parse_whole("EHLO example.com\r\n").failure == 400);
  CHECK(parse_whole("{\"a\": 1}\n").failure == 400);
  CHECK(parse_whole("DESCRIBE rtsp://a/b RTSP/1.0\r\n").failure == 400);
}
