// How a supervisor starts: barrier, all at once, what happens when a child does not come up.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/supervised_tree.hpp"

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

/// What the supervisor's start failed with; empty: it did not.
std::string start_failure_of(const supervised_tree& tree) {
  for (const auto& report : tree.parent.reports())
    if (report.kind == child_report::kind_type::start_failed)
      return report.why.detail;
  return {};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

// -- the barrier -----------------------------------------------------------------------

TEST_CASE("with a barrier nobody begins before all are up", "[supervisor][B2][s19]") {
  supervised_tree f;
  f.script("slow")->start_delay(2s);
  f.start({f.scripted("a"), f.scripted("slow"), f.scripted("c")}, {.start_barrier = true});
  CHECK(f.script("a")->constructions() == 1);
  f.time.advance(2s - 1ns);
  CHECK(f.script("a")->starts() == 0);
  f.time.advance(1ns);
  for (const char* id : {"a", "slow", "c"})
    CHECK(f.script(id)->starts() == 1);
}

TEST_CASE("without one each begins as soon as it is up", "[supervisor][B1][B2]") {
  supervised_tree f;
  f.script("slow")->start_delay(2s);
  f.start({f.scripted("a"), f.scripted("slow")});
  CHECK(f.script("a")->starts() == 1);
  CHECK(f.script("slow")->starts() == 0);
}

TEST_CASE("under a barrier a child that comes later, or comes back, begins at once",
          "[supervisor][B2]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")},
          {.strategy = restart_strategy::one_for_all, .start_barrier = true});
  CHECK(f.ask<child_reply>(start_child{f.scripted("late")}));
  CHECK(f.script("late")->starts() == 1);
  f.tell("a", crash{});
  CHECK(f.script("a")->starts() == 2);
  CHECK(f.script("b")->starts() == 2);
  f.kill("late");
  CHECK(f.script("late")->starts() == 3);
}

TEST_CASE("under a barrier that is never reached nobody begins", "[supervisor][B2][B3]") {
  supervised_tree f;
  f.script("c")->fail_constructions({1});
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")}, {.start_barrier = true});
  CHECK(f.script("a")->starts() == 0);
  CHECK(f.script("b")->starts() == 0);
  CHECK(f.end_of_top() == "start_failed");
}

// -- all at once --------------------------------------------------------------------------

TEST_CASE("started together all begin at once, and the slowest sets the time", "[supervisor][B7]") {
  supervised_tree f;
  for (const char* id : {"a", "b", "c"})
    f.script(id)->start_delay(2s);
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")}, {.start = start_mode::together});
  for (const char* id : {"a", "b", "c"})
    CHECK(f.script(id)->constructions() == 1);
  f.time.advance(2s);
  CHECK(f.parent.lines() == lines{"up #1"});
}

TEST_CASE("started together every failure is named, after all have had their time",
          "[supervisor][B3][B7]") {
  supervised_tree f;
  f.script("slow")->start_delay(3s);
  f.script("bad")->fail_constructions({1});
  f.script("worse")->fail_constructions({1});
  f.start({f.scripted("bad"), f.scripted("slow"), f.scripted("worse")},
          {.start = start_mode::together});
  f.time.advance(3s);
  CHECK(contains(start_failure_of(f), "child \"bad\""));
  CHECK(contains(start_failure_of(f), "child \"worse\""));
  CHECK_FALSE(contains(start_failure_of(f), "child \"slow\""));
  CHECK(f.end_of_top() == "start_failed");
  CHECK(f.time.running() == 0);
}

// -- failures --------------------------------------------------------------------------------

TEST_CASE("told to go on, a supervisor is up without the child that did not start, and it can be "
          "started by hand",
          "[supervisor][B4]") {
  supervised_tree f;
  f.script("bad")->fail_constructions({1});
  f.start({f.scripted("a"), f.scripted("bad"), f.scripted("c")},
          {.on_start_failure = start_failure::go_on});
  CHECK(f.parent.lines() == lines{"up #1"});
  CHECK(f.info("bad").phase == child_phase::stopped);
  CHECK(f.counts() == child_counts{3, 2, 0, 3});
  CHECK(f.children().restarts_left == 3);
  CHECK(f.ask<child_reply>(restart_child{"bad"}));
  CHECK(f.info("bad").phase == child_phase::running);
}

