// Tests of the start of a supervisor's children.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

const error no_disk{errc::io_error, "no disk"};

/// Three children that start one after the other, or as `rules` say.
restart_plan three(const supervisor_rules& rules = {}, restart_type type = permanent) {
  return plan_of(rules, {quick(type), quick(type), quick(type)});
}

supervisor_rules together() {
  supervisor_rules out;
  out.start = start_mode::together;
  return out;
}

} // namespace

TEST_CASE("a supervisor without children is ready at once", "[restart_plan][B1]") {
  restart_plan p{{}};
  CHECK_FALSE(p.ready());
  CHECK(text(p.start()) == "ready");
  CHECK(p.ready());
  CHECK(text(p.stop()) == "finish shutdown");
  CHECK_FALSE(p.ready());
}

TEST_CASE(
  "children start in list order, each after the one before is up, and only then all is ready",
  "[restart_plan][B1][A2][s19]") {
  auto p = three();
  CHECK(text(p.start()) == "spawn 0");
  CHECK(p.at(1).phase == child_phase::idle);
  CHECK(text(p.started(0, t0)) == "spawn 1");
  CHECK_FALSE(p.ready());
  CHECK(text(p.started(1, t0)) == "spawn 2");
  CHECK(text(p.started(2, t0)) == "ready");
  for (auto child = p.first(); child != no_child; child = p.at(child).next) {
    CHECK(p.at(child).phase == child_phase::running);
    CHECK(p.at(child).incarnation == 1);
    CHECK(p.at(child).restarts == 0);
  }
}

TEST_CASE("a report that comes twice starts nobody twice", "[restart_plan][B1]") {
  auto p = three();
  (void)p.start();
  CHECK(text(p.started(0, t0)) == "spawn 1");
  CHECK(text(p.started(0, t0)).empty());
  CHECK(p.at(0).incarnation == 1);
}

TEST_CASE(
  "a failed first start stops those that are up in reverse order, and the rest is never started",
  "[restart_plan][B3][s16]") {
  auto p = plan_of({}, {quick(), quick(), quick(), quick(), quick()});
  (void)p.start();
  (void)p.started(0, t0);
  (void)p.started(1, t0);
  CHECK(text(p.start_failed(2, no_disk, false, t0))
        == "give up start_failed 2:no disk, stop 1 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish start_failed");
  CHECK(p.at(3).phase == child_phase::idle);
  CHECK(p.at(4).phase == child_phase::idle);
  CHECK(p.window().used(t0) == 0); // it was no restart
}

TEST_CASE("the first child's failed start finishes at once", "[restart_plan][B3]") {
  auto p = three();
  (void)p.start();
  CHECK(text(p.start_failed(0, no_disk, false, t0))
        == "give up start_failed 0:no disk, finish start_failed");
  CHECK(p.finished());
}

TEST_CASE("an actor that is left of a failed start is ended before its elder siblings are stopped",
          "[restart_plan][B3]") {
  auto p = three();
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.start_failed(1, no_disk, true, t0)) == "give up start_failed 1:no disk, end 1");
  CHECK(text(p.ended(1, exit_class::start_failed, {}, t0)) == "stop 0 in 100 ms");
}

TEST_CASE(
  "a child that ends before it was ever up has failed to start, whatever its type and its end",
  "[restart_plan][B3][A4]") {
  const auto type = GENERATE(permanent, transient, temporary);
  const auto how = GENERATE(exit_class::normal, exit_class::shutdown, exit_class::crashed,
                            exit_class::killed);
  CAPTURE(to_string(type), to_string(how));
  auto p = three({}, type);
  (void)p.start();
  (void)p.started(0, t0);
  SECTION("its actor is gone") {
    CHECK(text(p.ended(1, how, boom, t0)) == "give up start_failed 1:boom, stop 0 in 100 ms");
  }
  SECTION("it quits") {
    CHECK(text(p.quit(1, how, boom, t0)) == "give up start_failed 1:boom, end 1");
  }
  SECTION("it crashes") {
    CHECK(text(p.crashed(1, boom, t0)) == "give up start_failed 1:boom, end 1");
  }
}

TEST_CASE("go_on: a child whose first start fails stays listed as stopped, and the others start",
          "[restart_plan][B4]") {
  supervisor_rules rules;
  rules.on_start_failure = start_failure::go_on;
  auto p = three(rules);
  (void)p.start();
  SECTION("its factory failed") {
    CHECK(text(p.start_failed(0, no_disk, false, t0)) == "spawn 1");
    CHECK(p.at(0).phase == child_phase::stopped);
  }
  SECTION("an actor is left, which is ended beside the start") {
    CHECK(text(p.start_failed(0, no_disk, true, t0)) == "end 0, spawn 1");
    CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).empty());
    CHECK(p.at(0).phase == child_phase::stopped);
  }
  (void)p.started(1, t0);
  CHECK(text(p.started(2, t0)) == "ready");
  CHECK(p.size() == 3);
  CHECK(text(p.restart(0, false, 7, t0)) == "spawn 0"); // it can be started by hand
  CHECK(text(p.started(0, t0)) == "answer #7 ok");
}

