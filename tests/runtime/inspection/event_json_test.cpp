// Events as JSON: every kind has a name, and its members.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"
#include "runtime/inspection/event_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace {

using namespace troupe;
using namespace std::chrono_literals;
using nlohmann::json;

template <class Event>
json only_item(Event event) {
  event_log log{4, [] { return wall_time{1'763'800'000'123ms}; }};
  log.publish(event);
  const auto document = json::parse(events_json(log.since(0)));
  REQUIRE(document["items"].size() == 1);
  return document["items"][0];
}

} // namespace

TEST_CASE("the document tells where to go on and what is lost", "[event_json]") {
  event_log log{2};
  for (std::uint32_t i = 1; i <= 3; ++i)
    log.publish(supervisor_event{child_started{"/app/a", i}});
  const auto document = json::parse(events_json(log.since(0)));
  CHECK(document["schema"] == "troupe.events/1");
  CHECK(document["last"] == 3);
  CHECK(document["missed"] == 1);
  CHECK(document["dropped"] == 1);
  CHECK(document["items"].size() == 2);
}

TEST_CASE("an empty log is an empty list", "[event_json]") {
  CHECK(json::parse(events_json({}))["items"] == json::array());
}

TEST_CASE("each item has number, time and kind", "[event_json]") {
  const auto item = only_item(supervisor_event{child_started{"/app/a", 2}});
  CHECK(item
        == json{{"sequence", 1},
                {"time", "2025-11-22T08:26:40.123Z"},
                {"kind", "child_started"},
                {"path", "/app/a"},
                {"incarnation", 2}});
}

TEST_CASE("every kind of event has its name and members", "[event_json]") {
  const error why{errc::crashed, "boom"};
  const json shown_error{{"code", "crashed"}, {"text", "boom"}};
  const auto check = [](json item, const char* kind, json members) {
    CHECK(item["kind"] == kind);
    for (const auto* common : {"sequence", "time", "kind"})
      item.erase(common);
    CHECK(item == members);
  };
  auto of = [](supervisor_event event) { return only_item(std::move(event)); };
  auto during = [](lifespan_occurrence event) { return only_item(std::move(event)); };

  check(of(child_spawned{"/a", nullptr, std::make_shared<actor_record>("/a", "store")}),
        "child_spawned", {{"path", "/a"}, {"type", "store"}});
  check(of(child_spawned{"/a", nullptr, nullptr}), "child_spawned", {{"path", "/a"}});
  check(of(child_failed_to_start{"/a", why}), "child_failed_to_start",
        {{"path", "/a"}, {"error", shown_error}});
  check(of(child_failed{"/a", 3, why}), "child_failed",
        {{"path", "/a"}, {"incarnation", 3}, {"error", shown_error}});
  check(of(child_restarting{"/a", true, 2, 1}), "child_restarting",
        {{"path", "/a"}, {"in_place", true}, {"attempt", 2}, {"budget_left", 1}});
  check(of(child_stopped{"/a", exit_class::shutdown, 1500us}), "child_stopped",
        {{"path", "/a"}, {"exit", "shutdown"}, {"took_ms", 1.5}});
  check(of(child_abandoned{{"/a", "job", 3s, 500ms}}), "child_abandoned",
        {{"path", "/a"}, {"waited_ms", 500}, {"message", "job"}, {"for_ms", 3000.0}});
  check(of(child_abandoned{{"/a", "", std::nullopt, 500ms}}), "child_abandoned",
        {{"path", "/a"}, {"waited_ms", 500}});
  check(of(supervisor_gave_up{"/a", exit_class::escalated, why}), "supervisor_gave_up",
        {{"path", "/a"}, {"exit", "escalated"}, {"error", shown_error}});
  check(during(lifespan_state_entered{lifespan_state::ready, {}}), "lifespan_state_entered",
        {{"state", "ready"}});
  check(during(lifespan_state_entered{lifespan_state::stopping,
                                      {stop_reason::kind_type::signal, "SIGTERM"}}),
        "lifespan_state_entered", {{"state", "stopping"}, {"reason", "SIGTERM"}});
  check(during(hook_called{"db", false, 2ms, std::nullopt}), "hook_called",
        {{"hook", "db"}, {"phase", "startup"}, {"took_ms", 2.0}});
  check(during(hook_called{"db", true, 2ms, why}), "hook_called",
        {{"hook", "db"}, {"phase", "shutdown"}, {"took_ms", 2.0}, {"error", shown_error}});
  check(during(acknowledgement_missing{lifespan_event::drain, "/a", why}),
        "acknowledgement_missing", {{"path", "/a"}, {"event", "drain"}, {"error", shown_error}});
}

TEST_CASE("text that is not UTF-8 does not break the document", "[event_json]") {
  const auto item = only_item(
    supervisor_event{child_failed{"/a", 1, {errc::crashed, "bad \xff byte"}}});
  CHECK(item["error"]["text"] == "bad \xef\xbf\xbd byte");
}