TEST_CASE("told to go on, a supervisor forgets a temporary child that did not start",
          "[supervisor][A4][B4]") {
  supervised_tree f;
  f.script("bad")->fail_constructions({1});
  f.start({f.scripted("bad", restart_type::temporary), f.scripted("c")},
          {.on_start_failure = start_failure::go_on});
  CHECK(f.ids() == lines{"c"});
}

TEST_CASE("the rollback has a budget of its own; who does not keep to it is named, and the start "
          "still fails",
          "[supervisor][B3][B5]") {
  supervised_tree f;
  auto hog = f.scripted("hog");
  hog.shutdown = unbounded_shutdown;
  f.script("hog")->on_stop(stop_mode::ignore);
  f.script("bad")->fail_constructions({1});
  f.start({f.scripted("a"), hog, f.scripted("bad")}, {.rollback = 7s});
  f.time.advance(7s - 1ns);
  CHECK(f.end_of_top() == "still there");
  (void)f.story();
  f.time.advance(1ns);
  CHECK(f.story() == lines{"abandoned hog", "ended a: shutdown"});
  CHECK(f.end_of_top() == "start_failed");
}

TEST_CASE("a stop during a rollback changes nothing about it", "[supervisor][B3][G8]") {
  supervised_tree f;
  f.script("a")->on_stop(stop_mode::late, 2s);
  f.script("bad")->fail_constructions({1});
  f.start({f.scripted("a"), f.scripted("bad")});
  f.stop();
  f.time.advance(2s);
  CHECK(f.script("a")->stop_requests() == 1);
  CHECK(f.end_of_top() == "start_failed");
}

TEST_CASE(
  "a start failure far below is named on every level, and everything that was up has stopped",
  "[supervisor][B3][s16]") {
  supervised_tree f;
  f.script("deep")->fail_constructions({1});
  auto second = supervised_tree::supervisor("second", {}, {f.scripted("x"), f.scripted("deep")});
  auto first = supervised_tree::supervisor("first", {}, {f.scripted("y"), second});
  f.start({f.scripted("a"), first, f.scripted("never")});
  const auto why = start_failure_of(f);
  const auto at_first = why.find("child \"first\"");
  const auto at_second = why.find("child \"second\"");
  const auto at_deep = why.find("child \"deep\"");
  CHECK(at_first < at_second);
  CHECK(at_second < at_deep);
  CHECK(at_deep < why.find("no disk"));
  CHECK(f.script("never")->constructions() == 0);
  for (const char* id : {"a", "x", "y"})
    CHECK(f.script(id)->destructions() == 1);
  CHECK(f.time.running() == 0);
}

// -- init timeout -----------------------------------------------------------------------------

