// The documents of the admin API.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/snapshot_json.hpp"
#include "tests/runtime/inspection/hand_made.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

namespace {

using namespace troupe;
using namespace std::chrono_literals;
using nlohmann::json;

json actors(const snapshot& from, const actor_query& query = {}) {
  return json::parse(actors_json(from, select(from, query)));
}

json item(const snapshot& from, std::string_view path) {
  const auto list = actors(from);
  for (const auto& each : list["items"]) {
    if (each["path"] == path)
      return each;
  }
  FAIL("no item " << path);
  return {};
}

} // namespace

TEST_CASE("an actor is shown with all its figures", "[snapshot_json]") {
  CHECK(item(testing::small_service(), "/app/store") == json::parse(R"({
    "path": "/app/store", "observed": true, "id": 17, "incarnation": 3, "type": "store",
    "state": "running", "abandoned": false, "mailbox": {"depth": 15},
    "msgs": {"enqueued": 120, "total": 100, "refused": 5, "unhandled": 1},
    "busy": {"total_s": 1.25}, "errors": 2, "restarts": 2, "age_s": 90.0,
    "current": {"message": "hostwatch::sample", "for_ms": 12.345},
    "last_error": {"code": "crashed", "text": "no such host"}})"));
}

TEST_CASE("what an actor does not have at the moment is null", "[snapshot_json]") {
  const auto idle = item(testing::small_service(), "/app");
  CHECK(idle["current"].is_null());
  CHECK(idle["last_error"].is_null());
}

TEST_CASE("of an actor without figures none is invented", "[snapshot_json]") {
  CHECK(item(testing::small_service(), "/app/foreign")
        == json{{"path", "/app/foreign"}, {"observed", false}});
}

TEST_CASE("the list says what it is, of when, and how much there is", "[snapshot_json]") {
  auto all = actors(testing::small_service());
  CHECK(all["items"].size() == 7);
  all.erase("items");
  CHECK(all == json::parse(R"({"schema": "troupe.actors/1", "now": "2025-11-22T08:26:40.123Z",
    "app": {"name": "hostwatch"}, "state": "ready", "total": 7, "unobserved": 3, "next": null})"));
}

TEST_CASE("an empty list is a list", "[snapshot_json]") {
  const auto none = actors({});
  CHECK(none["items"] == json::array());
  CHECK(none["total"] == 0);
  CHECK(none["unobserved"].is_null());
}

TEST_CASE("next is the cursor of the next page", "[snapshot_json]") {
  const auto service = testing::small_service();
  actor_query query;
  query.limit = 5;
  const auto first = actors(service, query);
  CHECK(first["items"].size() == 5);
  CHECK(first["total"] == 7);
  CHECK(first["next"] == "/app/http-probe");
  query.after = first["next"];
  const auto second = actors(service, query);
  CHECK(second["items"].size() == 2);
  CHECK(second["total"] == 7);
  CHECK(second["next"].is_null());
}

TEST_CASE("one actor is shown with its place in the tree", "[snapshot_json]") {
  const auto service = testing::small_service();
  const auto bridge = json::parse(*actor_json(service, "/app/http"));
  CHECK(bridge["schema"] == "troupe.actor/1");
  CHECK(bridge["now"] == "2025-11-22T08:26:40.123Z");
  CHECK(bridge["parent"] == "/app");
  CHECK(bridge["children"] == json{"/app/http/0"});
  CHECK(bridge["state"] == "idle");
  const auto listed = item(service, "/app/http");
  for (const auto& [name, value] : listed.items())
    CHECK(bridge[name] == value);
  CHECK(json::parse(*actor_json(service, "/app"))["parent"].is_null());
}

TEST_CASE("a path that nobody has is not found", "[snapshot_json]") {
  const auto service = testing::small_service();
  CHECK(actor_json(service, "/app/nobody").error()
        == error{errc::not_found, "no actor has the path /app/nobody"});
  CHECK(actor_json(service, "").error().code == errc::not_found);
  CHECK(tree_json(service, "/app/nobody").error().code == errc::not_found);
}

