// From a request to its handler and back, without sockets.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/errors.hpp"
#include "runtime/registry/registry.hpp"
#include "http_bridge/problem.hpp"
#include "http_bridge/protocol/parser.hpp"
#include "http_bridge/internal/bridge_actor.hpp"
#include "http_bridge/request_message.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

using namespace troupe;
using namespace troupe::internal;
using http::method;
using http::response;
using http::status;

namespace {

/// Keeps the answers that a reactor would send.
struct recording_port final : http::reactor_port {
  std::shared_ptr<reactor_mailbox> box = std::make_shared<reactor_mailbox>(*wake_signal::make());
  counter_cells cells;
  std::map<std::uint64_t, response> answers;
  std::map<std::uint64_t, error> failures;

  void answer(slot_id slot, response&& what) override { answers[slot.number()] = std::move(what); }
  void fail(slot_id slot, const error& why) override { failures[slot.number()] = why; }
  const std::shared_ptr<reactor_mailbox>& mailbox() const noexcept override { return box; }
  counter_cells& counters() noexcept override { return cells; }
};

const slot_id first{0, 1};

/// An actor with the behaviour it is given, without Troupe's base: the bridge needs nothing of it. A class: CAF 0.17.6
/// dereferences a null pointer in every function actor, which the library's assertions notice.
class scripted final : public caf::event_based_actor {
public:
  using script = std::function<caf::behavior(caf::event_based_actor*)>;

  scripted(caf::actor_config& cfg, script make)
    : caf::event_based_actor(cfg), make_(std::move(make)) {}
  caf::behavior make_behavior() override { return make_(this); }

private:
  script make_;
};

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  registry actors;
  http::router routes;
  recording_port port;
  std::optional<bridge_actor> bridge;

  ~fixture() {
    if (bridge)
      bridge->detach();
    actors.clear();
  }

  void start() {
    REQUIRE(routes.check());
    bridge.emplace(system, routes, port);
    bridge->attach();
  }

  caf::actor put(const std::string& path, scripted::script make) {
    const auto made = system.spawn<scripted>(std::move(make));
    actors.enter(path, caf::actor_cast<caf::strong_actor_ptr>(made), nullptr);
    return made;
  }
  void put(const std::string& path, const caf::behavior& behavior) {
    put(path, scripted::script{[behavior](caf::event_based_actor*) { return behavior; }});
  }

  /// Reads a head as a connection does and opens the exchange; hands it over unless it was refused.
  http::opening send(const std::string& head, slot_id slot = first) {
    http::protocol::request_parser parser{http::limits{}};
    const auto step = parser.next(head);
    REQUIRE(step.event == http::protocol::parse_event::head);
    http::opening out;
    bridge->open(parser.head(), std::string_view{head}.substr(0, step.consumed), "id-1", out);
    if (out.draft)
      bridge->handle(out, std::move(*out.draft).finish(), slot);
    return out;
  }
  http::opening get(const std::string& path) {
    return send("GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n");
  }

