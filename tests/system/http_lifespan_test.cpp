// A bridge in the life of its application: start, streams, drain, restart, stop.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/supervision_messages.hpp"
#include "http_bridge/bridge.hpp"
#include "http_bridge/client/client.hpp"
#include "http_bridge/endpoints/health.hpp"
#include "tests/system/http_server.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using setup = http_server::setup;

struct routes_with_parking {
  std::shared_ptr<parking_lot> lot = std::make_shared<parking_lot>();
  std::function<void(setup&)> change = [](setup&) {};

  void operator()(setup& s, application& app) const {
    s.routes.get("/", [](const request&) { return response::text("root"); })
      .get("/parked", parking_lot::handler(lot));
    add_health(s.routes, app.status());
    change(s);
  }
};

std::string get(std::string_view target) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: t\r\n\r\n";
}

/// Asks the parking route for a stream of events.
sse_stream open_events(wire_client& client, parking_lot& lot) {
  client.send(get("/parked"));
  REQUIRE(lot.wait_for(1));
  return lot.take(0).start_events();
}

bool refused(std::uint16_t port) {
  const auto got = client{tcp_server{"127.0.0.1", port}}.get("/");
  return !got && got.error().code == errc::not_running;
}

} // namespace

// -- streams -------------------------------------------------------------------------

TEST_CASE("events reach the client as they are sent", "[bridge][sse]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  auto events = open_events(client, *routes.lot);
  const auto head = client.read_until("\r\n\r\n");
  CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(events.send({.id = "1", .event = "tick", .data = "one"}));
  CHECK(client.read_until("\n\n").find("id: 1\nevent: tick\ndata: one\n\n") != std::string::npos);
  CHECK(events.send({.id = "2", .event = "tick", .data = "two"}));
  CHECK(client.read_until("\n\n").find("data: two") != std::string::npos);
  CHECK(server.counters().streams == 1);
  events.close();
  CHECK_FALSE(client.read_until("0\r\n\r\n").empty());
  // The stream was one answer: the connection goes on.
  CHECK(client.get("/")->body == "root");
  CHECK(server.counters().streams == 0);
}

TEST_CASE("a client that closes is noticed by the stream, also without an event", "[bridge][sse]") {
  const routes_with_parking routes;
  http_server server{routes};
  auto client = std::make_unique<wire_client>(server.port());
  const auto events = open_events(*client, *routes.lot);
  CHECK_FALSE(client->read_until("\r\n\r\n").empty());
  CHECK_FALSE(events.closed());
  client.reset();
  CHECK(eventually([&] { return events.closed(); }));
  CHECK(server.counters().clients_gone == 1);
  CHECK(server.counters().streams == 0);
}

TEST_CASE("a client that does not read its events is cut off, and counted", "[bridge][sse]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port(), 4'096};
  auto events = open_events(client, *routes.lot);
  const std::string large(64 * 1024, 'x');
  CHECK(eventually([&] { return !events.send({.id = {}, .event = {}, .data = large}); }));
  CHECK(events.closed());
  CHECK(eventually([&] { return server.counters().streams == 0; }));
  CHECK(server.counters().streams_overflowed == 1);
}

TEST_CASE("requests behind a stream wait for its end", "[bridge][sse]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked") + get("/"));
  REQUIRE(routes.lot->wait_for(1));
  auto events = routes.lot->take(0).start_events();
  CHECK(events.send({.id = {}, .event = {}, .data = "x"}));
  CHECK_FALSE(client.read_until("\n\n").empty());
  events.close();
  CHECK_FALSE(client.read_until("0\r\n\r\n").empty());
  CHECK(client.answer()->body == "root");
}

TEST_CASE("a written body is chunked, for HTTP/1.0 it ends with the connection",
          "[bridge][body_writer]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  {
    auto body = routes.lot->take(0).start_body(
      response{status::created}.with_header("Content-Type", "text/plain"));
    CHECK(body.write("one,") == write_result::queued);
    CHECK(body.write("two") == write_result::queued);
  }
  const auto got = client.answer();
  CHECK(got->status == 201);
  CHECK(got->body == "one,two");

  wire_client old{server.port()};
  old.send("GET /parked HTTP/1.0\r\n\r\n");
  REQUIRE(routes.lot->wait_for(2));
  {
    auto body = routes.lot->take(1).start_body(response{});
    CHECK(body.write("all") == write_result::queued);
  }
  const auto head = old.read_until("\r\n\r\n");
  CHECK(head.find("Transfer-Encoding") == std::string::npos);
  CHECK(old.read_until("all") == "all");
  CHECK(old.closed());
}

