// Tests of who is brought back with whom, and in which order.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto one_for_one = restart_strategy::one_for_one;
constexpr auto one_for_all = restart_strategy::one_for_all;
constexpr auto rest_for_one = restart_strategy::rest_for_one;

restart_plan three(restart_strategy strategy, restart_limits limits = {100, 5s}) {
  return running(with(strategy, limits), {quick(), quick(), quick()});
}

} // namespace

// -- one_for_one ------------------------------------------------------------------

TEST_CASE("one_for_one: only the child that failed is restarted", "[restart_plan][C1][s4]") {
  auto p = three(one_for_one);
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  CHECK(text(p.started(1, t0)).empty());
  CHECK(p.at(0).incarnation == 1);
  CHECK(p.at(1).incarnation == 2);
  CHECK(p.at(1).restarts == 1);
  CHECK(p.at(2).incarnation == 1);
}

TEST_CASE("a suspended child that is killed comes back as a new actor", "[restart_plan][C1]") {
  auto p = three(one_for_one);
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.ended(0, exit_class::killed, boom, t0)) == "spawn 0");
  CHECK(text(p.started(0, t0)).empty());
  CHECK(p.at(0).incarnation == 2);
}

// -- one_for_all, rest_for_one ----------------------------------------------------

TEST_CASE("one_for_all: all are halted, the newest first, and started, the oldest first",
          "[restart_plan][C2][G2][s5]") {
  auto p = three(one_for_all);
  CHECK(text(p.crashed(1, boom, t0)) == "halt 2 in 100 ms");
  CHECK(p.at(1).phase == child_phase::halted);
  CHECK(text(p.halted(2, t0)) == "halt 0 in 100 ms");
  CHECK(text(p.halted(0, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(text(p.started(1, t0)) == "restart 2");
  CHECK(text(p.started(2, t0)).empty());
  for (child_slot child = 0; child < 3; ++child)
    CHECK(p.at(child).incarnation == 2);
  CHECK(p.at(1).restarts == 1); // only the cause counts
  CHECK(p.at(0).restarts == 0);
  CHECK(p.window().used(t0) == 1);
}

TEST_CASE("one_for_all: with the stop order `together` all are halted at once, and started when "
          "the last is",
          "[restart_plan][C2][G3]") {
  auto rules = with(one_for_all);
  rules.stop = stop_order::together;
  auto p = running(rules, {quick(), quick(), quick(temporary), quick()});
  CHECK(text(p.crashed(1, boom, t0)) == "halt 3 in 100 ms, stop 2 in 100 ms, halt 0 in 100 ms");
  CHECK(text(p.halted(0, t0)).empty());
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "forget 2");
  CHECK(text(p.halted(3, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(text(p.started(1, t0)) == "restart 3");
}

TEST_CASE("rest_for_one: of five the third is killed: 5 and 4 end, 3, 4 and 5 start, 1 and 2 stay",
          "[restart_plan][C3][G2][s6][s8]") {
  auto p = running(with(rest_for_one), {quick(), quick(), quick(), quick(), quick()});
  CHECK(text(p.ended(2, exit_class::killed, boom, t0)) == "halt 4 in 100 ms");
  CHECK(text(p.halted(4, t0)) == "halt 3 in 100 ms");
  CHECK(text(p.halted(3, t0)) == "spawn 2");
  CHECK(text(p.started(2, t0)) == "restart 3");
  CHECK(text(p.started(3, t0)) == "restart 4");
  CHECK(text(p.started(4, t0)).empty());
  CHECK(p.at(0).incarnation == 1);
  CHECK(p.at(1).incarnation == 1);
  CHECK(text(p.stop()) == "stop 4 in 100 ms");
}

TEST_CASE("rest_for_one: the last child restarts alone", "[restart_plan][C3]") {
  auto p = three(rest_for_one);
  CHECK(text(p.crashed(2, boom, t0)) == "restart 2");
}

TEST_CASE("a temporary bystander of a group restart is stopped and does not come back",
          "[restart_plan][C5][s7]") {
  const auto strategy = GENERATE(one_for_all, rest_for_one);
  auto p = running(with(strategy), {quick(), quick(temporary), quick()});
  CHECK(text(p.crashed(0, boom, t0)) == "halt 2 in 100 ms");
  SECTION("it stops") {
    CHECK(text(p.halted(2, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "forget 1, restart 0");
  }
  SECTION("it is already being stopped by hand") {
    CHECK(text(p.terminate(1, 7, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.halted(2, t0)) == "restart 0");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "answer #7 ok, forget 1");
  }
  SECTION("it hangs") {
    (void)p.halted(2, t0);
    CHECK(text(p.timer_expired(1, t0 + 100ms)) == "abandon 1, forget 1, restart 0");
  }
  SECTION("it fails before its turn, and what is left of it ends in its turn") {
    CHECK(text(p.crashed(1, boom, t0)).empty());
    CHECK(text(p.halted(2, t0)) == "end 1");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "forget 1, restart 0");
  }
  SECTION("it is gone before its turn") {
    CHECK(text(p.ended(1, exit_class::killed, boom, t0)).empty());
    CHECK(text(p.halted(2, t0)) == "forget 1, restart 0");
  }
  CHECK(text(p.started(0, t0)) == "restart 2");
  CHECK(text(p.started(2, t0)).empty());
  CHECK(p.size() == 2);
}

TEST_CASE("one_for_all: the oldest is a temporary bystander", "[restart_plan][C5]") {
  auto p = running(with(one_for_all), {quick(temporary), quick()});
  (void)p.ended(1, exit_class::killed, boom, t0);
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "forget 0, spawn 1");
  CHECK(p.first() == 1);
}

TEST_CASE("a child stopped by hand comes back with its group, as in OTP",
          "[restart_plan][C2][C8]") {
  auto p = three(one_for_all);
  (void)p.terminate(2, 0, t0);
  (void)p.ended(2, exit_class::shutdown, {}, t0);
  CHECK(text(p.crashed(0, boom, t0)) == "halt 1 in 100 ms");
  (void)p.halted(1, t0);
  (void)p.started(0, t0);
  CHECK(text(p.started(1, t0)) == "spawn 2");
}

TEST_CASE("a member that ends or fails on the way out is just brought back with its group",
          "[restart_plan][C2]") {
  auto p = three(one_for_all);
  CHECK(text(p.crashed(0, boom, t0)) == "halt 2 in 100 ms");
  SECTION("it crashes while it is asked to halt") {
    CHECK(text(p.crashed(2, boom, t0)) == "halt 1 in 100 ms");
    CHECK(text(p.halted(2, t0)).empty()); // and reports late
  }
  SECTION("it quits for good, or so it thinks") {
    CHECK(text(p.quit(2, exit_class::normal, {errc::do_not_restart, {}}, t0))
          == "halt 1 in 100 ms");
  }
  SECTION("it ends") {
    CHECK(text(p.ended(2, exit_class::killed, boom, t0)) == "halt 1 in 100 ms");
  }
  SECTION("it hangs: it is abandoned and gets a new actor") {
    CHECK(text(p.timer_expired(2, t0 + 100ms)) == "abandon 2, halt 1 in 100 ms");
  }
  SECTION("it fails before its turn") {
    CHECK(text(p.crashed(1, boom, t0)).empty());
    CHECK(text(p.halted(2, t0)) == "restart 0");
    CHECK(text(p.started(0, t0)) == "restart 1");
    CHECK(text(p.started(1, t0)) == "restart 2");
    CHECK(p.window().used(t0) == 1);
    return;
  }
  CHECK(text(p.halted(1, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)) == "restart 1");
  const auto last = text(p.started(1, t0));
  CHECK((last == "restart 2" || last == "spawn 2"));
  CHECK(text(p.started(2, t0)).empty());
  CHECK(p.window().used(t0) == 1);
}
