// A bridge with real sockets: connections, handlers, and the order of answers.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/bridge.hpp"
#include "tests/system/http_routes.hpp"
#include "tests/system/http_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using setup = http_server::setup;

} // namespace

// -- connections -------------------------------------------------------------------

TEST_CASE("a connection is kept for further requests (RFC 9112 9.3)", "[bridge]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  for (int i = 0; i < 3; ++i) {
    const auto got = client.get("/");
    REQUIRE(got);
    CHECK(got->status == 200);
    CHECK(got->body == "root");
    CHECK(got->field("Connection").empty());
    CHECK(got->field("Server") == "troupe");
    CHECK(got->field("Date").size() == 29);
  }
  CHECK(server.counters().accepted == 1);
  CHECK(server.counters().requests == 3);
  CHECK(server.counters().responses == 3);
}

TEST_CASE("a client that asks for it gets its answer and then the end", "[bridge]") {
  http_server server{basic_routes};
  wire_client closing{server.port()};
  closing.send(get("/", "Connection: close\r\n"));
  CHECK(closing.answer()->field("Connection") == "close");
  CHECK(closing.closed());

  wire_client old{server.port()};
  old.send("GET / HTTP/1.0\r\n\r\n");
  CHECK(old.answer()->body == "root");
  CHECK(old.closed());

  wire_client kept{server.port()};
  kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.answer()->field("Connection") == "keep-alive");
  CHECK(kept.get("/"));
}

TEST_CASE("HEAD has the header of GET and no body", "[bridge]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto head = client.answer(true);
  CHECK(head->status == 200);
  CHECK(head->field("Content-Length") == "4");
  CHECK(client.get("/")->body == "root");
}

TEST_CASE("a half-closed client still gets its answers", "[bridge]") {
  with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked") + get("/"));
  REQUIRE(routes.lot->wait_for(1));
  client.half_close();
  routes.lot->take(0).respond(response::text("late"));
  CHECK(client.answer()->body == "late");
  CHECK(client.answer()->body == "root");
  CHECK(client.closed());
}

TEST_CASE("a request that ends in the middle is answered 400", "[bridge]") {
  http_server server{basic_routes};
  for (const std::string part :
       {"GET / HT", "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nhalf"}) {
    wire_client client{server.port()};
    client.send(part);
    client.half_close();
    CHECK(client.answer()->status == 400);
    CHECK(client.closed());
  }
}

TEST_CASE("a client that goes takes nothing down, and what it was owed is dropped", "[bridge]") {
  with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  client.reset();
  REQUIRE(eventually([&] { return server.counters().connections == 0; }));
  CHECK(server.counters().in_flight == 0);
  CHECK(server.counters().clients_gone == 1);
  routes.lot->take(0).respond(response::text("too late"));
  CHECK(eventually([&] { return server.counters().late_answers == 1; }));
  CHECK(wire_client{server.port()}.get("/"));
}

TEST_CASE("at limits.connections further clients wait until one has gone", "[bridge]") {
  http_server server{[](setup& s, application& app) {
    basic_routes(s, app);
    s.bridge.limits.connections = 2;
  }};
  auto first = std::make_unique<wire_client>(server.port());
  wire_client second{server.port()};
  CHECK(first->get("/"));
  CHECK(second.get("/"));
  wire_client third{server.port()};
  third.send(get("/"));
  REQUIRE(eventually([&] { return server.counters().accept_pauses > 0; }));
  CHECK(server.counters().connections == 2);
  CHECK(second.get("/"));
  first.reset();
  CHECK(third.answer()->body == "root");
}

TEST_CASE("out of descriptors the bridge pauses instead of spinning, and goes on", "[bridge]") {
  http_server server{basic_routes};
  CHECK(wire_client{server.port()}.get("/"));
  REQUIRE(eventually([&] { return server.counters().connections == 0; }));
  std::vector<int> hogs;
  for (int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC); fd >= 0;
       fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC))
    hogs.push_back(fd);
  REQUIRE(hogs.size() > 2);
  ::close(hogs.back()); // one for the client, none for the server
  hogs.pop_back();
  wire_client client{server.port()};
  client.send(get("/"));
  REQUIRE(eventually([&] { return server.counters().accept_pauses > 0; }));
  const auto cpu = [] {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return std::chrono::seconds{used.ru_utime.tv_sec + used.ru_stime.tv_sec}
           + std::chrono::microseconds{used.ru_utime.tv_usec + used.ru_stime.tv_usec};
  };
  const auto before = cpu();
  std::this_thread::sleep_for(300ms);
  CHECK(cpu() - before < 100ms);
  for (const int fd : hogs)
    ::close(fd);
  CHECK(client.answer()->body == "root");
  CHECK_FALSE(server.events().all<accept_paused>().empty());
}

// -- the way to handlers -------------------------------------------------------------

TEST_CASE("functions, actors on the reactor and actors on the pool answer", "[bridge]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  CHECK(client.get("/actor/a%2Fb")->body == "hello a/b");
  CHECK(client.get("/pool/c")->body == "hello c");
}

