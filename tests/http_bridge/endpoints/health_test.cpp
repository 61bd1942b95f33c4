// What the probes say in each state of the application.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/endpoints/health.hpp"
#include "http_bridge/testkit/test_request.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::http;

namespace {

struct probes {
  std::shared_ptr<lifespan_status> life = std::make_shared<lifespan_status>();
  router routes;

  probes() { add_health(routes, life); }

  response ask(std::string_view path) const {
    const auto match = routes.match(method::get, path);
    REQUIRE(match.kind == match_kind::matched);
    return std::get<inline_handler>(*match.handler)(testkit::make_test_request(method::get, path));
  }
  unsigned operator()(std::string_view path) const { return code(ask(path).status()); }
};

} // namespace

TEST_CASE("probes before, during and after service", "[health]") {
  probes ask;
  struct expectation {
    lifespan_state state;
    unsigned live, ready, startup;
  };
  for (const auto& want : {
         expectation{lifespan_state::starting, 200, 503, 503},
         expectation{lifespan_state::started, 200, 503, 200},
         expectation{lifespan_state::ready, 200, 200, 200},
         expectation{lifespan_state::lame_duck, 200, 503, 200},
         expectation{lifespan_state::draining, 200, 503, 200},
         expectation{lifespan_state::stopping, 200, 503, 200},
       }) {
    ask.life->enter(want.state);
    INFO(to_string(want.state));
    CHECK(ask("/livez") == want.live);
    CHECK(ask("/readyz") == want.ready);
    CHECK(ask("/startupz") == want.startup);
  }
}

TEST_CASE("a probe names the state and is not cached", "[health]") {
  probes ask;
  ask.life->enter(lifespan_state::lame_duck);
  const auto answer = ask.ask("/readyz");
  CHECK(answer.body() == std::string{to_string(lifespan_state::lame_duck)} + "\n");
  CHECK(answer.header("cache-control") == "no-store");
}

TEST_CASE("a path that is taken is reported by the router", "[health]") {
  router routes;
  routes.get("/livez", [](const request&) { return response{}; });
  add_health(routes, std::make_shared<lifespan_status>());
  CHECK_FALSE(routes.check());
}
