// Tests of group restarts that do not go smoothly.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto one_for_all = restart_strategy::one_for_all;
constexpr auto rest_for_one = restart_strategy::rest_for_one;

restart_plan three(restart_strategy strategy, restart_limits limits = {100, 5s}) {
  return running(with(strategy, limits), {quick(), quick(), quick()});
}

} // namespace

TEST_CASE("one_for_all: when one does not come back the whole group is started again",
          "[restart_plan][C6][D2]") {
  auto p = three(one_for_all, {2, 5s});
  (void)p.crashed(0, boom, t0);
  (void)p.halted(2, t0);
  CHECK(text(p.halted(1, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(text(p.start_failed(1, boom, true, t0))
        == "halt 0 in 100 ms"); // what was up again is stopped first
  CHECK(text(p.halted(0, t0)) == "restart 0");
  CHECK(p.window().used(t0) == 2);
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(text(p.start_failed(1, boom, true, t0)) == "give up escalated 1:boom, end 2");
}

TEST_CASE("rest_for_one: when one does not come back it goes on from there",
          "[restart_plan][C6][D2]") {
  auto p = three(rest_for_one);
  (void)p.crashed(0, boom, t0);
  (void)p.halted(2, t0);
  (void)p.halted(1, t0);
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(text(p.start_failed(1, boom, false, t0)) == "spawn 1"); // the first stays up
  CHECK(text(p.started(1, t0)) == "restart 2");
  CHECK(text(p.started(2, t0)).empty());
  CHECK(p.at(0).incarnation == 2);
  CHECK(p.window().used(t0) == 2);
}

TEST_CASE("rest_for_one: a member that is not up in its time is stopped, and then tried again",
          "[restart_plan][C6][A13]") {
  auto slow = quick();
  slow.init_timeout = 20ms;
  auto p = running(with(rest_for_one), {quick(), slow, quick()});
  (void)p.crashed(0, boom, t0);
  (void)p.halted(2, t0);
  (void)p.halted(1, t0);
  CHECK(text(p.started(0, t0)) == "restart 1, arm 1 20 ms");
  CHECK(text(p.timer_expired(1, t0 + 20ms)) == "stop 1 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "spawn 1, arm 1 20 ms");
}

TEST_CASE("a member that is not wanted any more is left out, and the group goes on",
          "[restart_plan][A3][C2]") {
  const bool alive = GENERATE(false, true);
  auto p = three(one_for_all);
  (void)p.crashed(0, boom, t0);
  (void)p.halted(2, t0);
  (void)p.halted(1, t0);
  CHECK(text(p.start_ignored(0, alive, t0)) == (alive ? "end 0, restart 1" : "restart 1"));
  CHECK(text(p.started(1, t0)) == "restart 2");
  CHECK(text(p.started(2, t0)).empty());
}

TEST_CASE("a member that asks not to be brought back is left out, and the group goes on",
          "[restart_plan][A12][C6]") {
  const bool alive = GENERATE(false, true);
  auto p = three(one_for_all);
  (void)p.crashed(2, boom, t0);
  (void)p.halted(1, t0);
  (void)p.halted(0, t0);
  CHECK(text(p.start_failed(0, {errc::do_not_restart, {}}, alive, t0))
        == (alive ? "end 0, restart 1" : "restart 1"));
  CHECK(text(p.started(1, t0)) == "restart 2");
  CHECK(p.window().used(t0) == 1);
}

TEST_CASE("a failure beside a group restart waits until that is done", "[restart_plan][C3][C6]") {
  auto p = three(rest_for_one);
  CHECK(text(p.crashed(1, boom, t0)) == "halt 2 in 100 ms");
  CHECK(text(p.crashed(0, boom, t0)).empty());
  CHECK(p.at(0).phase == child_phase::backoff);
  CHECK(text(p.halted(2, t0)) == "restart 1");
  CHECK(text(p.started(1, t0)) == "restart 2");
  CHECK(text(p.started(2, t0))
        == "halt 2 in 100 ms"); // now it is the first one's turn, with all that follow
  CHECK(text(p.halted(2, t0)) == "halt 1 in 100 ms");
  CHECK(text(p.halted(1, t0)) == "restart 0");
  CHECK(p.window().used(t0) == 2);
}

TEST_CASE("a member that fails again while the others still start waits, too",
          "[restart_plan][C2]") {
  auto p = three(one_for_all);
  (void)p.crashed(2, boom, t0);
  (void)p.halted(1, t0);
  (void)p.halted(0, t0);
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(text(p.crashed(0, boom, t0)).empty());
  CHECK(text(p.started(1, t0)) == "restart 2");
  CHECK(text(p.started(2, t0)) == "halt 2 in 100 ms");
}

TEST_CASE("what waits is not done when its child has been stopped by hand meanwhile",
          "[restart_plan][C8]") {
  auto p = three(rest_for_one);
  (void)p.crashed(1, boom, t0);
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.terminate(0, 7, t0)) == "end 0");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "answer #7 ok");
  (void)p.halted(2, t0);
  (void)p.started(1, t0);
  CHECK(text(p.started(2, t0)).empty());
}

TEST_CASE("what waited beside a failed group restart is decided before a pause",
          "[restart_plan][D4][A4]") {
  auto rules = with(rest_for_one, {1, 5s});
  rules.on_limit = limit_action::pause;
  auto p = running(rules, {quick(transient), quick(), quick()});
  (void)p.crashed(1, boom, t0);
  CHECK(text(p.quit(0, exit_class::normal, {}, t0)).empty());
  (void)p.halted(2, t0);
  const auto effects = p.start_failed(1, boom, true, t0);
  CHECK(only<plan::pause>(effects).child == 1);
  CHECK(only<plan::end>(effects).child
        == 0); // its end was normal: it is not brought back after the pause
}

TEST_CASE("one by hand beside a group restart holds nothing up", "[restart_plan][C8][G3]") {
  auto rules = with(rest_for_one);
  rules.stop = GENERATE(stop_order::reverse_order, stop_order::together);
  auto p = running(rules, {quick(), quick(), quick()});
  CHECK(text(p.restart(0, true, 7, t0)) == "halt 0 in 100 ms");
  CHECK(text(p.crashed(1, boom, t0)) == "halt 2 in 100 ms");
  SECTION("it halts last") {
    CHECK(text(p.halted(2, t0)) == "restart 1");
    CHECK(text(p.halted(0, t0)) == "restart 0");
  }
  SECTION("it halts first") {
    CHECK(text(p.halted(0, t0)) == "restart 0");
    CHECK(text(p.halted(2, t0)) == "restart 1");
  }
  CHECK(text(p.started(0, t0)) == "answer #7 ok");
  CHECK(text(p.started(1, t0)) == "restart 2");
}

TEST_CASE(
  "a restart by hand that a group restart overtakes is answered when the group has brought it back",
  "[restart_plan][C8][C2]") {
  auto p = three(one_for_all);
  CHECK(text(p.restart(2, true, 7, t0)) == "halt 2 in 100 ms");
  CHECK(text(p.crashed(0, boom, t0)).empty()); // the newest is on its way already
  CHECK(text(p.halted(2, t0)) == "halt 1 in 100 ms");
  CHECK(text(p.halted(1, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(text(p.started(1, t0)) == "restart 2");
  SECTION("it is up") {
    CHECK(text(p.started(2, t0)) == "answer #7 ok");
  }
  SECTION("it fails: it stays stopped as always by hand, and the group does not suffer") {
    CHECK(text(p.start_failed(2, boom, true, t0)) == "answer #7 crashed, end 2");
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)).empty());
    CHECK(p.at(2).phase == child_phase::stopped);
  }
  CHECK(p.window().used(t0) == 1);
}

TEST_CASE("a temporary child that is restarted by hand when its group restarts is stopped for good",
          "[restart_plan][C5][C8]") {
  auto p = running(with(one_for_all), {quick(), quick(temporary)});
  (void)p.restart(1, true, 7, t0);
  SECTION("it has not halted yet") {
    CHECK(text(p.crashed(0, boom, t0)) == "stop 1 in 100 ms");
  }
  SECTION("it is coming up again") {
    CHECK(text(p.halted(1, t0)) == "restart 1");
    CHECK(text(p.crashed(0, boom, t0)) == "stop 1 in 100 ms");
  }
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "answer #7 stopped, forget 1, restart 0");
}

