// A bridge with real sockets: bodies, limits and deadlines.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/bridge.hpp"
#include "tests/system/http_routes.hpp"
#include "tests/system/http_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using setup = http_server::setup;

} // namespace

// -- bodies ----------------------------------------------------------------------------

TEST_CASE("bodies arrive whole, however they are cut", "[bridge][body]") {
  http_server server{basic_routes};
  std::string body;
  for (int i = 0; body.size() < 300'000; ++i)
    body += std::to_string(i) + ",";
  wire_client client{server.port()};
  client.send(post("/echo", body));
  CHECK(client.answer()->body == body);

  const auto bytes = post("/echo", "hello");
  for (const char c : bytes)
    client.send({&c, 1});
  CHECK(client.answer()->body == "hello");

  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char* piece : {"3\r\nabc\r", "\n5;x=y\r\nde", "fgh\r\n0\r\n", "T: u\r\n\r\n"})
    client.send(piece);
  CHECK(client.answer()->body == "abcdefgh");
}

TEST_CASE("100 Continue is sent to a client that waits for it, in its turn (RFC 9110 10.1.1)",
          "[bridge][body]") {
  with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(
    "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.answer()->status == 100);
  client.send("hi");
  CHECK(client.answer()->body == "hi");

  // Behind a request that is not answered yet it waits for that answer.
  client.send(
    get("/parked")
    + "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  REQUIRE(routes.lot->wait_for(1));
  routes.lot->take(0).respond(response::text("first"));
  CHECK(client.answer()->body == "first");
  CHECK(client.answer()->status == 100);
  client.send("ho");
  CHECK(client.answer()->body == "ho");

  // Whoever sends the body at once needs no leave.
  client.send(post("/echo", "he", "Expect: 100-continue\r\n"));
  CHECK(client.answer()->body == "he");
}

TEST_CASE("a client that waits for leave to send a body nobody wants gets the answer instead",
          "[bridge][body]") {
  http_server server{basic_routes};
  wire_client none{server.port()};
  none.send(
    "POST /nowhere HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const auto got = none.answer();
  CHECK(got->status == 404);
  CHECK(got->field("Connection") == "close");
  CHECK(none.closed());

  wire_client large{server.port()};
  large.send(
    "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  CHECK(large.answer()->status == 413);
  CHECK(large.closed());

  wire_client other{server.port()};
  other.send(get("/", "Expect: something\r\n"));
  CHECK(other.answer()->status == 417);
}

// -- limits ----------------------------------------------------------------------------

TEST_CASE("what is over a limit or no HTTP/1.1 is answered, then the connection ends in order",
          "[bridge][limits]") {
  http_server server{[](setup& s, application& app) {
    basic_routes(s, app);
    s.bridge.limits.body = byte_count{1'000};
  }};
  struct refusal {
    std::string request;
    int status;
  };
  for (const auto& each : {
         refusal{post("/echo", std::string(1'001, 'x')), 413},
         refusal{"POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n"
                   + std::string(1'001, 'x'),
                 413},
         refusal{get("/", "X: " + std::string(20'000, 'x') + "\r\n"), 431},
         refusal{get("/" + std::string(9'000, 'x')), 414},
         refusal{"GET / HTTP/1.1\r\n\r\n", 400},
         refusal{"GET / HTTP/2.0\r\nHost: t\r\n\r\n", 505},
         refusal{"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
         refusal{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400},
         refusal{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
       }) {
    INFO(each.request.substr(0, 60));
    wire_client client{server.port()};
    client.send(each.request);
    const auto got = client.answer();
    REQUIRE(got);
    CHECK(got->status == each.status);
    CHECK(got->field("Content-Type") == "application/problem+json");
    CHECK(got->field("Connection") == "close");
    CHECK(client.closed());
  }
  CHECK(server.counters().bad_requests == 9);
}

TEST_CASE("an error answer is not lost to a reset while the client still sends (RFC 9112 9.6)",
          "[bridge][limits]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9999999\r\n\r\n");
  for (int i = 0; i < 20; ++i)
    client.send(std::string(4'096, 'x'));
  CHECK(client.answer()->status == 413);
  CHECK(client.closed());
}

// -- deadlines -------------------------------------------------------------------------

TEST_CASE("a handler that is too late is answered 504, and its late answer dropped",
          "[bridge][deadline]") {
  with_parking routes;
  routes.change = [](setup& s) { s.bridge.limits.request_time = 100ms; };
  http_server server{routes};
  wire_client client{server.port()};
  const auto before = std::chrono::steady_clock::now();
  client.send(get("/parked"));
  const auto got = client.answer();
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(got->status == 504);
  CHECK(took >= 100ms);
  CHECK(took < 1s);
  CHECK(server.counters().request_timeouts == 1);
  CHECK(server.counters().in_flight == 0);
  routes.lot->take(0).respond(response::text("late"));
  CHECK(eventually([&] { return server.counters().late_answers == 1; }));
  CHECK(client.get("/")->body == "root");
}

TEST_CASE("a request knows its deadline", "[bridge][deadline]") {
  std::atomic<std::int64_t> left_ms{0};
  http_server server{[&](setup& s, application&) {
    s.bridge.limits.request_time = 7s;
    s.routes.get("/", [&](const request& r) {
      left_ms = std::chrono::ceil<std::chrono::milliseconds>(r.deadline()
                                                             - std::chrono::steady_clock::now())
                  .count();
      return response{};
    });
  }};
  CHECK(wire_client{server.port()}.get("/"));
  CHECK(left_ms > 6'000);
  CHECK(left_ms <= 7'000);
}

TEST_CASE("slow heads, slow bodies and idle connections are cut at their own deadlines",
          "[bridge][deadline]") {
  http_server server{[](setup& s, application& app) {
    basic_routes(s, app);
    s.bridge.limits.head_time = 150ms;
    s.bridge.limits.body_time = 150ms;
    s.bridge.limits.idle_time = 300ms;
  }};
  wire_client head{server.port()};
  head.send("GET / HTTP/1.1\r\nHost: t\r\nX: ");
  wire_client body{server.port()};
  body.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nha");
  wire_client idle{server.port()};
  CHECK(idle.get("/"));
  const auto before = std::chrono::steady_clock::now();
  // A byte now and then does not help: these are total times.
  std::thread drip{[&] {
    for (int i = 0; i < 12 && head.send("x"); ++i)
      std::this_thread::sleep_for(20ms);
  }};
  CHECK(head.answer()->status == 408);
  drip.join();
  CHECK(body.answer()->status == 408);
  CHECK(body.closed());
  CHECK(idle.closed());
  CHECK(std::chrono::steady_clock::now() - before >= 300ms);
  CHECK(server.counters().head_timeouts == 1);
  CHECK(server.counters().body_timeouts == 1);
  CHECK(server.counters().idle_timeouts == 1);
}

TEST_CASE("while a handler works the connection is not idle", "[bridge][deadline]") {
  with_parking routes;
  routes.change = [](setup& s) { s.bridge.limits.idle_time = 100ms; };
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  std::this_thread::sleep_for(300ms);
  routes.lot->take(0).respond(response::text("here"));
  CHECK(client.answer()->body == "here");
}

TEST_CASE("a large answer reaches a slow reader whole", "[bridge]") {
  const std::string large(8 * 1024 * 1024, 'x');
  http_server server{[&](setup& s, application&) {
    s.routes.get("/large", [&](const request&) { return response::text(large); });
  }};
  wire_client client{server.port(), 4'096};
  client.send(get("/large") + get("/large"));
  std::this_thread::sleep_for(50ms);
  CHECK(client.answer()->body.size() == large.size());
  CHECK(client.answer()->body.size() == large.size());
}

TEST_CASE("a client that does not take its answer is cut at write_time", "[bridge][deadline]") {
  http_server server{[](setup& s, application&) {
    s.bridge.limits.write_time = 150ms;
    s.routes.get("/large",
                 [](const request&) { return response::text(std::string(16 * 1024 * 1024, 'x')); });
  }};
  wire_client client{server.port(), 4'096};
  client.send(get("/large"));
  CHECK(eventually([&] { return server.counters().write_timeouts == 1; }));
  CHECK(eventually([&] { return server.counters().connections == 0; }));
}
