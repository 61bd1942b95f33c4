// Connecting, and waits that end.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/client/byte_stream.hpp"
#include "tests/http_bridge/client/one_shot_server.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <string>

#include <poll.h>

using namespace troupe;
using namespace troupe::http;
using testkit::one_shot_server;
using namespace std::chrono_literals;

namespace {

steady_time in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

} // namespace

TEST_CASE("bytes go both ways and the end is seen", "[byte_stream]") {
  one_shot_server server{[](int fd) {
    std::array<char, 4> got;
    ::recv(fd, got.data(), got.size(), MSG_WAITALL);
    one_shot_server::write(fd, {got.data(), got.size()});
  }};
  auto stream = byte_stream::connect_tcp("127.0.0.1", server.port(), in(5s));
  REQUIRE(stream);
  REQUIRE(stream->write("ping", in(5s)));
  std::string got;
  std::array<char, 16> buffer;
  for (;;) {
    const auto size = stream->read(buffer, in(5s));
    REQUIRE(size);
    if (*size == 0)
      break;
    got.append(buffer.data(), *size);
  }
  CHECK(got == "ping");
}

TEST_CASE("a read that gets nothing ends at its deadline", "[byte_stream]") {
  one_shot_server server{[](int fd) {
    char c = 0;
    ::recv(fd, &c, 1, 0);
  }};
  auto stream = byte_stream::connect_tcp("127.0.0.1", server.port(), in(5s));
  REQUIRE(stream);
  std::array<char, 16> buffer;
  const auto got = stream->read(buffer, in(20ms));
  REQUIRE_FALSE(got);
  CHECK(got.error().code == errc::timed_out);
}

TEST_CASE("a write that nobody takes ends at its deadline", "[byte_stream]") {
  one_shot_server server{[](int fd) {
    // Leaves the bytes where they are until the client is gone.
    pollfd gone{fd, POLLRDHUP, 0};
    ::poll(&gone, 1, 10'000);
  }};
  auto stream = byte_stream::connect_tcp("127.0.0.1", server.port(), in(5s));
  REQUIRE(stream);
  const auto written = stream->write(std::string(64 * 1024 * 1024, 'x'), in(50ms));
  REQUIRE_FALSE(written);
  CHECK(written.error().code == errc::timed_out);
}

TEST_CASE("an address that is none is refused, one where nobody is is not_running",
          "[byte_stream]") {
  CHECK(byte_stream::connect_tcp("256.1.1.1", 1, in(1s)).error().code == errc::invalid_argument);
  CHECK(byte_stream::connect_unix(std::string(200, 'x'), in(1s)).error().code
        == errc::invalid_argument);
  CHECK(byte_stream::connect_unix("", in(1s)).error().code == errc::invalid_argument);
  CHECK(byte_stream::connect_unix("/nowhere/x.sock", in(1s)).error().code == errc::not_running);
}
