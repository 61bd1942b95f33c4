// Tests of the stop, and of the ends that stop a supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto one_for_one = restart_strategy::one_for_one;

restart_plan three(const supervisor_rules& rules = with(one_for_one)) {
  return running(rules, {quick(), quick(), quick()});
}

child_rules significant(restart_type type) {
  auto out = quick(type);
  out.significant = true;
  return out;
}

supervisor_rules ends_with(auto_shutdown when, restart_strategy strategy = one_for_one) {
  auto out = with(strategy);
  out.auto_shutdown = when;
  return out;
}

} // namespace

TEST_CASE("children stop in reverse order, each waited for", "[restart_plan][G2][s8][s32]") {
  auto p = three();
  CHECK(text(p.stop()) == "stop 2 in 100 ms");
  CHECK(p.stopping());
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
  CHECK(p.finished());
  CHECK_FALSE(p.stopping());
}

TEST_CASE("together: all are asked at once, each with its own time",
          "[restart_plan][G3][G4][s23][s32]") {
  auto rules = with(restart_strategy::dynamic);
  rules.stop = stop_order::together;
  auto p = running(rules, {});
  for (child_slot child = 0; child < 3; ++child) {
    auto one = quick();
    one.shutdown = std::chrono::milliseconds{100 * (child + 1)};
    (void)p.add(shared(one), 0);
    (void)p.started(child, t0);
  }
  CHECK(text(p.stop()) == "stop 2 in 300 ms, stop 1 in 200 ms, stop 0 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "forget 1");
  CHECK(text(p.timer_expired(0, t0 + 100ms)) == "abandon 0, forget 0");
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "forget 2, finish shutdown");
}

TEST_CASE("a second stop joins the first, before and after it is done", "[restart_plan][G8][s28]") {
  auto p = running(with(one_for_one), {quick()});
  CHECK(text(p.stop()) == "stop 0 in 100 ms");
  CHECK(text(p.stop()).empty());
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
  CHECK(text(p.stop()).empty());
}

TEST_CASE("a stop that comes while it gives up keeps the first reason", "[restart_plan][G8][D3]") {
  auto p = running(with(one_for_one, {0, 5s}), {quick()});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.stop()).empty());
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish escalated");
}

TEST_CASE("nothing is restarted once the stop has begun, failures do not stop the others, and the "
          "end is clean",
          "[restart_plan][G9][G7][s25]") {
  auto p = three();
  (void)p.stop();
  SECTION("a crash of the child being stopped") {
    CHECK(text(p.crashed(2, boom, t0)).empty());
    CHECK(text(p.ended(2, exit_class::crashed, boom, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
    CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
  }
  SECTION("the end of a child whose turn has not come") {
    CHECK(text(p.ended(0, exit_class::crashed, boom, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "finish shutdown");
  }
  SECTION("a crash of a child whose turn has not come: what is left ends in its turn") {
    CHECK(text(p.crashed(0, boom, t0, failure_directive::resume)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "end 0");
    CHECK(text(p.timer_expired(0, t0 + 1s)) == "abandon 0, finish shutdown");
  }
  SECTION("one that quits and wants to end all, which is ending") {
    CHECK(text(p.quit(0, exit_class::normal, {errc::end_tree, {}}, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "end 0");
    CHECK(text(p.ended(0, exit_class::normal, {}, t0)) == "finish shutdown");
  }
  CHECK(p.window().used(t0) == 0);
}

TEST_CASE("a child that does not stop in its time is abandoned and the next one is stopped",
          "[restart_plan][G4][G6][s22][s26]") {
  auto p = running(with(one_for_one), {quick(), quick()});
  (void)p.stop();
  CHECK(text(p.timer_expired(1, t0 + 100ms)) == "abandon 1, stop 0 in 100 ms");
  CHECK(p.at(1).phase == child_phase::abandoned);
  CHECK_FALSE(p.at(1).present);
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)).empty()); // it ends after all, nobody cares
  CHECK(text(p.timer_expired(0, t0 + 200ms)) == "abandon 0, finish shutdown");
}

TEST_CASE("a child stops in its own time, and time that is over already means nothing",
          "[restart_plan][A7][G4][s22]") {
  auto brutal = quick();
  brutal.shutdown = 0ms;
  auto patient = quick();
  patient.shutdown = 1h;
  auto p = running(with(one_for_one), {brutal, patient, quick()});
  CHECK(text(p.stop()) == "stop 2 in 100 ms");
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 1 h");
  CHECK(text(p.timer_expired(2, t0 + 100ms)).empty());
  CHECK(p.at(2).phase == child_phase::stopped);
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0 + 59min)) == "stop 0 in 0 ns");
}

TEST_CASE("a stop cuts a restart loop short", "[restart_plan][D8][G9][s24]") {
  auto p = running(with(one_for_one, {1000, 5s}), {quick(), quick()});
  (void)p.crashed(1, boom, t0);
  (void)p.start_failed(1, boom, true, t0);
  CHECK(p.at(1).phase == child_phase::restarting);
  CHECK(text(p.stop()) == "stop 1 in 100 ms");
  CHECK(text(p.start_failed(1, boom, true, t0)).empty()); // an attempt that was under way
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
}

TEST_CASE("a stop cuts a group restart short at any point", "[restart_plan][G9][C2]") {
  auto p = three(with(restart_strategy::one_for_all));
  (void)p.crashed(2, boom, t0);
  SECTION("while they halt") {
    CHECK(text(p.stop()) == "end 2");
    CHECK(text(p.halted(1, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "end 1");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  }
  SECTION("while one still halts when its turn comes") {
    CHECK(text(p.stop()) == "end 2");
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  }
  SECTION("while they start") {
    (void)p.halted(1, t0);
    CHECK(text(p.halted(0, t0)) == "restart 0");
    CHECK(text(p.stop()) == "end 2");
    CHECK(text(p.started(0, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "end 1");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  }
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
}

TEST_CASE("one that is being stopped already is waited for in its turn",
          "[restart_plan][G2][G15]") {
  auto p = three();
  CHECK(text(p.terminate(1, 7, t0)) == "stop 1 in 100 ms");
  CHECK(text(p.stop()) == "stop 2 in 100 ms");
  SECTION("it ends before its turn") {
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "answer #7 ok");
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  }
  SECTION("it ends in its turn") {
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)).empty());
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "answer #7 ok, stop 0 in 100 ms");
  }
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
}

TEST_CASE("a partial stop leaves the others alone", "[restart_plan][G15]") {
  auto p = three(with(restart_strategy::one_for_all));
  CHECK(text(p.terminate(1, 7, t0)) == "stop 1 in 100 ms");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "answer #7 ok");
  CHECK(p.at(0).phase == child_phase::running);
  CHECK(p.at(2).phase == child_phase::running);
  CHECK_FALSE(p.stopping());
}

