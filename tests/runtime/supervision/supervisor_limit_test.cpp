// Restart budgets, delays and pauses of real supervisors.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/supervised_tree.hpp"

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

constexpr supervisor_options pausing(std::uint32_t max_restarts) {
  return {.limits = {max_restarts, 5s}, .on_limit = limit_action::pause, .pause = 10s};
}

} // namespace

// -- the window --------------------------------------------------------------------

TEST_CASE("with a budget of nothing the first failure is fatal", "[supervisor][D1][D3]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.limits = {0, 5s}});
  f.tell("b", crash{});
  CHECK(f.end_of_top() == "escalated");
  CHECK(f.script("a")->stop_requests() == 1);
}

TEST_CASE("a failure exactly one period after the last counts, one tick later it does not",
          "[supervisor][D1][s10]") {
  const auto [gap, outcome] = GENERATE(
    table<std::chrono::nanoseconds, std::string>({{1s, "escalated"}, {1s + 1ns, "still there"}}));
  supervised_tree f;
  f.start({f.scripted("a")}, {.limits = {1, 1s}});
  f.tell("a", crash{});
  f.time.advance(gap);
  f.tell("a", crash{});
  CHECK(f.end_of_top() == outcome);
}

TEST_CASE("a quiet time gives the whole budget back", "[supervisor][D1][s13]") {
  supervised_tree f;
  f.start({f.scripted("a")}, {.limits = {2, 500ms}});
  f.tell("a", crash{});
  f.tell("a", crash{});
  CHECK(f.children().restarts_left == 0);
  f.time.advance(550ms);
  CHECK(f.children().restarts_left == 2);
  f.tell("a", crash{});
  CHECK(f.info("a").incarnation == 4);
}

TEST_CASE("the budget is the supervisor's: failures of different children add up",
          "[supervisor][D1][D5]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")}, {.limits = {2, 5s}});
  f.tell("a", crash{});
  f.tell("b", crash{});
  CHECK(f.end_of_top() == "still there");
  f.tell("c", crash{});
  CHECK(f.end_of_top() == "escalated");
}

TEST_CASE("a child's own budget ends the supervisor, which names it", "[supervisor][D5]") {
  supervised_tree f;
  auto a = f.scripted("a");
  a.limits = restart_limits{1, 1h};
  f.start({a, f.scripted("b")}, {.limits = {10, 5s}});
  f.tell("a", crash{});
  f.tell("b", crash{});
  f.tell("b", crash{});
  CHECK(f.end_of_top() == "still there");
  (void)f.story();
  f.tell("a", crash{});
  CHECK(f.end_of_top() == "escalated");
  const auto story = f.story();
  CHECK(story[1].find("more than 1 restarts in 1 h") != std::string::npos);
  CHECK(story[1].find("child \"a\"") != std::string::npos);
}

TEST_CASE("a child that fails more slowly than any window sees is caught by its failures in a row",
          "[supervisor][D10]") {
  supervised_tree f;
  auto a = f.scripted("a");
  a.max_consecutive = 3;
  f.start({a}, {.limits = {1, 5s}});
  for (std::uint32_t i = 1; i <= 3; ++i) {
    f.tell("a", crash{});
    CHECK(f.info("a").consecutive == i);
    f.time.advance(10s);
  }
  CHECK(f.end_of_top() == "still there");
  (void)f.story();
  f.tell("a", crash{});
  CHECK(f.end_of_top() == "escalated");
  CHECK(f.story()[1].find("more than 3 restarts in a row") != std::string::npos);
}

TEST_CASE("a healthy time forgets the failures in a row", "[supervisor][D7][D10]") {
  supervised_tree f;
  auto a = f.scripted("a");
  a.max_consecutive = 1;
  a.backoff.reset_after = 10s;
  f.start({a});
  for (int i = 0; i < 5; ++i) {
    f.tell("a", crash{});
    f.time.advance(10s);
  }
  CHECK(f.end_of_top() == "still there");
  CHECK(f.info("a").consecutive == 1);
  f.tell("a", crash{});
  f.time.advance(10s - 1ns);
  f.tell("a", crash{});
  CHECK(f.end_of_top() == "escalated");
}

