// Tests of the line that names who did not stop.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"
#include "runtime/supervision/unstopped_child.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace troupe;
using namespace std::chrono_literals;

TEST_CASE("who hangs is named with the message, how long, and the time it was given",
          "[unstopped_child]") {
  CHECK(unstopped_child{"/app/hog", "app::work", 3s, 500ms}.to_text()
        == "/app/hog: handling app::work for 3 s, was given 500 ms");
  CHECK(unstopped_child{"/app/hog", "", 3s, 500ms}.to_text()
        == "/app/hog: handling a message for 3 s, was given 500 ms");
}

TEST_CASE("who is in no handler is said to ignore the request", "[unstopped_child]") {
  CHECK(unstopped_child{"/app/hog", "", std::nullopt, 5s}.to_text()
        == "/app/hog: in no handler, ignores the stop request, was given 5 s");
}

TEST_CASE("an actor in a handler is described with what it handles", "[unstopped_child]") {
  actor_record record{"/app/hog", "hog"};
  record.state = actor_state::running;
  record.current_message = &typeid(unstopped_child);
  record.busy_since_ns = (std::chrono::steady_clock::now() - 1h).time_since_epoch().count();
  const auto seen = describe_unstopped(record, 500ms);
  CHECK(seen.path == "/app/hog");
  CHECK(seen.message == "troupe::unstopped_child");
  CHECK(seen.waited == 500ms);
  REQUIRE(seen.busy_for);
  CHECK(*seen.busy_for >= 1h);
}

TEST_CASE("an actor that sleeps is described without the message it handled last",
          "[unstopped_child]") {
  actor_record record{"/app/hog", "hog"};
  record.state = actor_state::stopping;
  record.current_message = &typeid(unstopped_child);
  CHECK(describe_unstopped(record, 5s) == unstopped_child{"/app/hog", "", std::nullopt, 5s});
}

TEST_CASE("an actor whose constructor hangs is described as in its start", "[unstopped_child]") {
  actor_record record{"/app/slow", "slow"};
  record.busy_since_ns = 1;
  CHECK(describe_unstopped(record, 5s).message == "its start");
}
