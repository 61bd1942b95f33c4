// Tests of the sink that keeps events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/recording_sink.hpp"

#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using lines = std::vector<std::string>;

TEST_CASE("every event has a line of its own", "[recording_sink]") {
  const error disk{errc::io_error, "no disk"};
  CHECK(to_text(supervisor_event{child_spawned{"/app/a", nullptr, nullptr}}) == "spawned /app/a");
  CHECK(to_text(supervisor_event{child_started{"/app/a", 2}}) == "up /app/a #2");
  CHECK(to_text(supervisor_event{child_failed_to_start{"/app/a", disk}})
        == "failed to start /app/a: " + disk.to_text());
  CHECK(to_text(supervisor_event{child_failed{"/app/a", 1, disk}}) == "failed /app/a #1: no disk");
  CHECK(to_text(supervisor_event{child_restarting{"/app/a", true, 1, 2}})
        == "restarting /app/a in place, attempt 1, 2 left");
  CHECK(to_text(supervisor_event{child_restarting{"/app/a", false, 3, 0}})
        == "restarting /app/a anew, attempt 3, 0 left");
  CHECK(to_text(supervisor_event{child_stopped{"/app/a", exit_class::killed, {}}})
        == "ended /app/a: killed");
  CHECK(to_text(supervisor_event{child_abandoned{{"/app/a", "", {}, {}}}}) == "abandoned /app/a");
  CHECK(to_text(supervisor_event{supervisor_gave_up{"/app", exit_class::escalated, disk}})
        == "gave up /app (escalated): " + disk.to_text());
  CHECK(to_text(lifespan_occurrence{lifespan_state_entered{lifespan_state::ready, {}}})
        == "state ready");
  CHECK(to_text(lifespan_occurrence{hook_called{"db", false, {}, {}}}) == "startup \"db\" done");
  CHECK(to_text(lifespan_occurrence{hook_called{"db", true, {}, disk}})
        == "shutdown \"db\" failed: no disk");
  CHECK(
    to_text(lifespan_occurrence{acknowledgement_missing{lifespan_event::drain, "/app/web", disk}})
    == "no acknowledgement of drain by /app/web: " + disk.to_text());
}

TEST_CASE("events are kept as values and as lines in the order of their publication",
          "[recording_sink]") {
  recording_sink sink;
  sink.publish(supervisor_event{child_started{"/app/a", 1}});
  sink.publish(lifespan_occurrence{lifespan_state_entered{lifespan_state::ready, {}}});
  sink.publish(supervisor_event{child_started{"/app/b", 1}});
  CHECK(sink.lines() == lines{"up /app/a #1", "state ready", "up /app/b #1"});
  CHECK(sink.supervisor_events().size() == 2);
  CHECK(sink.lifespan_events().size() == 1);
  CHECK(sink.count("up ") == 2);
  CHECK(sink.count("up /app/a") == 1);
  CHECK(sink.count("state stopped") == 0);
  sink.clear();
  CHECK(sink.lines().empty());
  CHECK(sink.supervisor_events().empty());
  CHECK(sink.lifespan_events().empty());
}

TEST_CASE("it keeps dead letters, beside the events", "[recording_sink]") {
  recording_sink sink;
  sink.publish(dead_letter{"/app/a", dead_letter_reason::gone, true, nullptr,
                           caf::make_message(std::string{"late"})});
  REQUIRE(sink.dead_letters().size() == 1);
  CHECK(sink.dead_letters().front().path == "/app/a");
  CHECK(sink.dead_letters().front().content.get_as<std::string>(0) == "late");
  CHECK(sink.lines().empty());
  sink.clear();
  CHECK(sink.dead_letters().empty());
}