TEST_CASE("a new child that is coming up when its group restarts starts anew with it",
          "[restart_plan][C9][C2]") {
  auto p = three(one_for_all);
  const auto added = p.add(shared(quick()), 7);
  REQUIRE(added);
  REQUIRE(added->child == 3);
  SECTION("its turn to make way comes first") {
    CHECK(text(p.crashed(0, boom, t0)) == "halt 3 in 100 ms");
    CHECK(text(p.started(3, t0)).empty()); // it had not heard of it
    CHECK(text(p.halted(3, t0)) == "halt 2 in 100 ms");
    (void)p.halted(2, t0);
    (void)p.halted(1, t0);
    (void)p.started(0, t0);
    (void)p.started(1, t0);
    CHECK(text(p.started(2, t0)) == "restart 3");
    CHECK(text(p.started(3, t0)) == "answer #7 ok");
    CHECK(p.at(3).incarnation == 1);
  }
  SECTION("it fails on the way, and the group goes on without it") {
    CHECK(text(p.crashed(0, boom, t0)) == "halt 3 in 100 ms");
    (void)p.ended(3, exit_class::killed, boom, t0);
    (void)p.halted(2, t0);
    (void)p.halted(1, t0);
    (void)p.started(0, t0);
    (void)p.started(1, t0);
    CHECK(text(p.started(2, t0)) == "spawn 3");
    CHECK(text(p.start_failed(3, boom, false, t0)) == "answer #7 crashed, forget 3");
    CHECK(p.size() == 3);
  }
}

