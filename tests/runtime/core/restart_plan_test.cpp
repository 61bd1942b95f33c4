// Tests of the restart plan as a whole: its list, its rules, late reports, its cost.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"
#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

TEST_CASE("the names of phases differ", "[restart_plan]") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(child_phase::abandoned); ++i)
    CHECK(names.insert(to_string(static_cast<child_phase>(i))).second);
  CHECK_FALSE(names.contains("?"));
  CHECK(to_string(static_cast<child_phase>(99)) == "?");
}

TEST_CASE("reports about a child that has ended are ignored", "[restart_plan][G9]") {
  auto p = running(with(restart_strategy::one_for_one), {quick(), quick(), quick()});
  (void)p.terminate(0, 0, t0);
  (void)p.ended(0, exit_class::normal, {}, t0);
  CHECK(text(p.started(0, t0)).empty());
  CHECK(text(p.crashed(0, boom, t0)).empty());
  CHECK(text(p.quit(0, exit_class::normal, {}, t0)).empty());
  CHECK(text(p.halted(0, t0)).empty());
  CHECK(text(p.start_failed(0, boom, true, t0)).empty());
  CHECK(text(p.start_ignored(0, true, t0)).empty());
  CHECK(text(p.ended(0, exit_class::crashed, boom, t0)).empty());
  CHECK(text(p.timer_expired(0, t0)).empty());
  CHECK(text(p.timer_expired(no_child, t0)).empty());
}

TEST_CASE("new rules of the supervisor count for what comes, and the restarts so far stay counted",
          "[restart_plan][D1][J10]") {
  auto p = running(with(restart_strategy::one_for_one, {5, 5s}), {quick(), quick()});
  (void)p.crashed(0, boom, t0);
  (void)p.started(0, t0);
  p.change(with(restart_strategy::one_for_all, {2, 5s}));
  CHECK(p.rules().limits.max_restarts == 2);
  CHECK(text(p.crashed(0, boom, t0)) == "halt 1 in 100 ms");
  (void)p.halted(1, t0);
  (void)p.started(0, t0);
  (void)p.started(1, t0);
  CHECK(text(p.crashed(0, boom, t0)) == "give up escalated 0:boom, stop 1 in 100 ms");
}

TEST_CASE("a group that new rules make of children that still start waits until all are up",
          "[restart_plan][B1][C2][J10]") {
  auto rules = with(restart_strategy::one_for_one, {1, 5s});
  rules.on_limit = limit_action::pause;
  auto p = plan_of(rules, {quick(), quick(), quick()});
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  SECTION("an attempt fails") {
    p.change(with(restart_strategy::one_for_all));
    CHECK(text(p.start_failed(0, boom, true, t0)).empty());
    CHECK(text(p.started(1, t0)) == "spawn 2");
    CHECK(text(p.started(2, t0)) == "ready, halt 2 in 100 ms");
  }
  SECTION("a pause ends") {
    (void)p.start_failed(0, boom, true, t0);
    REQUIRE(p.paused());
    p.change(with(restart_strategy::one_for_all));
    CHECK(text(p.timer_expired(no_child, t0 + 15s)) == "restart 0");
    CHECK(text(p.started(1, t0)) == "spawn 2");
  }
}

TEST_CASE("new rules of a child leave it running and count from then on",
          "[restart_plan][A4][D5][J10]") {
  auto limited = quick();
  limited.limits = restart_limits{1, 5s};
  auto p = running(with(restart_strategy::one_for_one), {limited});
  (void)p.crashed(0, boom, t0);
  (void)p.started(0, t0);
  SECTION("another type") {
    p.change(0, shared(quick(temporary)));
    CHECK(p.at(0).phase == child_phase::running);
    CHECK(text(p.crashed(0, boom, t0)) == "end 0");
  }
  SECTION("a wider budget, of which one is used") {
    limited.limits = restart_limits{2, 5s};
    p.change(0, shared(limited));
    CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
    (void)p.started(0, t0);
    CHECK(text(p.crashed(0, boom, t0)) == "give up escalated 0:boom, end 0");
  }
  SECTION("none of its own") {
    p.change(0, shared(quick()));
    CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  }
}

TEST_CASE("a hundred thousand children start, restart as a group and stop in linear time",
          "[restart_plan][G2][G3][C2][scale]") {
  constexpr child_slot many = 100'000;
  auto rules = with(restart_strategy::one_for_all);
  rules.start = GENERATE(start_mode::one_by_one, start_mode::together);
  rules.stop = rules.start == start_mode::together ? stop_order::together
                                                   : stop_order::reverse_order;
  restart_plan p{rules, {many, shared(quick())}};
  auto effects = p.start();
  for (child_slot child = 0; child < many; ++child)
    effects = p.started(child, t0);
  REQUIRE(text(effects) == "ready");
  effects = p.crashed(many / 2, boom, t0);
  for (child_slot child = many; child-- > 0;)
    if (child != many / 2)
      effects = p.halted(child, t0);
  REQUIRE(text(effects) == "restart 0");
  for (child_slot child = 0; child < many; ++child)
    effects = p.started(child, t0);
  REQUIRE(effects.empty());
  effects = p.stop();
  for (child_slot child = many; child-- > 0;)
    effects = p.ended(child, exit_class::shutdown, {}, t0);
  CHECK(text(effects) == "finish shutdown");
}
