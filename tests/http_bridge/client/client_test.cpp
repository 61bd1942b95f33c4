// What the client sends, and how its waits end.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/client/client.hpp"
#include "tests/http_bridge/client/one_shot_server.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::http;
using testkit::one_shot_server;
using namespace std::chrono_literals;

namespace {

client client_of(const one_shot_server& server, client_options options = {}) {
  return client{tcp_server{"127.0.0.1", server.port()}, options};
}

} // namespace

TEST_CASE("a request says who it is for and that it is the last", "[client]") {
  std::string sent;
  {
    one_shot_server server{[&](int fd) {
      sent = one_shot_server::read_head(fd);
      one_shot_server::write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    }};
    const auto got = client_of(server).get("/x?y=1");
    REQUIRE(got);
    CHECK(got->status == 200);
    CHECK(got->body == "hi");
    CHECK(sent.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n")
          != std::string::npos);
  }
  CHECK(sent.starts_with("GET /x?y=1 HTTP/1.1\r\n"));
  CHECK(sent.find("Connection: close\r\n") != std::string::npos);
  CHECK(sent.find("Content-Length") == std::string::npos);
}

TEST_CASE("a body is sent with its length and type, an empty one too", "[client]") {
  for (const std::string body : {"{}", ""}) {
    std::string head;
    std::string received;
    one_shot_server server{[&](int fd) {
      head = one_shot_server::read_head(fd);
      received.resize(body.size());
      if (!body.empty()) // asking for nothing would wait for something
        ::recv(fd, received.data(), received.size(), MSG_WAITALL);
      one_shot_server::write(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    }};
    const auto got = client_of(server).post("/x", body);
    REQUIRE(got);
    CHECK(got->status == 202);
    CHECK(received == body);
    CHECK(head.find("Content-Length: " + std::to_string(body.size()) + "\r\n")
          != std::string::npos);
    CHECK(head.find("Content-Type: application/json\r\n") != std::string::npos);
  }
}

TEST_CASE("a server that says nothing ends in timed_out", "[client]") {
  one_shot_server server{[](int fd) {
    one_shot_server::read_head(fd);
    char c = 0;
    ::recv(fd, &c, 1, 0); // until the client gives up
  }};
  client_options options;
  options.timeout = 50ms;
  const auto got = client_of(server, options).get("/");
  REQUIRE_FALSE(got);
  CHECK(got.error().code == errc::timed_out);
}

TEST_CASE("a server that closes too early ends in io_error", "[client]") {
  one_shot_server server{[](int fd) {
    one_shot_server::read_head(fd);
    one_shot_server::write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
  }};
  const auto got = client_of(server).get("/");
  REQUIRE_FALSE(got);
  CHECK(got.error().code == errc::io_error);
}

TEST_CASE("nobody there ends in not_running", "[client]") {
  const auto local = client{unix_server{"/nowhere/x.sock"}}.get("/");
  REQUIRE_FALSE(local);
  CHECK(local.error().code == errc::not_running);
}

TEST_CASE("a request that would be two is not sent", "[client]") {
  const client none{unix_server{"/nowhere/x.sock"}};
  CHECK(none.get("/a b").error().code == errc::invalid_argument);
  CHECK(none.get("/a\r\nX: y").error().code == errc::invalid_argument);
  CHECK(none.get("").error().code == errc::invalid_argument);
  CHECK(none.send({.method = "GET", .target = "/", .headers = {{"X", "a\r\nb"}}, .body = {}})
          .error()
          .code
        == errc::invalid_argument);
}

TEST_CASE("lines of a stream are handed over one by one until the reader has had enough",
          "[client]") {
  one_shot_server server{[](int fd) {
    one_shot_server::read_head(fd);
    one_shot_server::write(fd,
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "8\r\ndata: 1\n\r\n1\r\n\n\r\n3\r\ndat\r\n6\r\na: 2\r\n\r\n0\r\n\r\n");
  }};
  std::vector<std::string> lines;
  const auto got = client_of(server).read_lines("/live", [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  REQUIRE(got);
  CHECK(lines == std::vector<std::string>{"data: 1", "", "data: 2"});

  one_shot_server again{[](int fd) {
    one_shot_server::read_head(fd);
    one_shot_server::write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na\nb\nc\n");
    char c = 0;
    ::recv(fd, &c, 1, 0);
  }};
  lines.clear();
  REQUIRE(client_of(again).read_lines("/live", [&](std::string_view line) {
    lines.emplace_back(line);
    return lines.size() < 2;
  }));
  CHECK(lines == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a stream that falls silent ends in timed_out", "[client]") {
  one_shot_server server{[](int fd) {
    one_shot_server::read_head(fd);
    one_shot_server::write(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    char c = 0;
    ::recv(fd, &c, 1, 0);
  }};
  client_options options;
  options.silence = 50ms;
  const auto got = client_of(server, options).read_lines("/", [](std::string_view) {
    return true;
  });
  REQUIRE_FALSE(got);
  CHECK(got.error().code == errc::timed_out);
}

TEST_CASE("a stream that is refused hands nothing over and keeps the reason", "[client]") {
  one_shot_server server{[](int fd) {
    one_shot_server::read_head(fd);
    one_shot_server::write(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnone\n");
  }};
  bool called = false;
  const auto got = client_of(server).read_lines("/",
                                                [&](std::string_view) { return called = true; });
  REQUIRE(got);
  CHECK(got->status == 404);
  CHECK(got->body == "none\n");
  CHECK_FALSE(called);
}
