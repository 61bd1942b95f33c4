// Tests of what is done with children by hand.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

/// Brings a child of a plan whose second of three children is `slow` into this phase.
restart_plan second_in(child_phase phase) {
  auto slow = quick();
  slow.backoff = {.min_backoff = 1s, .max_backoff = 1s, .jitter = 0, .first_at_once = false};
  auto p = running(with(restart_strategy::one_for_one), {quick(), slow, quick()});
  switch (phase) {
    case child_phase::backoff:
      (void)p.crashed(1, boom, t0);
      break;
    case child_phase::restarting:
      (void)p.crashed(1, boom, t0);
      (void)p.timer_expired(1, t0);
      break;
    case child_phase::halting:
      (void)p.restart(1, true, 0, t0);
      break;
    case child_phase::stopping:
      (void)p.terminate(1, 0, t0);
      break;
    case child_phase::stopped:
      (void)p.terminate(1, 0, t0);
      (void)p.ended(1, exit_class::shutdown, {}, t0);
      break;
    case child_phase::abandoned:
      (void)p.terminate(1, 0, t0);
      (void)p.timer_expired(1, t0);
      break;
    default:
      break;
  }
  REQUIRE(p.at(1).phase == phase);
  return p;
}

} // namespace

TEST_CASE("restart and remove are answered by the phase of their child, as in OTP",
          "[restart_plan][C8][C7][s24]") {
  struct row {
    child_phase phase;
    const char* restart;
    const char* remove;
  };
  const auto c = GENERATE(
    row{child_phase::running, "answer #7 already_running", "answer #7 already_running"},
    row{child_phase::backoff, "answer #7 restarting", "answer #7 restarting"},
    row{child_phase::restarting, "answer #7 restarting", "answer #7 restarting"},
    row{child_phase::halting, "answer #7 restarting", "answer #7 restarting"},
    row{child_phase::stopping, "answer #7 restarting", "answer #7 already_running"},
    row{child_phase::stopped, "spawn 1", "answer #7 ok, forget 1"},
    row{child_phase::abandoned, "spawn 1", "answer #7 ok, forget 1"});
  CAPTURE(to_string(c.phase));
  SECTION("restart") {
    auto p = second_in(c.phase);
    CHECK(text(p.restart(1, false, 7, t0)) == c.restart);
    CHECK(p.size() == 3);
  }
  SECTION("remove") {
    auto p = second_in(c.phase);
    CHECK(text(p.remove(1, 7)) == c.remove);
    CHECK(p.size() == (p.at(0).next == 1 ? 3 : 2));
  }
}

TEST_CASE(
  "terminate is answered when the child has ended, whatever its phase, and keeps its specification",
  "[restart_plan][C8][G15][s24]") {
  struct row {
    child_phase phase;
    const char* terminate;
  };
  const auto c = GENERATE(
    row{child_phase::running, "stop 1 in 100 ms"}, row{child_phase::backoff, "end 1"},
    row{child_phase::restarting, "stop 1 in 100 ms"}, row{child_phase::halting, "stop 1 in 100 ms"},
    row{child_phase::stopping, ""}, row{child_phase::stopped, "answer #7 ok"},
    row{child_phase::abandoned, "answer #7 ok"});
  CAPTURE(to_string(c.phase));
  auto p = second_in(c.phase);
  CHECK(text(p.terminate(1, 7, t0)) == c.terminate);
  if (c.phase != child_phase::stopped && c.phase != child_phase::abandoned) {
    CHECK(text(p.terminate(1, 8, t0)).empty()); // a second one joins
    const auto both = text(p.ended(1, exit_class::shutdown, {}, t0));
    CHECK((both == "answer #7 ok, answer #8 ok" || both == "answer #8 ok, answer #7 ok"));
    CHECK(p.at(1).phase == child_phase::stopped);
  }
  CHECK(p.size() == 3);
  CHECK(p.window().used(t0) <= 1);
  CHECK(text(p.timer_expired(1, t0)).empty());
  CHECK(text(p.restart(1, false, 9, t0)) == "spawn 1");
  CHECK(text(p.started(1, t0)) == "answer #9 ok");
}