TEST_CASE("a child that comes up before its turn to make way is not stopped for good",
          "[restart_plan][C2][C8]") {
  auto p = three(one_for_all);
  (void)p.terminate(0, 0, t0);
  (void)p.ended(0, exit_class::shutdown, {}, t0);
  CHECK(text(p.restart(0, false, 7, t0)) == "spawn 0");
  CHECK(text(p.crashed(1, boom, t0)) == "halt 2 in 100 ms");
  CHECK(text(p.started(0, t0)) == "answer #7 ok");
  CHECK(text(p.halted(2, t0)) == "halt 0 in 100 ms");
  CHECK(text(p.halted(0, t0)) == "restart 0");
}

TEST_CASE("a member can be stopped by hand, and the group goes on without it",
          "[restart_plan][C8][C2]") {
  auto p = three(one_for_all);
  (void)p.crashed(0, boom, t0);
  SECTION("the one that is asked to halt") {
    CHECK(text(p.terminate(2, 7, t0)) == "stop 2 in 100 ms, halt 1 in 100 ms");
    CHECK(text(p.halted(1, t0)) == "restart 0");
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "answer #7 ok");
    CHECK(text(p.started(0, t0)) == "restart 1");
    CHECK(text(p.started(1, t0)).empty());
  }
  SECTION("one that has made way") {
    (void)p.halted(2, t0);
    CHECK(text(p.terminate(2, 7, t0)) == "end 2");
    CHECK(text(p.halted(1, t0)) == "restart 0");
    (void)p.started(0, t0);
    CHECK(text(p.started(1, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "answer #7 ok");
  }
  SECTION("the one that is coming up") {
    (void)p.halted(2, t0);
    CHECK(text(p.halted(1, t0)) == "restart 0");
    CHECK(text(p.terminate(0, 7, t0)) == "stop 0 in 100 ms, restart 1");
  }
  SECTION("and started again, beside the group") {
    (void)p.terminate(2, 0, t0);
    (void)p.ended(2, exit_class::shutdown, {}, t0);
    CHECK(text(p.restart(2, false, 7, t0)) == "spawn 2");
    CHECK(text(p.halted(1, t0)) == "restart 0");
    CHECK(text(p.started(2, t0)) == "answer #7 ok");
    CHECK(text(p.started(0, t0)) == "restart 1");
    CHECK(text(p.started(1, t0)).empty());
  }
}

TEST_CASE("the members of a group restart that is on are restarting", "[restart_plan][C7][C8]") {
  auto p = three(one_for_all);
  (void)p.terminate(1, 0, t0);
  (void)p.ended(1, exit_class::shutdown, {}, t0);
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.restart(0, false, 7, t0)) == "answer #7 restarting"); // made way
  CHECK(text(p.restart(1, false, 7, t0)) == "answer #7 restarting"); // stopped, and to come back
  CHECK(text(p.restart(2, true, 7, t0)) == "answer #7 restarting");  // on its way
  CHECK(text(p.remove(0, 7)) == "answer #7 restarting");
  CHECK(text(p.remove(1, 7)) == "answer #7 ok, forget 1");
  CHECK(text(p.halted(2, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)) == "restart 2");
}
