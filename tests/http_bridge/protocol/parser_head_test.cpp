// Request lines and header fields.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"
#include "tests/http_bridge/protocol/parse_trace.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>
#include <string>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::http::protocol;
using namespace troupe::literals;
using namespace std::string_literals;

namespace {

// The status these bytes are refused with, 0 if they are not, given at once and byte by byte alike.
// Nothing of what is refused is reported as a request.
unsigned refused_with(const std::string& bytes, const limits& bounds = {}) {
  const auto whole = parse_whole(bytes, bounds);
  CHECK(parse_bytewise(bytes, bounds) == whole);
  CHECK(whole.failure_text.starts_with("RFC ") == (whole.failure != 0));
  CHECK((whole.failure == 0 || whole.requests.empty()));
  return whole.failure;
}

unsigned refused_with_fields(const std::string& fields) {
  return refused_with("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
}

// A parser that has reported the head of `bytes`, which stay with it.
struct parsed {
  explicit parsed(std::string text) : bytes(std::move(text)), parser(limits{}) {
    step = parser.next(bytes);
    REQUIRE(step.event == parse_event::head);
  }

  const request_head& head() const { return parser.head(); }

  std::string bytes;
  request_parser parser;
  parse_step step;
};

} // namespace

TEST_CASE("RFC 9112 2.2: lines end with CR LF, never with one of them alone", "[http][parser]") {
  CHECK(refused_with("GET / HTTP/1.1\nHost: a\n\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\n\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\rHost: a\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n") == 400);
  CHECK(refused_with("GET /\r\nHost: a\r\n\r\n") == 400);
  CHECK(refused_with("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refused_with("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("RFC 9112 2.2: a few empty lines before a request are skipped, more are refused",
          "[http][parser]") {
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(refused_with("\r\n\r\n\r\n\r\n" + request) == 0);
  CHECK(parse_whole("\r\n\r\n\r\n\r\n" + request).requests.size() == 1);
  CHECK(refused_with("\r\n\r\n\r\n\r\n\r\n" + request) == 400);
  // The count starts anew behind each request.
  CHECK(parse_whole("\r\n\r\n\r\n" + request + "\r\n\r\n\r\n" + request).requests.size() == 2);
  limits none;
  none.empty_lines = 0;
  CHECK(refused_with("\r\n" + request, none) == 400);
}

TEST_CASE("RFC 9112 2.2: white space before the first field is refused", "[http][parser]") {
  CHECK(refused_with("GET / HTTP/1.1\r\n Host: a\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("RFC 9112 2.3: the version is HTTP, slash, digit, dot, digit", "[http][parser]") {
  for (const std::string version :
       {"http/1.1",  "HTTP/1.",   "HTTP/1",   "HTTP/",    "HTTP",       "HTTP/1.10", "HTTP/11.1",
        "HTTP/.1",   "HTTP/1,1",  "HTTP/a.1", "HTTP/1.a", "HTTP 1.1",   "HTTPS/1.1", "HTTP/1.1 ",
        " HTTP/1.1", "HTTP/+1.1", "XTTP/1.1", "",         "HTTP/1.1\t", "HTTP//1.1"}) {
    INFO(version);
    CHECK(refused_with("GET / " + version + "\r\nHost: a\r\n\r\n") == 400);
  }
}

TEST_CASE("RFC 9110 15.6.6: another major version is answered with 505", "[http][parser]") {
  for (const std::string version : {"0.9", "0.0", "2.0", "3.0", "9.9"}) {
    INFO(version);
    CHECK(refused_with("GET / HTTP/" + version + "\r\nHost: a\r\n\r\n") == 505);
  }
  // The preface of HTTP/2 (RFC 9113 3.4).
  CHECK(refused_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505);
}

TEST_CASE("RFC 9110 2.5: a higher minor version is read as HTTP/1.1", "[http][parser]") {
  CHECK(parsed{"GET / HTTP/1.0\r\n\r\n"}.head().minor_version == 0);
  CHECK(parsed{"GET / HTTP/1.2\r\nHost: a\r\n\r\n"}.head().minor_version == 1);
  CHECK(parsed{"GET / HTTP/1.9\r\nHost: a\r\n\r\n"}.head().keep_alive);
  CHECK(refused_with("GET / HTTP/1.9\r\n\r\n") == 400);
}

TEST_CASE("RFC 9112 3: one space between the parts of a request line, and no part missing",
          "[http][parser]") {
  for (const std::string line :
       {" / HTTP/1.1", " GET / HTTP/1.1", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ",
        "GET\t/ HTTP/1.1", "GET /\tHTTP/1.1", "GET HTTP/1.1", "GET", "GET ", "/",
        "GET / a HTTP/1.1", "GET\x0b/ HTTP/1.1", "GET/ HTTP/1.1", "HTTP/1.1 200 OK"}) {
    INFO(line);
    CHECK(refused_with(line + "\r\nHost: a\r\n\r\n") == 400);
  }
}

TEST_CASE("RFC 9112 3: a method holds token characters only", "[http][parser]") {
  for (const char c : "\"(),/:;<=>?@[\\]{}\x01\x7f\x80\n\t"s) {
    INFO(static_cast<int>(c));
    CHECK(refused_with("GE"s + c + "T / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  }
  CHECK(refused_with("GE\0T / HTTP/1.1\r\nHost: a\r\n\r\n"s) == 400);
  // The first bytes of a TLS handshake on a plain port: refused at the first of them.
  CHECK(refused_with("\x16\x03\x01") == 400);
}

TEST_CASE("RFC 9112 3: a method longer than any is answered with 501", "[http][parser]") {
  CHECK(refused_with(std::string(33, 'A')) == 501);
  CHECK(refused_with(std::string(100'000, 'A')) == 501);
  CHECK(refused_with(std::string(32, 'A')) == 0);
  CHECK(refused_with(std::string(32, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
}

TEST_CASE("RFC 9110 9.1: a method that is not known is left to the router", "[http][parser]") {
  const parsed p{"get / HTTP/1.1\r\nHost: a\r\n\r\n"};
  CHECK(p.head().m == method::other);
  CHECK(p.head().method_text == "get");
}

TEST_CASE("RFC 9110 9.3.6: CONNECT is answered with 501", "[http][parser]") {
  CHECK(refused_with("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n") == 501);
  CHECK(refused_with("CONNECT ") == 501);
}

TEST_CASE("RFC 9112 3.2: a target is visible ASCII without a fragment", "[http][parser]") {
  for (unsigned c = 0; c < 256; ++c) {
    if (c == ' ' || c == '%')
      continue; // ends the target; begins an encoding
    const bool allowed = c > 0x20 && c < 0x7f && c != '#';
    for (const std::size_t at : {1U, 15U, 16U, 30U}) {
      auto target = "/" + std::string(30, 'x');
      target[at] = static_cast<char>(c);
      INFO(c << " at " << at);
      CHECK(refused_with("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n") == (allowed ? 0 : 400));
    }
  }
}

TEST_CASE("RFC 9112 3.2: every form of target is checked for the method", "[http][parser]") {
  const auto status_of = [](const std::string& line) {
    return refused_with(line + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  CHECK(status_of("GET foo") == 400);
  CHECK(status_of("GET *") == 400);
  CHECK(status_of("GET a:80") == 400);
  CHECK(status_of("GET ftp://a/") == 400);
  CHECK(status_of("GET http://user@a/") == 400);
  CHECK(status_of("GET /%zz") == 400);
  CHECK(status_of("GET /%00") == 400);
  CHECK(status_of("OPTIONS *") == 0);
}

TEST_CASE("RFC 9112 3: a target that is too long is answered with 414", "[http][parser]") {
  limits bounds;
  bounds.target = 100_B;
  const auto request = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  CHECK(refused_with(request(100), bounds) == 0);
  CHECK(refused_with(request(101), bounds) == 414);
  CHECK(refused_with("GET /" + std::string(100, 'x'), bounds) == 414);
  // Also when only the head is limited, and however much of it there is.
  bounds.head = 1_KiB;
  bounds.target = 1_KiB;
  CHECK(refused_with("GET /" + std::string(100'000, 'x'), bounds) == 414);
  CHECK(refused_with("GET /" + std::string(1'000'000, 'x')) == 414);
}

TEST_CASE("RFC 9112 3.2: exactly one valid Host", "[http][parser]") {
  CHECK(refused_with("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost:\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.0\r\n\r\n") == 0);
  // An absolute target does not make up for it.
  CHECK(refused_with("GET http://a/ HTTP/1.1\r\n\r\n") == 400);
}

TEST_CASE("RFC 9112 5.1: no white space between name and colon", "[http][parser]") {
  CHECK(refused_with_fields("X : a\r\n") == 400);
  CHECK(refused_with_fields("X\t: a\r\n") == 400);
  CHECK(refused_with_fields("Content-Length : 4\r\n") == 400);
}

TEST_CASE("RFC 9110 5.1: a field name is a token", "[http][parser]") {
  for (const auto& line : {": a"s, "X"s, "X a"s, "X-Invalid[]: a"s, "X(: a"s, "X\x80: a"s,
                           "X\x01: a"s, "X\0: a"s, "\x7f: a"s, "X=a"s, "\"X\": a"s}) {
    INFO(line);
    CHECK(refused_with_fields(line + "\r\n") == 400);
  }
  CHECK(refused_with_fields("!#$%&'*+-.^_`|~09azAZ: a\r\n") == 0);
}

TEST_CASE("RFC 9112 5.2: a folded field line is refused", "[http][parser]") {
  CHECK(refused_with_fields("X: a\r\n b\r\n") == 400);
  CHECK(refused_with_fields("X: a\r\n\tb\r\n") == 400);
  CHECK(refused_with_fields("X: a\r\n \r\n") == 400);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n") == 400);
}

TEST_CASE("RFC 9110 5.5: a field value holds no control character but the tab", "[http][parser]") {
  for (unsigned c = 0; c < 256; ++c) {
    const bool allowed = c == '\t' || (c >= 0x20 && c != 0x7f);
    for (const std::size_t size : {1U, 15U, 16U, 33U}) {
      INFO(c << " behind " << size);
      CHECK(refused_with_fields("X: " + std::string(size, 'x') + static_cast<char>(c) + "y\r\n")
            == (allowed ? 0 : 400));
    }
  }
}

TEST_CASE("RFC 6585 5: more fields than allowed are answered with 431", "[http][parser]") {
  std::string fields;
  for (int i = 0; i < 99; ++i)
    fields += "A:b\r\n";
  CHECK(refused_with_fields(fields) == 0);
  CHECK(refused_with_fields(fields + "A:b\r\n") == 431);
  // Many short fields: 300 of them in 2 KB.
  CHECK(refused_with_fields(fields + fields + fields) == 431);
}

TEST_CASE("RFC 6585 5: a head that is too long is answered with 431", "[http][parser]") {
  limits bounds;
  bounds.head = 256_B;
  bounds.target = 100_B;
  const auto request = [](std::size_t size) {
    const auto start = "GET / HTTP/1.1\r\nHost: a\r\nX: "s;
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  CHECK(refused_with(request(256), bounds) == 0);
  CHECK(refused_with(request(257), bounds) == 431);
  // As soon as it is clear that it will be too long.
  CHECK(refused_with(request(300).substr(0, 255), bounds) == 0);
  CHECK(refused_with(request(300).substr(0, 256), bounds) == 431);
  CHECK(refused_with(request(100'000)) == 431);
  // Wherever in a field the head ends.
  CHECK(refused_with("GET / HTTP/1.1\r\n" + std::string(100'000, 'x')) == 431);
  CHECK(refused_with("GET / HTTP/1.1\r\nX:" + std::string(100'000, ' ')) == 431);
  CHECK(refused_with("GET / HTTP/1.1\r\n" + std::string(16 * 1024 - 17, 'x') + "\r") == 400);
}

TEST_CASE("RFC 9110 5.5: white space around a value is not part of it", "[http][parser]") {
  const parsed p{"GET / HTTP/1.1\r\nhoSt:\ta\r\nempty:\r\nblank: \t \r\nx: \t a \t b "
                 "\t\r\nbytes:\x80\xff\r\n\r\n"};
  const auto fields = p.head().headers;
  REQUIRE(fields.size() == 5);
  CHECK(fields[0] == header_view{"hoSt", "a"});
  CHECK(fields[1] == header_view{"empty", ""});
  CHECK(fields[2] == header_view{"blank", ""});
  CHECK(fields[3] == header_view{"x", "a \t b"});
  CHECK(fields[4] == header_view{"bytes", "\x80\xff"});
}

TEST_CASE("a head is reported with every part of it", "[http][parser]") {
  const parsed p{
    "POST /a%20b?c=d HTTP/1.1\r\nHost: example.com:80\r\nConnection: keep-alive, Upgrade\r\n"
    "Upgrade: websocket\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"};
  CHECK(p.step.consumed == p.bytes.size() - 5);
  CHECK(p.step.body.empty());
  const auto& head = p.head();
  CHECK(head.m == method::post);
  CHECK(head.method_text == "POST");
  CHECK(head.target == "/a%20b?c=d");
  CHECK(head.path == "/a%20b");
  CHECK(head.query == "c=d");
  CHECK(head.authority == "example.com:80");
  CHECK(head.minor_version == 1);
  CHECK(head.headers.size() == 5);
  CHECK(head.content_length == 5);
  CHECK_FALSE(head.chunked);
  CHECK(head.keep_alive);
  CHECK(head.expect_continue);
  CHECK(head.upgrade == "websocket");
  CHECK(head.has_body());
  // Views into the input, not copies.
  CHECK(head.target.data() == p.bytes.data() + 5);
}

TEST_CASE("RFC 9112 3.2.2: the host of an absolute target counts, not that of Host",
          "[http][parser]") {
  const parsed p{"GET http://b:81/x?y HTTP/1.1\r\nHost: a\r\n\r\n"};
  CHECK(p.head().authority == "b:81");
  CHECK(p.head().path == "/x");
  CHECK(p.head().query == "y");
  CHECK(p.head().target == "http://b:81/x?y");
  CHECK(parsed{"GET / HTTP/1.0\r\n\r\n"}.head().authority.empty());
}

TEST_CASE("RFC 9110 10.1.1: nobody waits for a 100 where no body follows", "[http][parser]") {
  const auto waits = [](const std::string& fields) {
    return parsed{"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + fields + "\r\n"}
      .head()
      .expect_continue;
  };
  CHECK_FALSE(waits(""));
  CHECK_FALSE(waits("Content-Length: 0\r\n"));
  CHECK(waits("Content-Length: 1\r\n"));
  CHECK(waits("Transfer-Encoding: chunked\r\n"));
}

TEST_CASE("uNetworking/h1spec: a request that is not finished is waited for", "[http][parser]") {
  const std::string request = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (std::size_t i = 0; i < request.size(); ++i) {
    INFO(i);
    const auto t = parse_whole(request.substr(0, i));
    CHECK(t.failure == 0);
    CHECK(t.requests.empty());
  }
  CHECK(parse_whole(request).requests.size() == 1);
}