TEST_CASE("a body larger than every buffer gets through, the writer held back",
          "[bridge][body_writer]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  constexpr std::size_t pieces = 400;
  const std::string piece(64 * 1024, 'x');
  std::atomic<std::size_t> held_back{0};
  std::thread writer{[&] {
    auto body = routes.lot->take(0).start_body(response{});
    for (std::size_t i = 0; i < pieces;) {
      switch (body.write(piece)) {
        case write_result::queued:
          ++i;
          break;
        case write_result::full:
          ++held_back;
          std::this_thread::sleep_for(1ms);
          break;
        case write_result::closed:
          return;
      }
    }
  }};
  std::this_thread::sleep_for(100ms); // let it run into the bound
  const auto got = client.answer();
  writer.join();
  REQUIRE(got);
  CHECK(got->body.size() == pieces * piece.size());
  CHECK(held_back > 0);
}

// -- start -----------------------------------------------------------------------------

TEST_CASE("a port in use fails the start with exit 3, and the first server goes on",
          "[bridge][start]") {
  const routes_with_parking routes;
  http_server first{routes};
  application second{"second"};
  bridge_options options;
  options.listen = tcp_endpoint{"127.0.0.1", first.port()};
  second.add(make_bridge(second, "http", options, router{}));
  CHECK(second.run() == 3);
  CHECK(client{tcp_server{"127.0.0.1", first.port()}}.get("/"));
}

TEST_CASE("a bad route or option fails the start", "[bridge][start]") {
  for (const bool bad_route : {true, false}) {
    application app{"bad"};
    bridge_options options;
    options.listen = tcp_endpoint{"127.0.0.1", 0};
    router routes;
    if (bad_route)
      routes.get("no slash", [](const request&) { return response{}; });
    else
      options.in_flight = 0;
    app.add(make_bridge(app, "http", options, routes));
    CHECK(app.run() == 3);
  }
}

TEST_CASE("a Unix-domain socket serves, and is gone afterwards", "[bridge][start]") {
  std::string folder = (std::filesystem::temp_directory_path() / "troupe_XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const auto path = folder + "/made/x.sock";
  routes_with_parking routes;
  routes.change = [&](setup& s) { s.bridge.listen = unix_endpoint{path}; };
  {
    http_server server{routes};
    const client local{unix_server{path}};
    CHECK(local.get("/")->body == "root");
    CHECK(local.get("/readyz")->status == 200);
  }
  CHECK_FALSE(std::filesystem::exists(path));
  std::filesystem::remove_all(folder);
}

// -- stop ------------------------------------------------------------------------------

TEST_CASE("an idle bridge stops at once, and its port is free", "[bridge][drain]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client idle{server.port()};
  CHECK(idle.get("/"));
  const auto before = std::chrono::steady_clock::now();
  server.request_stop();
  CHECK(server.wait() == 0);
  CHECK(std::chrono::steady_clock::now() - before < 2s);
  CHECK(idle.closed());
  CHECK(refused(server.port()));
  CHECK_FALSE(server.status().address());
}

TEST_CASE("a request in flight is answered in a drain, with Connection: close", "[bridge][drain]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  server.request_stop();
  REQUIRE(eventually([&] { return server.app().status()->state() == lifespan_state::draining; }));
  REQUIRE(eventually([&] { return refused(server.port()); }));
  routes.lot->take(0).respond(response::text("made it"));
  const auto got = client.answer();
  CHECK(got->body == "made it");
  CHECK(got->field("Connection") == "close");
  CHECK(client.closed());
  CHECK(server.wait() == 0);
  CHECK(server.events().all<bridge_drained>().at(0).in_time);
}

TEST_CASE("of pipelined requests in flight the last says Connection: close", "[bridge][drain]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked") + get("/parked") + get("/"));
  REQUIRE(routes.lot->wait_for(2));
  server.request_stop();
  REQUIRE(eventually([&] { return refused(server.port()); }));
  routes.lot->take(0).respond(response::text("0"));
  routes.lot->take(1).respond(response::text("1"));
  CHECK(client.answer()->field("Connection").empty());
  CHECK(client.answer()->field("Connection").empty());
  const auto last = client.answer();
  CHECK(last->body == "root");
  CHECK(last->field("Connection") == "close");
  CHECK(client.closed());
  CHECK(server.wait() == 0);
}

TEST_CASE("a new request on a live connection is refused in a drain, with 503 and Retry-After",
          "[bridge][drain]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  server.request_stop();
  REQUIRE(eventually([&] { return refused(server.port()); }));
  client.send(get("/"));
  REQUIRE(eventually([&] { return server.counters().draining == 1; }));
  routes.lot->take(0).respond(response::text("first"));
  CHECK(client.answer()->status == 200);
  const auto late = client.answer();
  CHECK(late->status == 503);
  CHECK_FALSE(late->field("Retry-After").empty());
  CHECK(late->field("Connection") == "close");
  CHECK(client.closed());
  CHECK(server.wait() == 0);
}

