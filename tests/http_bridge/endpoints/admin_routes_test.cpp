// The routes of the admin API, without a socket.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/registry/registry.hpp"
#include "runtime/lifespan/lifespan_status.hpp"
#include "http_bridge/endpoints/admin_routes.hpp"
#include "http_bridge/testkit/test_request.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace {

using namespace troupe;
using nlohmann::json;

/// An application with a few actors, and its routes.
struct fixture {
  std::shared_ptr<registry> actors = std::make_shared<registry>();
  std::shared_ptr<lifespan_status> status = std::make_shared<lifespan_status>();
  std::shared_ptr<event_log> events = std::make_shared<event_log>();
  http::router routes = http::make_admin_routes(
    std::make_shared<const http::admin_model>(http::admin_model{
      {"hostwatch", actors, status, [] { return std::size_t{9}; }}, events, {4711, "box", {}}}));

  fixture() {
    status->enter(lifespan_state::ready);
    for (const auto* path : {"/app", "/app/store", "/app/http", "/app/a b%c"}) {
      const auto record = std::make_shared<actor_record>(path, "worker");
      record->state = actor_state::idle;
      actors->enter(path, nullptr, record);
    }
  }

  [[nodiscard]] http::response get(std::string target) const {
    const auto path = target.substr(0, target.find('?'));
    const auto match = routes.match(http::method::get, path);
    REQUIRE(match.kind == http::match_kind::matched);
    testkit::test_request description;
    description.target = std::move(target);
    description.params = {match.params.begin(), match.params.end()};
    return std::get<http::inline_handler>(*match.handler)(testkit::make_test_request(description));
  }

  /// The document behind a target that answers 200.
  [[nodiscard]] json read(std::string target) const {
    const auto answer = get(std::move(target));
    CHECK(answer.status() == http::status::ok);
    CHECK(answer.content_type() == "application/json");
    CHECK(answer.header("Cache-Control") == "no-store");
    return json::parse(answer.body());
  }

  /// The problem behind a target that does not.
  [[nodiscard]] json refused(std::string target, http::status with) const {
    const auto answer = get(std::move(target));
    CHECK(answer.status() == with);
    CHECK(answer.header("Content-Type") == "application/problem+json");
    return json::parse(answer.body());
  }
};

} // namespace

TEST_CASE("every route is accepted by the router", "[admin]") {
  CHECK(fixture{}.routes.check());
}

TEST_CASE("discovery lists every route of the API, and nothing else", "[admin]") {
  const fixture f;
  const auto links = f.read("/admin/v1")["links"];
  std::size_t listed = 0;
  for (std::size_t i = 0; i < f.routes.table().size(); ++i) {
    auto pattern = std::string{f.routes.table().route_text(i)};
    if (pattern == "/admin/v1")
      continue;
    if (const auto star = pattern.find("{*"); star != std::string::npos)
      pattern.erase(star + 1, 1);
    INFO(pattern);
    bool found = false;
    for (const auto& link : links)
      found = found || link["href"] == pattern;
    CHECK(found);
    ++listed;
  }
  CHECK(listed == links.size());
}

TEST_CASE("nothing but reading is possible", "[admin]") {
  const fixture f;
  for (const auto m :
       {http::method::post, http::method::put, http::method::delete_, http::method::patch}) {
    CHECK(f.routes.match(m, "/admin/v1/actors").kind == http::match_kind::method_not_allowed);
    CHECK(f.routes.match(m, "/admin/v1/actors/app/store").kind
          == http::match_kind::method_not_allowed);
  }
}

TEST_CASE("actors are listed, filtered and paged", "[admin]") {
  const fixture f;
  CHECK(f.read("/admin/v1/actors")["total"] == 4);
  CHECK(f.read("/admin/v1/actors?q=store")["items"][0]["path"] == "/app/store");
  CHECK(f.read("/admin/v1/actors?state=failed")["items"] == json::array());
  const auto page = f.read("/admin/v1/actors?limit=2");
  CHECK(page["items"].size() == 2);
  CHECK(page["next"] == "/app/a b%c");
  const auto rest = f.read("/admin/v1/actors?limit=2&cursor=/app/a%20b%25c");
  CHECK(rest["items"].size() == 2);
  CHECK(rest["items"][0]["path"] == "/app/http");
  CHECK(rest["next"].is_null());
}