TEST_CASE("a child that hangs when it is terminated is abandoned, and the caller is answered",
          "[restart_plan][C8][G4][G6][s27]") {
  auto p = second_in(child_phase::running);
  (void)p.terminate(1, 7, t0);
  CHECK(text(p.timer_expired(1, t0 + 100ms)) == "abandon 1, answer #7 ok");
  CHECK(p.at(1).phase == child_phase::abandoned);
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)).empty()); // it ends after all
}

TEST_CASE("a temporary child that is terminated is forgotten", "[restart_plan][C8]") {
  auto p = running(with(restart_strategy::one_for_one), {quick(temporary), quick()});
  (void)p.terminate(0, 7, t0);
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "answer #7 ok, forget 0");
  CHECK(p.first() == 1);
}

TEST_CASE("one that crashes while it is terminated is not brought back", "[restart_plan][C8]") {
  auto p = second_in(child_phase::running);
  (void)p.terminate(1, 7, t0);
  CHECK(text(p.crashed(1, boom, t0)).empty());
  CHECK(text(p.ended(1, exit_class::crashed, boom, t0)) == "answer #7 ok");
  CHECK(p.window().used(t0) == 0);
}

TEST_CASE("terminate takes over a stop for lack of time, and no attempt has failed",
          "[restart_plan][C8][A13]") {
  auto slow = quick();
  slow.init_timeout = 20ms;
  auto p = running(with(restart_strategy::one_for_one, {1, 5s}), {slow});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.timer_expired(0, t0 + 20ms)) == "stop 0 in 100 ms");
  CHECK(text(p.terminate(0, 7, t0)).empty());
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "answer #7 ok");
  CHECK(p.at(0).phase == child_phase::stopped);
}

TEST_CASE("a restart by hand that fails is answered, and the child stays stopped",
          "[restart_plan][C8]") {
  auto p = second_in(child_phase::stopped);
  CHECK(text(p.restart(1, false, 7, t0)) == "spawn 1");
  CHECK(text(p.restart(1, false, 8, t0)) == "answer #8 restarting"); // it is being started
  const bool alive = GENERATE(false, true);
  if (alive) {
    CHECK(text(p.start_failed(1, boom, true, t0)) == "answer #7 crashed, end 1");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)).empty());
  } else {
    CHECK(text(p.start_failed(1, boom, false, t0)) == "answer #7 crashed");
  }
  CHECK(p.at(1).phase == child_phase::stopped);
  CHECK(p.size() == 3);
  CHECK(p.window().used(t0) == 0);
}

TEST_CASE("a start by hand that is cut off by a terminate is answered, and so is the terminate",
          "[restart_plan][C8]") {
  auto p = second_in(child_phase::stopped);
  (void)p.restart(1, false, 7, t0);
  CHECK(text(p.terminate(1, 8, t0)) == "stop 1 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "answer #7 stopped, answer #8 ok");
  // Its next failure is its own again.
  (void)p.restart(1, false, 0, t0);
  (void)p.started(1, t0);
  CHECK(text(p.crashed(1, boom, t0)) == "arm 1 1 s");
}

TEST_CASE("a start by hand that takes too long is answered with that", "[restart_plan][C8][A13]") {
  auto slow = quick();
  slow.init_timeout = 20ms;
  auto p = running(with(restart_strategy::one_for_one), {slow});
  (void)p.restart(0, true, 7, t0);
  CHECK(text(p.halted(0, t0)) == "restart 0, arm 0 20 ms");
  (void)p.timer_expired(0, t0 + 20ms);
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "answer #7 timed_out");
  CHECK(p.at(0).phase == child_phase::stopped);
}