TEST_CASE("what is not answered by the drain's deadline is cut off, and said", "[bridge][drain]") {
  routes_with_parking routes;
  routes.change = [](setup& s) { s.bridge.drain_time = 200ms; };
  http_server server{routes};
  wire_client client{server.port()};
  client.send(get("/parked"));
  REQUIRE(routes.lot->wait_for(1));
  const auto before = std::chrono::steady_clock::now();
  server.request_stop();
  CHECK(server.wait() == 0);
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(took >= 200ms);
  CHECK(took < 3s);
  const auto drained = server.events().all<bridge_drained>().at(0);
  CHECK_FALSE(drained.in_time);
  CHECK(drained.cut == 1);
  CHECK_FALSE(client.answer());
}

TEST_CASE("streams get a last event at the notice, and do not hold up the stop",
          "[bridge][drain][sse]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client client{server.port()};
  const auto events = open_events(client, *routes.lot);
  CHECK_FALSE(client.read_until("\r\n\r\n").empty());
  const auto before = std::chrono::steady_clock::now();
  server.request_stop();
  CHECK(client.read_until("\n\n").find("event: stopping\n") != std::string::npos);
  CHECK_FALSE(client.read_until("0\r\n\r\n").empty());
  CHECK(client.closed());
  CHECK(events.closed());
  CHECK(server.wait() == 0);
  CHECK(std::chrono::steady_clock::now() - before < 2s);
}

TEST_CASE("no request of busy clients goes unanswered while the server stops", "[bridge][drain]") {
  const routes_with_parking routes;
  http_server server{routes};
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0};
  std::atomic<int> lost{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c)
    clients.emplace_back([&] {
      const client fresh{tcp_server{"127.0.0.1", server.port()}};
      while (!stop) {
        // A connection of its own each: once accepted, a request must not be dropped.
        const auto got = fresh.get("/");
        if (got)
          ++answered;
        else if (got.error().code == errc::not_running)
          return;
        else
          ++lost;
      }
    });
  REQUIRE(eventually([&] { return answered > 200; }));
  server.request_stop();
  CHECK(server.wait() == 0);
  stop = true;
  for (auto& each : clients)
    each.join();
  CHECK(lost == 0);
}

// -- supervision -------------------------------------------------------------------------

TEST_CASE("a new incarnation of the bridge opens the same address again", "[bridge][restart]") {
  const routes_with_parking routes;
  http_server server{routes};
  wire_client old{server.port()};
  CHECK(old.get("/"));
  for (int i = 1; i <= 2; ++i) {
    const auto bridge = server.app().ref("/app/http");
    caf::anon_send<caf::message_priority::high>(caf::actor_cast<caf::actor>(bridge.resolve()),
                                                restart_directive{});
    REQUIRE(eventually([&] {
      const auto got = client{tcp_server{"127.0.0.1", server.port()}}.get("/");
      return got && got->status == 200
             && server.events().all<bridge_listening>().size() == static_cast<std::size_t>(i) + 1;
    }));
  }
  CHECK(old.closed());
  CHECK(server.counters().connections <= 1);
  CHECK(server.status().address());
  server.request_stop();
  CHECK(server.wait() == 0);
}

// A server whose handler never returns; a process of its own, because it ends without unwinding. Being hidden does
// not protect it from being chosen by its file's name, so it also has to be told.
TEST_CASE("stuck server", "[.stuck_server]") {
  if (std::getenv("TROUPE_STUCK_SERVER") == nullptr)
    return;
  routes_with_parking routes;
  routes.change = [](setup& s) {
    s.bridge.events = nullptr; // to the log
    s.routes.get("/stuck", [](const request&) -> response {
      for (;;)
        std::this_thread::sleep_for(1h);
    });
  };
  application_options options;
  options.lifespan.stop_time = 2s;
  options.lifespan.drain_time = 300ms;
  http_server server{routes, options};
  wire_client client{server.port()};
  client.send(get("/stuck"));
  std::this_thread::sleep_for(100ms);
  server.request_stop();
  server.wait();
}

TEST_CASE("a reactor whose handler does not return is named, and the process ends in time",
          "[bridge][stop]") {
  int out[2];
  REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  const auto before = std::chrono::steady_clock::now();
  const auto child = ::fork();
  if (child == 0) {
    ::dup2(out[1], 2);
    ::setenv("TROUPE_STUCK_SERVER", "1", 1);
    ::execl("/proc/self/exe", "http_system", "[.stuck_server]", nullptr);
    ::_exit(99);
  }
  ::close(out[1]);
  std::string log;
  char buffer[4096];
  for (auto got = ::read(out[0], buffer, sizeof buffer); got > 0;
       got = ::read(out[0], buffer, sizeof buffer))
    log.append(buffer, static_cast<std::size_t>(got));
  ::close(out[0]);
  int ended = 0;
  REQUIRE(::waitpid(child, &ended, 0) == child);
  INFO(log);
  CHECK(WEXITSTATUS(ended) == 4);
  CHECK(log.find("reactor 0: the handler of /stuck for ") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - before < 8s);
}