TEST_CASE("go_on: the last child's failure makes the supervisor ready all the same",
          "[restart_plan][B4]") {
  supervisor_rules rules;
  rules.on_start_failure = start_failure::go_on;
  rules.start = GENERATE(start_mode::one_by_one, start_mode::together);
  auto p = three(rules);
  (void)p.start();
  (void)p.started(0, t0);
  (void)p.started(1, t0);
  CHECK(text(p.start_failed(2, no_disk, false, t0)) == "ready");
}

TEST_CASE("together: all are started at once and it is ready with the last of them, in any order",
          "[restart_plan][B7]") {
  auto p = three(together());
  CHECK(text(p.start()) == "spawn 0, spawn 1, spawn 2");
  CHECK(text(p.started(2, t0)).empty());
  CHECK(text(p.started(0, t0)).empty());
  CHECK(text(p.started(1, t0)) == "ready");
}

TEST_CASE("together: every failure is collected, and then all is rolled back in reverse order",
          "[restart_plan][B7][B3]") {
  auto p = plan_of(together(), {quick(), quick(), quick(), quick()});
  (void)p.start();
  CHECK(text(p.start_failed(2, no_disk, true, t0)).empty());
  CHECK(text(p.started(3, t0)).empty());
  CHECK(text(p.start_failed(0, boom, false, t0)).empty());
  CHECK(text(p.started(1, t0)) == "give up start_failed 2:no disk 0:boom, stop 3 in 100 ms");
  CHECK(text(p.ended(3, exit_class::shutdown, {}, t0)) == "end 2");
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "finish start_failed");
}

TEST_CASE("a child that is not wanted stays listed as stopped, unless it is temporary",
          "[restart_plan][A3][s17]") {
  const bool alive = GENERATE(false, true);
  CAPTURE(alive);
  auto p = plan_of({}, {quick(temporary), quick(permanent), quick(transient)});
  (void)p.start();
  for (child_slot child = 0; child < 3; ++child) {
    CAPTURE(child);
    const std::string last = child == 2 ? "ready" : "spawn " + std::to_string(child + 1);
    const std::string forgets = child == 0 ? "forget 0" : "";
    const auto effects = text(p.start_ignored(child, alive, t0));
    if (alive) {
      CHECK(effects == "end " + std::to_string(child) + ", " + last);
      CHECK(text(p.ended(child, exit_class::shutdown, {}, t0)) == forgets);
    } else {
      CHECK(effects == (forgets.empty() ? last : forgets + ", " + last));
    }
  }
  CHECK(p.size() == 2);
  CHECK(p.at(1).phase == child_phase::stopped);
  CHECK(p.at(2).phase == child_phase::stopped);
  CHECK(text(p.stop()) == "finish shutdown");
}

TEST_CASE("a child that is not up in its time is stopped, and then its start has failed",
          "[restart_plan][A13][s19]") {
  auto slow = quick();
  slow.init_timeout = 20ms;
  auto p = plan_of({}, {quick(), slow, quick()});
  (void)p.start();
  CHECK(text(p.started(0, t0)) == "spawn 1, arm 1 20 ms");
  SECTION("it is up at the last moment") {
    const auto effects = p.started(1, t0 + 20ms);
    CHECK(text(effects) == "spawn 2");
    CHECK(only<plan::disarm>(effects).child == 1);
  }
  SECTION("it ends when it is told to") {
    CHECK(text(p.timer_expired(1, t0 + 20ms)) == "stop 1 in 100 ms");
    CHECK(text(p.started(1, t0)).empty()); // too late
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0))
          == "give up start_failed 1:not up after 20 ms, stop 0 in 100 ms");
  }
  SECTION("it does not even do that") {
    (void)p.timer_expired(1, t0 + 20ms);
    CHECK(text(p.timer_expired(1, t0 + 120ms))
          == "abandon 1, give up start_failed 1:not up after 20 ms, stop 0 in 100 ms");
  }
}

TEST_CASE(
  "a restart that is not up in its time is a failed attempt, and is tried again with a new actor",
  "[restart_plan][A13][D2]") {
  auto slow = quick();
  slow.init_timeout = 20ms;
  auto p = running(with(restart_strategy::one_for_one, {2, 5s}), {slow});
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0, arm 0 20 ms");
  (void)p.timer_expired(0, t0 + 20ms);
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0 + 30ms)) == "spawn 0, arm 0 20 ms");
  (void)p.timer_expired(0, t0 + 50ms);
  CHECK(text(p.timer_expired(0, t0 + 150ms))
        == "abandon 0, give up escalated 0:not up after 20 ms, finish escalated");
}