TEST_CASE("even_if_running replaces the incarnation in place", "[restart_plan][C8]") {
  auto p = running(with(restart_strategy::one_for_one), {quick(), quick(temporary)});
  const child_slot child = GENERATE(0u, 1u);
  const auto name = std::to_string(child);
  CHECK(text(p.restart(child, true, 7, t0)) == "halt " + name + " in 100 ms");
  SECTION("it halts") {
    CHECK(text(p.halted(child, t0)) == "restart " + name);
  }
  SECTION("it crashes instead") {
    CHECK(text(p.crashed(child, boom, t0)) == "restart " + name);
  }
  SECTION("it is not wanted and says so too late") {
    CHECK(text(p.start_ignored(child, true, t0)) == "restart " + name);
  }
  SECTION("it is killed") {
    CHECK(text(p.ended(child, exit_class::killed, boom, t0)) == "spawn " + name);
  }
  SECTION("it hangs") {
    CHECK(text(p.timer_expired(child, t0 + 100ms)) == "abandon " + name + ", spawn " + name);
  }
  CHECK(text(p.started(child, t0)) == "answer #7 ok");
  CHECK(p.at(child).incarnation == 2);
}

TEST_CASE("a started child that is not wanted any more is answered as a success",
          "[restart_plan][C8][A3]") {
  auto p = second_in(child_phase::stopped);
  (void)p.restart(1, false, 7, t0);
  CHECK(text(p.start_ignored(1, false, t0)) == "answer #7 ok");
  CHECK(p.at(1).phase == child_phase::stopped);
}

// -- add --------------------------------------------------------------------------

TEST_CASE("a new child goes last, is answered when it is up, and stops first",
          "[restart_plan][C9][G2]") {
  auto p = running(with(restart_strategy::rest_for_one), {quick(), quick()});
  const auto added = p.add(shared(quick()), 7);
  REQUIRE(added);
  CHECK(added->child == 2);
  CHECK(text(added->todo) == "spawn 2");
  CHECK(text(p.started(2, t0)) == "answer #7 ok");
  CHECK(p.last() == 2);
  CHECK(text(p.crashed(1, boom, t0)) == "halt 2 in 100 ms");
  (void)p.halted(2, t0);
  (void)p.started(1, t0);
  (void)p.started(2, t0);
  CHECK(text(p.stop()) == "stop 2 in 100 ms");
}

TEST_CASE("a new child that fails to start is forgotten, and nothing is counted",
          "[restart_plan][C9][B3]") {
  auto p = running(with(restart_strategy::one_for_one, {0, 5s}), {quick()});
  (void)p.add(shared(quick()), 7);
  CHECK(text(p.start_failed(1, boom, true, t0)) == "answer #7 crashed, end 1");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "forget 1");
  CHECK(p.size() == 1);
  CHECK(p.add(shared(quick()), 8)->child == 1); // the number is used again
  CHECK(text(p.start_failed(1, boom, false, t0)) == "answer #8 crashed, forget 1");
  CHECK_FALSE(p.stopping());
}

TEST_CASE("a new child that is not wanted stays listed, unless it is temporary",
          "[restart_plan][A3][C9][s17]") {
  auto p = running(with(restart_strategy::one_for_one), {});
  (void)p.add(shared(quick()), 7);
  CHECK(text(p.start_ignored(0, false, t0)) == "answer #7 ok");
  CHECK(p.size() == 1);
  (void)p.add(shared(quick(temporary)), 8);
  CHECK(text(p.start_ignored(1, false, t0)) == "answer #8 ok, forget 1");
  CHECK(p.size() == 1);
}

TEST_CASE("a new child that is terminated before it is up is forgotten", "[restart_plan][C8][C9]") {
  auto p = running(with(restart_strategy::one_for_one), {});
  (void)p.add(shared(quick()), 7);
  CHECK(text(p.terminate(0, 8, t0)) == "stop 0 in 100 ms");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0))
        == "answer #7 stopped, answer #8 ok, forget 0");
  CHECK(p.size() == 0);
}

TEST_CASE("there are at most max_children, those that are restarting included",
          "[restart_plan][C10]") {
  auto rules = with(restart_strategy::dynamic);
  rules.max_children = 2;
  auto p = running(rules, {});
  const auto first = p.add(shared(quick()), 0)->child;
  const auto second = p.add(shared(quick()), 0)->child;
  (void)p.started(first, t0);
  (void)p.started(second, t0);
  (void)p.crashed(first, boom, t0);
  const auto refused = p.add(shared(quick()), 7);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::overloaded);
  CHECK(refused.error().detail == "max_children is 2");
  (void)p.terminate(second, 0, t0);
  CHECK_FALSE(p.add(shared(quick()), 7)); // it is still there
  (void)p.ended(second, exit_class::shutdown, {}, t0);
  CHECK(p.add(shared(quick()), 7));
}

