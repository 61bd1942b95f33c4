// Reading responses.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/client/response_reader.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>

using namespace troupe;
using namespace troupe::http;

namespace {

client_response read(const std::string& bytes, bool no_body = false) {
  response_reader reader{no_body};
  REQUIRE(reader.take(bytes));
  REQUIRE(reader.complete());
  return reader.response();
}

} // namespace

TEST_CASE("a response with a length", "[client]") {
  const auto got = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello");
  CHECK(got.status == 200);
  CHECK(got.header("x-a") == "b");
  CHECK_FALSE(got.header("x-b"));
  CHECK(got.body == "hello");
}

TEST_CASE("a chunked response, with extensions and trailers", "[client]") {
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
             "chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: u\r\n\r\n")
          .body
        == "abc0123456789");
}

TEST_CASE("a response that ends with the connection", "[client]") {
  response_reader reader;
  REQUIRE(reader.take("HTTP/1.0 200 OK\r\n\r\nall"));
  CHECK_FALSE(reader.complete());
  REQUIRE(reader.end());
  CHECK(reader.complete());
  CHECK(reader.response().body == "all");
}

TEST_CASE("responses without a body whatever the header says", "[client]") {
  CHECK(read("HTTP/1.1 204 No Content\r\n\r\n").body.empty());
  CHECK(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n").body.empty());
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true).body.empty());
}

TEST_CASE("interim answers are skipped", "[client]") {
  const auto got = read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
                        "x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  CHECK(got.status == 201);
  CHECK_FALSE(got.header("link"));
}

TEST_CASE("what is no HTTP/1.1 response is an error", "[client]") {
  for (const char* bytes : {
         "SSH-2.0-OpenSSH\r\n\r\n",
         "HTTP/2 200 OK\r\n\r\n",
         "HTTP/1.1 2xx OK\r\n\r\n",
         "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
         "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
         "HTTP/1.1 101 Switching Protocols\r\n\r\n",
       }) {
    response_reader reader;
    INFO(bytes);
    const auto taken = reader.take(bytes);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == errc::io_error);
  }
}

TEST_CASE("what ends too early is an error", "[client]") {
  for (const char* bytes :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    response_reader reader;
    REQUIRE(reader.take(bytes));
    CHECK_FALSE(reader.end());
  }
}

TEST_CASE("limits are kept", "[client]") {
  const response_limits small{byte_count{64}, byte_count{8}};
  const auto refuses = [&](const std::string& bytes) {
    return !response_reader{false, small}.take(bytes).has_value();
  };
  CHECK(refuses("HTTP/1.1 200 OK\r\nX: " + std::string(64, 'x')));
  CHECK(refuses("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
  CHECK(refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n"));
  CHECK(refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(80, 'x')));
  CHECK_FALSE(refuses("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n12345678"));
}

TEST_CASE("any split of the bytes gives the same response", "[client]") {
  CHECK(rc::check([] {
    const std::string bytes = *rc::gen::element<std::string>(
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;e\r\nde\r\n0\r\nT: u\r\n\r\n");
    const auto whole = read(bytes);
    response_reader reader;
    for (std::size_t at = 0; at < bytes.size();) {
      const auto size = *rc::gen::inRange<std::size_t>(1, bytes.size() - at + 1);
      RC_ASSERT(reader.take(std::string_view{bytes}.substr(at, size)).has_value());
      at += size;
    }
    RC_ASSERT(reader.complete());
    RC_ASSERT(reader.response().body == whole.body);
    RC_ASSERT(reader.response().headers == whole.headers);
  }));
}