// -- delays -------------------------------------------------------------------------

TEST_CASE("delays double, and after a quiet time begin again", "[supervisor][D6][D7][s14]") {
  supervised_tree f;
  auto a = f.scripted("a");
  a.backoff = {
    .min_backoff = 1s, .max_backoff = 10s, .jitter = 0, .first_at_once = false, .reset_after = 5s};
  f.start({a}, {.limits = {100, 1s}});
  std::uint32_t incarnation = 1;
  for (const auto delay : {1s, 2s, 4s, 8s, 10s, 10s}) {
    f.tell("a", crash{});
    f.time.advance(delay - 1ns);
    CHECK(f.info("a").phase == child_phase::backoff);
    f.time.advance(1ns);
    CHECK(f.info("a").incarnation == ++incarnation);
  }
  f.time.advance(5s);
  f.tell("a", crash{});
  f.time.advance(1s);
  CHECK(f.info("a").incarnation == ++incarnation);
}

TEST_CASE("with the greatest jitter no delay is longer than the longest", "[supervisor][D6][s14]") {
  supervised_tree f;
  auto a = f.scripted("a");
  a.backoff = {.min_backoff = 1s, .max_backoff = 3s, .jitter = 1, .first_at_once = false};
  f.start({a}, {.limits = {1000, 1s}});
  for (std::uint32_t i = 1; i <= 50; ++i) {
    f.tell("a", crash{});
    f.time.advance(3s);
    CHECK(f.info("a").incarnation == i + 1);
  }
}

TEST_CASE("a stop cuts a delay short, and so does a stop of the child by hand",
          "[supervisor][D8][C8][s24]") {
  supervised_tree f;
  auto a = f.scripted("a");
  a.backoff = {.min_backoff = 1h, .max_backoff = 1h, .jitter = 0, .first_at_once = false};
  auto b = a;
  b.id = "b";
  f.start({a, b});
  f.tell("a", crash{});
  f.tell("b", crash{});
  CHECK(f.ask<child_info>(terminate_child{"a"}));
  CHECK(f.info("a").phase == child_phase::stopped);
  CHECK(f.info("b").phase == child_phase::backoff);
  f.stop();
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.time.running() == 0);
}