  /// Waits for an answer that another thread gives.
  void wait_for_answer() {
    bridge->run_ready();
    while (port.answers.empty() && port.failures.empty()) {
      pollfd ready{port.box->wake()->fd(), POLLIN, 0};
      REQUIRE(::poll(&ready, 1, 10'000) == 1);
      port.box->wake()->acknowledge();
      bridge->run_ready();
    }
  }
};

caf::behavior greeter() {
  return {
    [](const http::request& r) { return response::text("hello " + std::string{r.param("name")}); }};
}

} // namespace

TEST_CASE("a function answers at once, with the route's parameters", "[bridge_actor]") {
  fixture f;
  f.routes.get("/hi/{name}", [](const http::request& r) {
    return response::text(std::string{r.param("name")} + " " + std::string{r.id()});
  });
  f.start();
  f.get("/hi/a%20b");
  REQUIRE(f.port.answers.count(first.number()) == 1);
  CHECK(f.port.answers[first.number()].body() == "a b id-1");
}

TEST_CASE("whatever a handler throws becomes a failure with its text", "[bridge_actor]") {
  fixture f;
  f.routes.get("/a", [](const http::request&) -> response { throw std::runtime_error("boom"); })
    .get("/b", [](const http::request&) -> response { throw 42; })
    .get("/c", [](http::exchange) { throw std::runtime_error("boom"); });
  f.start();
  f.get("/a");
  CHECK(f.port.failures[first.number()] == error{errc::crashed, "boom"});
  f.get("/b");
  CHECK(f.port.failures[first.number()].code == errc::crashed);
  CHECK(f.port.failures[first.number()].detail.find("int") != std::string::npos);
  f.port.failures.clear();
  f.get("/c");
  CHECK(f.port.failures[first.number()] == error{errc::crashed, "boom"});
}

TEST_CASE("what no route takes is refused: 404, 405 with Allow, 501, OPTIONS", "[bridge_actor]") {
  fixture f;
  f.routes.get("/x", [](const http::request&) { return response{}; });
  f.start();
  const auto refusal = [&](const std::string& line) {
    return *f.send(line + " HTTP/1.1\r\nHost: t\r\n\r\n").refusal;
  };
  CHECK(refusal("GET /y").status() == status::not_found);
  const auto wrong = refusal("DELETE /x");
  CHECK(wrong.status() == status::method_not_allowed);
  CHECK(wrong.header("allow") == "GET, HEAD, OPTIONS");
  CHECK(wrong.body().find("id-1") != std::string::npos);
  CHECK(refusal("BREW /x").status() == status::not_implemented);
  const auto options = refusal("OPTIONS /x");
  CHECK(options.status() == status::no_content);
  CHECK(options.header("allow") == "GET, HEAD, OPTIONS");
  CHECK(f.port.cells.not_routed.value() == 3);
}

TEST_CASE("an idle actor on the reactor answers within the turn, on this thread",
          "[bridge_actor]") {
  fixture f;
  std::optional<std::thread::id> ran_on;
  f.put("/app/greeter", caf::behavior{[&](const http::request&) {
          ran_on = std::this_thread::get_id();
          return response::text("x");
        }});
  f.routes.get("/hi", http::actor_handler{f.actors.ref("/app/greeter"), http::run_on::reactor});
  f.start();
  // The actor's first turns may be on the pool, where it was spawned.
  do {
    f.port.answers.clear();
    f.get("/hi");
    f.bridge->run_ready();
    f.wait_for_answer();
  } while (ran_on != std::this_thread::get_id());
  CHECK(f.port.answers.count(first.number()) == 1);
}

TEST_CASE("an actor on the pool answers and wakes the reactor", "[bridge_actor]") {
  fixture f;
  f.put("/app/greeter", greeter());
  f.routes.get("/hi/{name}", http::actor_handler{f.actors.ref("/app/greeter"), http::run_on::pool});
  f.start();
  f.get("/hi/you");
  f.wait_for_answer();
  CHECK(f.port.answers[first.number()].body() == "hello you");
}

TEST_CASE("an actor's error, a missing actor, a wrong answer and no handler each become a failure",
          "[bridge_actor]") {
  fixture f;
  f.put("/app/no", caf::behavior{[](const http::request&) -> caf::result<response> {
          return to_caf({errc::overloaded, "busy"});
        }});
  f.put("/app/odd", caf::behavior{[](const http::request&) { return 42; }});
  f.put("/app/deaf", caf::behavior{[](int) {}});
  for (const char* name : {"no", "odd", "deaf", "absent"})
    f.routes.get(
      "/" + std::string{name},
      http::actor_handler{f.actors.ref("/app/" + std::string{name}), http::run_on::pool});
  f.start();
  const auto failure = [&](const std::string& path) {
    f.port.failures.clear();
    f.get(path);
    f.wait_for_answer();
    return f.port.failures[first.number()];
  };
  CHECK(failure("/no") == error{errc::overloaded, "busy"});
  CHECK(failure("/odd").code == errc::unexpected_message);
  CHECK(failure("/deaf").code == errc::unexpected_message);
  CHECK(failure("/absent") == error{errc::restarting, "/app/absent"});
}

TEST_CASE("an actor that ends with a request in hand leaves no silence", "[bridge_actor]") {
  fixture f;
  const auto made = f.put("/app/gone",
                          scripted::script{[](caf::event_based_actor* self) -> caf::behavior {
                            return {[self](const http::request&) {
                              self->quit();
                              return self->make_response_promise<response>();
                            }};
                          }});
  f.routes.get("/gone", http::actor_handler{f.actors.ref("/app/gone"), http::run_on::pool});
  f.start();
  f.get("/gone"); // dropped by CAF 0.17; the connection's deadline answers
  caf::scoped_actor waiter{f.system};
  waiter->wait_for(made);
  f.get("/gone");
  f.wait_for_answer();
  CHECK(f.port.failures[first.number()].code == errc::gone);
}

TEST_CASE("an exchange goes out with the slot it has to answer", "[bridge_actor]") {
  fixture f;
  std::optional<http::exchange> kept;
  f.routes.get("/later", [&](http::exchange x) { kept.emplace(std::move(x)); });
  f.start();
  f.get("/later");
  REQUIRE(kept);
  kept->respond(response::text("done"));
  std::vector<posted> posts;
  REQUIRE(f.port.box->take(posts));
  CHECK(std::get<posted_answer>(posts.at(0)).slot == first);
}

TEST_CASE("the report of a handler that does not return names its route", "[bridge_actor]") {
  fixture f;
  std::string seen;
  f.routes.get("/slow/{x}", [&](const http::request&) {
    seen = f.bridge->current_work();
    return response{};
  });
  f.start();
  f.get("/slow/1");
  CHECK(seen == "the handler of /slow/{x}");
  CHECK(f.bridge->current_work() == "an actor");
}
