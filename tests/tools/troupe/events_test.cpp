// troupe events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/event_json.hpp"
#include "tests/tools/troupe/fake_target.hpp"
#include "tools/troupe/verbs.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::tool;
using namespace std::chrono_literals;
using troupe::testing::fake_target;

namespace {

fake_target with_three_events(std::size_t kept = 8) {
  event_log log{kept, [] { return wall_time{1'763'800'000'123ms}; }};
  log.publish(supervisor_event{child_started{"/app/store", 1}});
  log.publish(supervisor_event{child_failed{"/app/store", 1, {errc::crashed, "no such host"}}});
  log.publish(lifespan_occurrence{lifespan_state_entered{lifespan_state::ready, {}}});
  fake_target out;
  out.answers.emplace("/admin/v1/events?since=0", events_json(log.since(0)));
  return out;
}

} // namespace

TEST_CASE("events are a line each, with what is particular to them", "[events]") {
  auto target = with_three_events();
  const auto shown = events(target.api(), 0, output_form::text, {});
  REQUIRE(shown);
  CHECK(shown->out
        == "SEQUENCE  TIME                      KIND                    PATH        DETAILS\n"
           "       1  2025-11-22T08:26:40.123Z  child_started           /app/store  incarnation=1\n"
           "       2  2025-11-22T08:26:40.123Z  child_failed            /app/store  "
           "incarnation=1 error.code=crashed error.text=\"no such host\"\n"
           "       3  2025-11-22T08:26:40.123Z  lifespan_state_entered  -           state=ready\n");
  CHECK(shown->notes.empty());
}

TEST_CASE("events that are no longer kept are told", "[events]") {
  auto target = with_three_events(2);
  CHECK(events(target.api(), 0, output_form::text, {})->notes
        == std::vector<std::string>{"1 earlier events are no longer kept"});
}

TEST_CASE("JSON is the API's own document, JSON lines one event each", "[events]") {
  auto target = with_three_events();
  const auto whole = events(target.api(), 0, output_form::json_document, {});
  REQUIRE(whole);
  CHECK(tool::json::parse(whole->out)["items"].size() == 3);
  const auto each = events(target.api(), 0, output_form::json_lines, {});
  REQUIRE(each);
  CHECK(std::count(each->out.begin(), each->out.end(), '\n') == 3);
  const auto first = tool::json::parse(each->out.substr(0, each->out.find('\n')));
  CHECK(first["schema"] == "troupe.event/1");
  CHECK(first["kind"] == "child_started");
}

TEST_CASE("only events after a number are asked for", "[events]") {
  auto target = with_three_events();
  CHECK_FALSE(events(target.api(), 120, output_form::text, {}));
  CHECK(target.asked.back() == "/admin/v1/events?since=120");
}

TEST_CASE("a kind of event that is not known is shown with all its members", "[events]") {
  fake_target target;
  target.answers.emplace(
    "/admin/v1/events?since=0",
    R"({"schema":"troupe.events/1","items":[{"sequence":1,"kind":"moon_rose","phase":"full"}]})");
  CHECK(events(target.api(), 0, output_form::text, {})->out.find("moon_rose  -     phase=full")
        != std::string::npos);
}