TEST_CASE("the number of unseen actors comes from CAF's count", "[admin]") {
  CHECK(fixture{}.read("/admin/v1/actors")["unobserved"] == 5);
}

TEST_CASE("a wrong parameter is refused by name", "[admin]") {
  const fixture f;
  CHECK(f.refused("/admin/v1/actors?limit=0", http::status::bad_request)["detail"]
        == "limit: \"0\" (1 to 10000)");
  CHECK(f.refused("/admin/v1/actors?sort=path", http::status::bad_request)["request_id"] == "test");
  CHECK(f.refused("/admin/v1/tree?path=/app", http::status::bad_request)["detail"]
        == "path: no such parameter (root)");
  CHECK(f.refused("/admin/v1/events?since=x", http::status::bad_request)["detail"]
        == "since: \"x\" is no number of an event");
  CHECK(f.refused("/admin/v1/events?since=-1", http::status::bad_request)["status"] == 400);
  CHECK(f.refused("/admin/v1/events?after=1", http::status::bad_request)["detail"]
        == "after: no such parameter (since)");
}

TEST_CASE("one actor is found by its path, however it is written", "[admin]") {
  const fixture f;
  for (const auto* target : {"/admin/v1/actors/app/store", "/admin/v1/actors//app/store",
                             "/admin/v1/actors/app%2Fstore"})
    CHECK(f.read(target)["path"] == "/app/store");
  CHECK(f.read("/admin/v1/actors/app/a%20b%25c")["path"] == "/app/a b%c");
}

TEST_CASE("an actor that is not there is a 404 with its path", "[admin]") {
  const fixture f;
  CHECK(f.refused("/admin/v1/actors/app/nobody", http::status::not_found)["detail"]
        == "no actor has the path /app/nobody");
  CHECK(f.refused("/admin/v1/actors/../../etc/passwd", http::status::not_found)["status"] == 404);
  CHECK(f.refused("/admin/v1/actors/", http::status::not_found)["status"] == 404);
  CHECK(f.refused("/admin/v1/tree?root=/app/nobody", http::status::not_found)["status"] == 404);
}

TEST_CASE("the tree begins where it is asked to", "[admin]") {
  const fixture f;
  CHECK(f.read("/admin/v1/tree")["items"][0]["children"].size() == 3);
  CHECK(f.read("/admin/v1/tree?root=/app/http")["items"][0]["path"] == "/app/http");
}

TEST_CASE("runtime and info come from lifespan and process", "[admin]") {
  fixture f;
  f.events->publish(lifespan_state_entered{lifespan_state::ready, {}});
  const auto runtime = f.read("/admin/v1/runtime");
  CHECK(runtime["state"] == "ready");
  CHECK(runtime["state_since"].is_string());
  CHECK(f.read("/admin/v1/info")["pid"] == 4711);
}

TEST_CASE("events are those after a number", "[admin]") {
  fixture f;
  for (std::uint32_t i = 1; i <= 3; ++i)
    f.events->publish(supervisor_event{child_started{"/app/store", i}});
  CHECK(f.read("/admin/v1/events")["items"].size() == 3);
  CHECK(f.read("/admin/v1/events?since=2")["items"][0]["sequence"] == 3);
  CHECK(f.read("/admin/v1/events?since=99")["items"] == json::array());
}

TEST_CASE("the probes are there too", "[admin]") {
  fixture f;
  CHECK(f.get("/readyz").status() == http::status::ok);
  f.status->enter(lifespan_state::draining);
  CHECK(f.get("/readyz").status() == http::status::service_unavailable);
  CHECK(f.get("/livez").status() == http::status::ok);
}
