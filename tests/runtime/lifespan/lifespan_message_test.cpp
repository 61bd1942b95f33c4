// States and events have the names that people, metrics and the admin API use.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_message.hpp"
#include "runtime/lifespan/lifespan_status.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace troupe;

TEST_CASE("states are named in the order in which an application goes through them",
          "[lifespan_message]") {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(lifespan_state::stopped); ++i)
    names.emplace_back(to_string(static_cast<lifespan_state>(i)));
  CHECK(names
        == std::vector<std::string>{"starting", "started", "ready", "lame_duck", "draining",
                                    "stopping", "stopped"});
}

TEST_CASE("events are named", "[lifespan_message]") {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(lifespan_event::shutdown); ++i)
    names.emplace_back(to_string(static_cast<lifespan_event>(i)));
  CHECK(
    names
    == std::vector<std::string>{"startup", "started", "ready", "stopping", "drain", "shutdown"});
}

TEST_CASE("an application is ready in the state ready alone, and has started for good",
          "[lifespan_status]") {
  lifespan_status status;
  CHECK_FALSE(status.ready());
  CHECK_FALSE(status.has_started());
  for (int i = 0; i <= static_cast<int>(lifespan_state::stopped); ++i) {
    const auto state = static_cast<lifespan_state>(i);
    status.enter(state);
    CHECK(status.state() == state);
    CHECK(status.ready() == (state == lifespan_state::ready));
    CHECK(status.has_started() == (state >= lifespan_state::started));
  }
}