TEST_CASE("404, 405 with Allow, 501 and OPTIONS keep the connection", "[bridge]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  const auto none = client.get("/nowhere");
  CHECK(none->status == 404);
  CHECK(none->field("Content-Type") == "application/problem+json");
  client.send("DELETE / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto wrong = client.answer();
  CHECK(wrong->status == 405);
  CHECK(wrong->field("Allow") == "GET, HEAD, OPTIONS");
  client.send("BREW / HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.answer()->status == 501);
  client.send("OPTIONS / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto options = client.answer();
  CHECK(options->status == 204);
  CHECK(options->field("Allow") == "GET, HEAD, OPTIONS");
  CHECK(server.counters().not_routed == 3);
  CHECK(server.counters().accepted == 1);
}

TEST_CASE("a 404 for a request with a body reads the body before the next request", "[bridge]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  client.send(post("/nowhere", std::string(100'000, 'x')) + get("/"));
  CHECK(client.answer()->status == 404);
  CHECK(client.answer()->body == "root");
}

TEST_CASE("a handler that fails is a 500 whose id stands in an event, not its text", "[bridge]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  for (const char* target : {"/throw", "/actor/crash", "/bad"}) {
    const auto got = client.get(target);
    REQUIRE(got);
    CHECK(got->status == 500);
    CHECK(got->body.find("asked to") == std::string::npos);
    const auto failed = server.events().all<request_failed>();
    REQUIRE_FALSE(failed.empty());
    CHECK(failed.back().request_id == got->field("X-Request-Id"));
    // The actor's restart may take a moment; the next handler does not depend on it.
  }
  CHECK(server.counters().handler_failures == 3);
  CHECK(client.get("/")->status == 200);
}

TEST_CASE("an exchange that is dropped is a 500", "[bridge]") {
  with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  { const auto dropped = routes.lot->take(0); }
  CHECK(client.answer()->status == 500);
  CHECK(server.events().all<request_failed>().at(0).why.code == errc::promise_dropped);
}

TEST_CASE("a request keeps the id it brings, and gets one otherwise", "[bridge]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  client.send(get("/", "X-Request-Id: abc-123\r\n"));
  CHECK(client.answer()->field("X-Request-Id") == "abc-123");
  client.send(get("/", "x-request-id: not a token\r\n"));
  CHECK(client.answer()->field("X-Request-Id").size() == 20);
  CHECK(client.get("/")->field("X-Request-Id") != client.get("/")->field("X-Request-Id"));
}

TEST_CASE("above in_flight requests are refused with 503 and Retry-After", "[bridge]") {
  with_parking routes;
  routes.change = [](setup& s) { s.bridge.in_flight = 1; };
  http_server server{routes};
  wire_client first{server.port()};
  first.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  wire_client second{server.port()};
  const auto refused = second.get("/");
  CHECK(refused->status == 503);
  CHECK_FALSE(refused->field("Retry-After").empty());
  CHECK(server.counters().overloaded == 1);
  routes.lot->take(0).respond(response::text("done"));
  CHECK(first.answer()->body == "done");
  CHECK(second.get("/")->status == 200);
}

// -- order -----------------------------------------------------------------------------

TEST_CASE("pipelined answers leave in the order of the requests (RFC 9112 9.3.2)",
          "[bridge][pipelining]") {
  with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked") + get("/") + get("/pool/x") + get("/parked") + get("/actor/y"));
  REQUIRE(routes.lot->wait_for(2));
  // The second parked one first: it has to wait for the first.
  routes.lot->take(1).respond(response::text("second"));
  CHECK(eventually([&] { return server.counters().in_flight == 1; }));
  CHECK(server.counters().responses == 0);
  routes.lot->take(0).respond(response::text("first"));
  for (const char* body : {"first", "root", "hello x", "second", "hello y"})
    CHECK(client.answer()->body == body);
}

TEST_CASE("hundreds of requests in one segment are all answered, in order",
          "[bridge][pipelining]") {
  http_server server{basic_routes};
  wire_client client{server.port()};
  std::string all;
  for (int i = 0; i < 500; ++i)
    all += get("/" + std::string{i % 2 == 0 ? "actor" : "pool"} + "/" + std::to_string(i));
  REQUIRE(client.send(all));
  for (int i = 0; i < 500; ++i) {
    const auto got = client.answer();
    REQUIRE(got);
    REQUIRE(got->body == "hello " + std::to_string(i));
  }
}

TEST_CASE("beyond pipeline_depth requests wait unread", "[bridge][pipelining]") {
  with_parking routes;
  routes.change = [](setup& s) { s.bridge.limits.pipeline_depth = 2; };
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked") + get("/parked") + get("/parked") + get("/"));
  REQUIRE(routes.lot->wait_for(2));
  CHECK(wire_client{server.port()}.get("/")); // the reactor has been round
  CHECK(routes.lot->parked() == 2);
  routes.lot->take(0).respond(response::text("0"));
  REQUIRE(routes.lot->wait_for(3));
  routes.lot->take(1).respond(response::text("1"));
  routes.lot->take(2).respond(response::text("2"));
  for (const char* body : {"0", "1", "2", "root"})
    CHECK(client.answer()->body == body);
}

TEST_CASE("an error behind pipelined requests is answered after them, and ends the connection",
          "[bridge][pipelining]") {
  with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked") + "GARBAGE\r\n\r\n" + get("/"));
  REQUIRE(routes.lot->wait_for(1));
  routes.lot->take(0).respond(response::text("first"));
  CHECK(client.answer()->body == "first");
  const auto bad = client.answer();
  CHECK(bad->status == 400);
  CHECK(bad->field("Connection") == "close");
  CHECK(client.closed());
}

// -- many at once ------------------------------------------------------------------------

TEST_CASE("many clients on two reactors each get their own answers", "[bridge]") {
  http_server server{[](setup& s, application& app) {
    basic_routes(s, app);
    s.bridge.reactors = 2;
  }};
  constexpr int clients = 16;
  constexpr int each = 200;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c)
    threads.emplace_back([&, c] {
      wire_client client{server.port()};
      for (int i = 0; i < each; ++i) {
        const auto name = std::to_string(c) + "." + std::to_string(i);
        const auto got = client.get((i % 2 == 0 ? "/actor/" : "/pool/") + name);
        if (got && got->body == "hello " + name)
          ++right;
      }
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(right == clients * each);
  CHECK(server.counters().in_flight == 0);
}