TEST_CASE("the tree has every actor below its supervisor", "[snapshot_json]") {
  const auto service = testing::small_service();
  const auto tree = json::parse(*tree_json(service, ""));
  CHECK(tree["schema"] == "troupe.tree/1");
  CHECK(tree["unobserved"] == 3);
  REQUIRE(tree["items"].size() == 2);
  CHECK(tree["items"][0]["path"] == "/lifespan");
  const auto& app = tree["items"][1];
  CHECK(app["path"] == "/app");
  REQUIRE(app["children"].size() == 4);
  CHECK(app["children"][0]["path"] == "/app/store");
  CHECK(app["children"][1]["children"][0]["path"] == "/app/http/0");
  CHECK(app["children"][3]
        == json{{"path", "/app/foreign"}, {"observed", false}, {"children", json::array()}});
}

TEST_CASE("tree and list show the same figures", "[snapshot_json]") {
  const auto service = testing::small_service();
  auto store = json::parse(*tree_json(service, "/app/store"))["items"][0];
  store.erase("children");
  CHECK(store == item(service, "/app/store"));
}

TEST_CASE("a part of the tree begins at its root", "[snapshot_json]") {
  const auto part = json::parse(*tree_json(testing::small_service(), "/app/http"));
  REQUIRE(part["items"].size() == 1);
  CHECK(part["items"][0]["path"] == "/app/http");
  CHECK(part["items"][0]["children"].size() == 1);
}

TEST_CASE("the runtime is summed up", "[snapshot_json]") {
  const lifespan_mark mark{wall_time{1'763'799'000'000ms}, {lifespan_state::ready, {}}};
  CHECK(json::parse(runtime_json(testing::small_service(), mark)) == json::parse(R"({
    "schema": "troupe.runtime/1", "now": "2025-11-22T08:26:40.123Z", "app": {"name": "hostwatch"},
    "state": "ready", "state_since": "2025-11-22T08:10:00.000Z", "reason": null,
    "ready": {"ok": true, "reasons": []},
    "actors": {"total": 7, "by_state": {"starting": 0, "idle": 4, "ready": 0, "running": 1,
      "waiting": 0, "draining": 0, "stopping": 0, "backoff": 0, "stopped": 0,
      "failed": 1}, "unobserved": 3},
    "mailbox": {"depth": 15}, "msgs": {"enqueued": 170, "total": 150, "refused": 5, "unhandled": 1},
    "errors": 2, "restarts": 2})"));
}

TEST_CASE("a runtime that is not ready says why", "[snapshot_json]") {
  auto service = testing::small_service();
  service.state = lifespan_state::draining;
  const lifespan_mark mark{wall_time{},
                           {lifespan_state::draining, {stop_reason::kind_type::signal, "SIGTERM"}}};
  const auto runtime = json::parse(runtime_json(service, mark));
  CHECK(runtime["ready"]["ok"] == false);
  CHECK(runtime["ready"]["reasons"] == json{"the state is draining"});
  CHECK(runtime["reason"] == "SIGTERM");
}

TEST_CASE("a mark of another state is not shown as this one's", "[snapshot_json]") {
  const lifespan_mark mark{wall_time{}, {lifespan_state::started, {}}};
  CHECK(json::parse(runtime_json(testing::small_service(), mark))["state_since"].is_null());
  CHECK(json::parse(runtime_json(testing::small_service(), std::nullopt))["state_since"].is_null());
}

TEST_CASE("a process tells what it is", "[snapshot_json]") {
  const auto service = testing::small_service();
  const auto info = json::parse(info_json(service, {4711, "box", service.time - 90s}));
  CHECK(info["schema"] == "troupe.info/1");
  CHECK(info["app"]["name"] == "hostwatch");
  CHECK(info["pid"] == 4711);
  CHECK(info["host"] == "box");
  CHECK(info["uptime_s"] == 90.0);
  CHECK(info["start_time"] == "2025-11-22T08:25:10.123Z");
  CHECK(info["build"]["type"].is_string());
  CHECK(info["caf"].is_string());
}

TEST_CASE("names that are not UTF-8 or hold control characters do not break a document",
          "[snapshot_json]") {
  snapshot odd;
  odd.application = "a\"b";
  odd.actors.push_back(testing::idle_actor("/app/\xff\x1b[31m", "<script>"));
  const auto list = actors(odd);
  CHECK(list["app"]["name"] == "a\"b");
  CHECK(list["items"][0]["path"] == "/app/\xef\xbf\xbd\x1b[31m");
  CHECK(actors_json(odd, select(odd, {})).find('\x1b') == std::string::npos);
}