TEST_CASE("no child gets its start signal before all are up", "[restart_plan][B2][s19]") {
  auto rules = with(restart_strategy::one_for_one);
  rules.start_barrier = true;
  rules.start = GENERATE(start_mode::one_by_one, start_mode::together);
  auto p = three(rules);
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)).empty()); // its second incarnation has to wait, too
  (void)p.started(1, t0);
  CHECK(text(p.started(2, t0)) == "signal 0, signal 1, signal 2, ready");
  // Whoever comes later has nobody to wait for.
  (void)p.crashed(1, boom, t0);
  CHECK(text(p.started(1, t0)) == "signal 1");
  const auto added = p.add(shared(quick()), 7);
  CHECK(text(p.started(added->child, t0)) == "signal 3, answer #7 ok");
}

TEST_CASE("with a barrier nobody is signalled when the start fails", "[restart_plan][B2]") {
  supervisor_rules rules;
  rules.start_barrier = true;
  auto p = three(rules);
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.start_failed(1, no_disk, false, t0))
        == "give up start_failed 1:no disk, stop 0 in 100 ms");
}

TEST_CASE("a stop in the middle of the start stops those that have begun and starts no more",
          "[restart_plan][B6][G11][s21]") {
  auto p = three();
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.stop()) == "stop 1 in 100 ms");
  SECTION("it came up while it was asked to stop") {
    CHECK(text(p.started(1, t0)).empty());
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  }
  SECTION("its start failed while it was asked to stop") {
    CHECK(text(p.start_failed(1, boom, false, t0)) == "stop 0 in 100 ms");
  }
  SECTION("it is not wanted, which nobody asks any more") {
    CHECK(text(p.start_ignored(1, true, t0)).empty());
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  }
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
  CHECK(p.at(2).phase == child_phase::idle);
}

TEST_CASE(
  "together: a child whose turn to stop has not come may fail to come up without a second report",
  "[restart_plan][B6][B7]") {
  auto p = three(together());
  (void)p.start();
  CHECK(text(p.stop()) == "stop 2 in 100 ms");
  CHECK(text(p.start_failed(0, boom, true, t0)).empty());
  CHECK(text(p.start_failed(1, boom, false, t0)).empty());
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "end 0");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
}

TEST_CASE("a start that comes after the stop starts nobody", "[restart_plan][B6]") {
  auto p = three();
  CHECK(text(p.stop()) == "finish shutdown");
  CHECK(text(p.start()).empty());
}

TEST_CASE("a child that crashes while its younger siblings still start is brought back and starts "
          "nobody twice",
          "[restart_plan][B1]") {
  auto p = three();
  (void)p.start();
  CHECK(text(p.started(0, t0)) == "spawn 1");
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)).empty());
  CHECK(text(p.started(1, t0)) == "spawn 2");
  CHECK(text(p.started(2, t0)) == "ready");
}

TEST_CASE("a failure that concerns the whole group waits until the start is done, as in OTP",
          "[restart_plan][B1][C2]") {
  auto p = three(with(restart_strategy::one_for_all));
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.crashed(0, boom, t0)).empty());
  CHECK(text(p.started(1, t0)) == "spawn 2");
  CHECK(text(p.started(2, t0)) == "ready, halt 2 in 100 ms");
}

TEST_CASE("the budget can be spent while the younger children still start",
          "[restart_plan][B3][D3]") {
  auto p = three(with(restart_strategy::one_for_one, {0, 5s}));
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.crashed(0, boom, t0)) == "give up escalated 0:boom, stop 1 in 100 ms");
}

TEST_CASE("a child stopped by hand before its turn is left out of the start",
          "[restart_plan][C8][B1]") {
  auto p = plan_of({}, {quick(), quick(), quick(temporary), quick()});
  (void)p.start();
  CHECK(text(p.terminate(1, 7, t0)) == "answer #7 ok");
  CHECK(text(p.terminate(2, 8, t0)) == "answer #8 ok, forget 2");
  CHECK(text(p.started(0, t0)) == "spawn 3");
  CHECK(text(p.started(3, t0)) == "ready");
  CHECK(p.at(1).phase == child_phase::stopped);
  CHECK(p.size() == 3);
}

TEST_CASE("the one that starts can be stopped by hand, and the start goes on without it",
          "[restart_plan][C8][B1]") {
  auto p = three();
  (void)p.start();
  CHECK(text(p.terminate(0, 7, t0)) == "stop 0 in 100 ms, spawn 1");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "answer #7 ok");
}