TEST_CASE("dynamic: a child that has ended is forgotten, whatever its type", "[restart_plan][C4]") {
  auto p = running(with(restart_strategy::dynamic), {});
  SECTION("by itself") {
    (void)p.add(shared(quick(transient)), 0);
    (void)p.started(0, t0);
    CHECK(text(p.ended(0, exit_class::normal, {}, t0)) == "forget 0");
  }
  SECTION("by hand") {
    (void)p.add(shared(quick()), 0);
    (void)p.started(0, t0);
    (void)p.terminate(0, 7, t0);
    CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "answer #7 ok, forget 0");
  }
  SECTION("it is not wanted") {
    (void)p.add(shared(quick()), 7);
    CHECK(text(p.start_ignored(0, false, t0)) == "answer #7 ok, forget 0");
  }
  CHECK(p.size() == 0);
}

TEST_CASE("the numbers of all that were forgotten are used again", "[restart_plan][C4]") {
  auto p = running(with(restart_strategy::dynamic), {});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3; ++i)
      CHECK(p.add(shared(quick(temporary)), 0)->child < 3);
    CHECK(p.size() == 3);
    for (child_slot child = 0; child < 3; ++child)
      (void)p.start_failed(child, boom, false, t0);
    CHECK(p.size() == 0);
    CHECK(p.first() == no_child);
    CHECK(p.last() == no_child);
  }
}

TEST_CASE("dynamic: one of many fails, and the others do not notice", "[restart_plan][C4][s29]") {
  auto p = running(with(restart_strategy::dynamic), {});
  for (child_slot child = 0; child < 3; ++child) {
    (void)p.add(shared(quick()), 0);
    (void)p.started(child, t0);
  }
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
}

// -- during a stop ----------------------------------------------------------------

TEST_CASE("while it stops, starts are refused and ends are joined", "[restart_plan][C8][G9][G10]") {
  auto p = second_in(child_phase::stopped);
  CHECK(text(p.terminate(0, 5, t0)) == "stop 0 in 100 ms");
  CHECK(text(p.stop()) == "stop 2 in 100 ms");
  CHECK(p.add(shared(quick()), 7).error().code == errc::stopping);
  CHECK(text(p.restart(1, false, 7, t0)) == "answer #7 stopping");
  CHECK(text(p.restart(2, true, 7, t0)) == "answer #7 stopping");
  CHECK(text(p.terminate(1, 7, t0)) == "answer #7 ok");
  CHECK(text(p.terminate(2, 7, t0)).empty());
  CHECK(text(p.remove(1, 8)) == "answer #8 ok, forget 1");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "answer #5 ok");
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "answer #7 ok, finish shutdown");
  CHECK(text(p.terminate(2, 9, t0)) == "answer #9 ok");
  CHECK(text(p.restart(2, false, 9, t0)) == "answer #9 stopping");
  CHECK(p.add(shared(quick()), 9).error().code == errc::stopping);
}

TEST_CASE("whoever waits for a start is told that it will not come", "[restart_plan][C8][G10]") {
  auto p = second_in(child_phase::stopped);
  (void)p.restart(1, false, 7, t0);
  (void)p.add(shared(quick()), 8);
  CHECK_THAT(text(p.stop()), Catch::Matchers::Contains("answer #7 stopping")
                               && Catch::Matchers::Contains("answer #8 stopping")
                               && Catch::Matchers::EndsWith("stop 3 in 100 ms"));
}

TEST_CASE("nobody is answered who does not wait", "[restart_plan][C8]") {
  auto p = second_in(child_phase::running);
  CHECK(text(p.restart(1, false, 0, t0)).empty());
  CHECK(text(p.remove(1, 0)).empty());
  CHECK(text(p.terminate(1, 0, t0)) == "stop 1 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)).empty());
  CHECK(text(p.remove(1, 0)) == "forget 1");
}