TEST_CASE("a child that is not up in time is stopped, and its start has failed",
          "[supervisor][A13][B3][s19]") {
  supervised_tree f;
  auto slow = f.scripted("slow");
  slow.init_timeout = 2s;
  f.script("slow")->start_delay(2s + 1ms);
  f.start({f.scripted("a"), slow});
  f.time.advance(2s - 1ns);
  CHECK(f.end_of_top() == "still there");
  f.time.advance(1ns);
  CHECK(f.end_of_top() == "start_failed");
  CHECK(contains(start_failure_of(f), "not up after 2 s"));
  CHECK(f.script("slow")->destructions() == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE("one that is up just in time is left alone afterwards", "[supervisor][A13]") {
  supervised_tree f;
  auto slow = f.scripted("slow");
  slow.init_timeout = 2s;
  f.script("slow")->start_delay(2s - 1ns);
  f.start({slow});
  f.time.advance(1h);
  CHECK(f.parent.lines() == lines{"up #1"});
  CHECK(f.script("slow")->stop_requests() == 0);
}

TEST_CASE("a restart that is not up in time is a failed attempt", "[supervisor][A13][D2]") {
  supervised_tree f;
  auto slow = f.scripted("slow");
  slow.init_timeout = 2s;
  f.start({slow});
  f.script("slow")->start_delay(1h);
  f.tell("slow", crash{});
  CHECK(f.children().restarts_left == 2);
  f.script("slow")->start_delay(0s); // for the attempt after the next
  f.time.advance(2s);
  CHECK(f.info("slow").phase == child_phase::running);
  CHECK(f.info("slow").restarts == 2);
  CHECK(f.children().restarts_left == 1);
}

TEST_CASE("one that neither comes up nor stops is abandoned, and the start goes on to fail",
          "[supervisor][A13][G6]") {
  supervised_tree f;
  auto slow = f.scripted("slow");
  slow.init_timeout = 2s;
  slow.shutdown = 1s;
  f.script("slow")->start_delay(1h);
  f.script("slow")->on_stop(stop_mode::ignore);
  f.start({f.scripted("a"), slow});
  f.time.advance(3s);
  CHECK(f.end_of_top() == "start_failed");
  CHECK(f.story({"spawned", "up", "gave up"}) == lines{"abandoned slow", "ended a: shutdown"});
}

// -- ignore -------------------------------------------------------------------------------------

TEST_CASE(
  "a child that is not wanted now stays listed unless it is temporary, and the stop is clean",
  "[supervisor][A3][s17]") {
  const auto by_function = GENERATE(false, true);
  const auto temporary = GENERATE(false, true);
  supervised_tree f;
  auto shy = f.scripted("shy", temporary ? restart_type::temporary : restart_type::permanent);
  if (by_function)
    shy.start = [](const start_args&) -> result<started_child> { return started_child{}; };
  else
    f.script("shy")->ignore_constructions({1});
  f.start({shy, f.scripted("b")});
  CHECK(f.parent.lines() == lines{"up #1"});
  CHECK(f.counts() == (temporary ? child_counts{1, 1, 0, 1} : child_counts{2, 1, 0, 2}));
  if (!temporary)
    CHECK(f.info("shy").phase == child_phase::stopped);
  CHECK(f.children().restarts_left == 3);
  f.stop();
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.time.running() == 0);
}

TEST_CASE("a restart can be ignored, too: the child then stays down", "[supervisor][A3]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = restart_strategy::one_for_all});
  f.script("a")->ignore_constructions({2});
  f.tell("b", crash{});
  CHECK(f.info("a").phase == child_phase::stopped);
  CHECK(f.info("b").incarnation == 2);
  CHECK(f.ask<child_reply>(restart_child{"a"}));
  CHECK(f.info("a").phase == child_phase::running);
}

TEST_CASE("what a start function gives besides reaches whoever asked for the start",
          "[supervisor][A3]") {
  supervised_tree f;
  auto spec = f.scripted("a");
  const auto start = spec.start;
  spec.start = [start](const start_args& at) -> result<started_child> {
    auto made = start(at);
    made->info = std::string{"port 4711"};
    return made;
  };
  f.start({});
  const auto reply = f.ask<child_reply>(start_child{spec});
  REQUIRE(reply);
  CHECK(std::any_cast<std::string>(reply->info) == "port 4711");
  CHECK(reply->handle == f.at("a"));
  CHECK(reply->child.phase == child_phase::running);
}

// -- a stop in the middle -------------------------------------------------------------------------

TEST_CASE("a stop in the middle of a start of all at once stops all of them",
          "[supervisor][B6][B7][G11][s21]") {
  supervised_tree f;
  for (const char* id : {"a", "b"})
    f.script(id)->start_delay(1h);
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")}, {.start = start_mode::together});
  f.stop();
  CHECK(f.end_of_top() == "shutdown");
  for (const char* id : {"a", "b", "c"})
    CHECK(f.script(id)->destructions() == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE("a stop in the middle of a nested start goes all the way down", "[supervisor][B6][G11]") {
  supervised_tree f;
  f.script("deep")->start_delay(1h);
  f.start({f.scripted("a"),
           supervised_tree::supervisor("inner", {}, {f.scripted("x"), f.scripted("deep")}),
           f.scripted("never")});
  f.stop();
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.script("deep")->destructions() == 1);
  CHECK(f.script("never")->constructions() == 0);
  CHECK(f.time.running() == 0);
}

TEST_CASE("a child that crashes while the others still start is brought back",
          "[supervisor][B1][C1]") {
  supervised_tree f;
  f.script("slow")->start_delay(2s);
  f.start({f.scripted("a"), f.scripted("slow")});
  f.tell("a", crash{});
  CHECK(f.info("a").incarnation == 2);
  f.time.advance(2s);
  CHECK(f.parent.lines() == lines{"up #1"});
}