// -- significant children ---------------------------------------------------------

TEST_CASE("any_significant: the first significant child that ends by itself and does not come back "
          "stops all",
          "[restart_plan][A9][s30]") {
  auto p = running(ends_with(auto_shutdown::any_significant),
                   {significant(transient), significant(temporary), quick(transient)});
  SECTION("one that does not matter") {
    (void)p.quit(2, exit_class::normal, {}, t0);
    CHECK(text(p.ended(2, exit_class::normal, {}, t0)).empty());
    CHECK_FALSE(p.stopping());
  }
  SECTION("a normal end of a transient one") {
    CHECK(text(p.ended(0, exit_class::normal, {}, t0)) == "stop 2 in 100 ms");
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "forget 1, finish shutdown");
  }
  SECTION("its crash: it comes back") {
    CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  }
  SECTION("the crash of a temporary one, of which something is left") {
    CHECK(text(p.crashed(1, boom, t0)) == "end 1, stop 2 in 100 ms");
  }
}

TEST_CASE("all_significant: only the last of them stops all", "[restart_plan][A9][s30]") {
  auto p = running(
    ends_with(auto_shutdown::all_significant),
    {significant(transient), significant(temporary), quick(), significant(transient)});
  CHECK(text(p.ended(3, exit_class::normal, {}, t0)).empty());
  SECTION("one that waits to come back still counts") {
    CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
    CHECK(text(p.ended(1, exit_class::crashed, boom, t0)) == "forget 1");
    CHECK_FALSE(p.stopping());
  }
  SECTION("one that was stopped by hand does not count any more") {
    (void)p.terminate(0, 0, t0);
    (void)p.ended(0, exit_class::shutdown, {}, t0);
    CHECK_FALSE(p.stopping());
    CHECK(text(p.ended(1, exit_class::normal, {}, t0)) == "forget 1, stop 2 in 100 ms");
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "finish shutdown");
  }
}

TEST_CASE("all_significant: one that has not been started yet still counts", "[restart_plan][A9]") {
  auto p = plan_of(ends_with(auto_shutdown::all_significant),
                   {significant(transient), quick(), significant(transient)});
  (void)p.start();
  (void)p.started(0, t0);
  CHECK(text(p.ended(0, exit_class::normal, {}, t0)).empty());
  CHECK(text(p.started(1, t0)) == "spawn 2");
}

TEST_CASE("what others do to a significant child stops nobody", "[restart_plan][A9][C5][C8][s30]") {
  const auto when = GENERATE(auto_shutdown::any_significant, auto_shutdown::all_significant);
  SECTION("a stop by hand") {
    auto p = running(ends_with(when), {significant(transient), quick()});
    (void)p.terminate(0, 0, t0);
    CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).empty());
    CHECK_FALSE(p.stopping());
  }
  SECTION("a stop by hand of one that waits to come back") {
    auto p = running(ends_with(when), {significant(transient), quick()});
    (void)p.crashed(0, boom, t0);
    (void)p.terminate(0, 0, t0);
    CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).empty());
    CHECK_FALSE(p.stopping());
  }
  SECTION("a sibling's group restart") {
    auto p = running(ends_with(when, restart_strategy::one_for_all),
                     {quick(), significant(temporary)});
    CHECK(text(p.crashed(0, boom, t0)) == "stop 1 in 100 ms");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "forget 1, restart 0");
    CHECK_FALSE(p.stopping());
  }
}

TEST_CASE("never: significant children end and nothing follows", "[restart_plan][A9]") {
  auto p = running(with(one_for_one), {significant(transient)});
  CHECK(text(p.ended(0, exit_class::normal, {}, t0)).empty());
  CHECK_FALSE(p.stopping());
}