TEST_CASE("while restarts fail again and again the supervisor answers, and says restarting",
          "[supervisor][C7][s24]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("loop")}, {.limits = {1'000'000, 5s}});
  f.script("loop")->fail_constructions_from(2);
  f.probe.send(f.at("loop"), crash{});
  CHECK(f.time.run(1'000) == 1'000); // it does not come to rest
  const auto restart = f.probe.ask(f.top.handle, restart_child{"loop"});
  const auto remove = f.probe.ask(f.top.handle, delete_child{"loop"});
  const auto add = f.probe.ask(f.top.handle, start_child{f.scripted("loop")});
  const auto look = f.probe.ask(f.top.handle, which_child{"loop"});
  f.time.run(100);
  CHECK(f.probe.refusal(restart)->code == errc::restarting);
  CHECK(f.probe.refusal(remove)->code == errc::restarting);
  CHECK(f.probe.refusal(add)->code == errc::already_present);
  const auto phase = f.probe.answer<child_info>(look)->phase;
  CHECK((phase == child_phase::restarting || phase == child_phase::backoff));
  const auto terminate = f.probe.ask(f.top.handle, terminate_child{"loop"});
  CHECK(f.time.run(1'000) < 100);
  CHECK(f.probe.answer<child_info>(terminate));
  CHECK(f.info("loop").phase == child_phase::stopped);
  CHECK(f.info("a").incarnation == 1);
}

// -- the pause ------------------------------------------------------------------------

TEST_CASE(
  "over the limit a supervisor can pause: the healthy go on, nobody is restarted, then all are",
  "[supervisor][D4]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("t", restart_type::temporary)}, pausing(1));
  f.tell("b", crash{});
  (void)f.story();
  f.tell("b", crash{});
  CHECK(f.children().paused);
  CHECK(f.info("b").phase == child_phase::backoff);
  CHECK(f.incarnation_of(f.at("a")) == 1U);
  const auto story = f.story();
  REQUIRE(story.size() == 2);
  CHECK(story[1].starts_with("paused /test/top for 1"));
  CHECK(story[1].ends_with("because of b"));
  f.time.advance(10s - 1ns);
  CHECK(f.children().paused);
  f.time.advance(5s);
  CHECK_FALSE(f.children().paused);
  CHECK(f.info("b").incarnation == 3);
  CHECK(f.info("a").incarnation == 1);
  CHECK(f.children().restarts_left == 1);
  CHECK(f.end_of_top() == "still there");
}

TEST_CASE("a further failure prolongs a pause; a temporary child's does not", "[supervisor][D4]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("t", restart_type::temporary)}, pausing(0));
  f.tell("b", crash{});
  f.time.advance(9s);
  f.tell("t", crash{});
  CHECK_FALSE(f.listed("t"));
  f.tell("a", crash{});
  (void)f.story();
  f.time.advance(10s - 1ns); // at 19 s: past the longest end of the first one
  CHECK(f.children().paused);
  CHECK(f.story().empty());
  f.time.advance(5s);
  CHECK(f.info("a").incarnation == 2);
  CHECK(f.info("b").incarnation == 2);
}

TEST_CASE("after a pause a group comes back as a group", "[supervisor][C2][C3][D4]") {
  const auto [strategy, of_a] = GENERATE(table<restart_strategy, std::uint32_t>(
    {{restart_strategy::one_for_all, 2}, {restart_strategy::rest_for_one, 1}}));
  supervised_tree f;
  auto options = pausing(0);
  options.strategy = strategy;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")}, options);
  f.tell("b", crash{});
  CHECK(f.info("c").incarnation == 1);
  f.time.advance(15s);
  CHECK(f.info("a").incarnation == of_a);
  CHECK(f.info("b").incarnation == 2);
  CHECK(f.info("c").incarnation == 2);
  CHECK(f.counts().active == 3);
}

TEST_CASE("a stop ends a pause", "[supervisor][D4][D8]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, pausing(0));
  f.tell("b", crash{});
  f.stop();
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.time.running() == 0);
}

// -- nesting ----------------------------------------------------------------------------

TEST_CASE(
  "an inner supervisor that gave up is restarted from its parent's budget, and at its end all end",
  "[supervisor][C12][D3][D9][s29]") {
  supervised_tree f;
  auto inner = supervised_tree::supervisor("inner", {.limits = {1, 5s}}, {f.scripted("x")});
  inner.restart = GENERATE(restart_type::permanent, restart_type::transient);
  f.start({f.scripted("a"), inner}, {.limits = {1, 5s}});
  for (int i = 0; i < 3; ++i)
    f.tell("inner/x", crash{});
  CHECK(f.end_of_top() == "still there");
  CHECK(f.children().restarts_left == 0);
  CHECK(f.script("x")->constructions() == 4);
  f.tell("inner/x", crash{});
  CHECK(f.end_of_top() == "escalated");
  CHECK(f.script("a")->stop_requests() == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE("a temporary inner supervisor that gave up is gone, and its parent goes on",
          "[supervisor][A4][C12]") {
  supervised_tree f;
  auto inner = supervised_tree::supervisor("inner", {.limits = {0, 5s}}, {f.scripted("x")});
  inner.restart = restart_type::temporary;
  f.start({f.scripted("a"), inner});
  f.tell("inner/x", crash{});
  CHECK(f.ids() == lines{"a"});
  CHECK(f.children().restarts_left == 3);
}
