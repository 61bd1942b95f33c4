// Tests of what a failure means for the child itself.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"
#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto one_for_one = restart_strategy::one_for_one;

} // namespace

TEST_CASE("the end of a running child: restart type times way to end times strategy",
          "[restart_plan][A4][A5][C1][C2][C3][C4][C12][s1][s2][s3]") {
  struct row {
    restart_type type;
    exit_class how;
    bool comes_back;
  };
  const auto c = GENERATE(
    row{permanent, exit_class::normal, true}, row{permanent, exit_class::shutdown, true},
    row{permanent, exit_class::crashed, true}, row{permanent, exit_class::killed, true},
    row{permanent, exit_class::escalated, true}, row{permanent, exit_class::unreachable, true},
    row{transient, exit_class::normal, false}, row{transient, exit_class::shutdown, false},
    row{transient, exit_class::crashed, true}, row{transient, exit_class::killed, true},
    row{transient, exit_class::escalated, true}, row{transient, exit_class::start_failed, true},
    row{transient, exit_class::unreachable, true}, row{temporary, exit_class::normal, false},
    row{temporary, exit_class::shutdown, false}, row{temporary, exit_class::crashed, false},
    row{temporary, exit_class::killed, false});
  // A value first: from a named constant Catch2 takes that all of them are references.
  const auto strategy = GENERATE(restart_strategy::one_for_one, restart_strategy::one_for_all,
                                 restart_strategy::rest_for_one, restart_strategy::dynamic);
  const bool quits = GENERATE(true, false); // the actor is left, suspended, or gone
  CAPTURE(to_string(c.type), to_string(c.how), to_string(strategy), quits);
  auto p = running(with(strategy), {quick(), quick(c.type), quick()});
  const bool in_a_group = strategy == restart_strategy::one_for_all
                          || strategy == restart_strategy::rest_for_one;
  const bool listed = c.comes_back
                      || (c.type != temporary && strategy != restart_strategy::dynamic);
  const std::string comes_back = quits ? "restart 1" : "spawn 1";
  const std::string stays_away = listed ? "" : "forget 1";
  auto effects = text(quits ? p.quit(1, c.how, boom, t0) : p.ended(1, c.how, boom, t0));
  if (c.comes_back && in_a_group) {
    CHECK(effects == "halt 2 in 100 ms");
    effects = text(p.halted(2, t0));
    if (strategy == restart_strategy::one_for_all) {
      CHECK(effects == "halt 0 in 100 ms");
      CHECK(text(p.halted(0, t0)) == "restart 0");
      effects = text(p.started(0, t0));
    }
  } else if (!c.comes_back && quits) {
    CHECK(effects == "end 1");
    effects = text(p.ended(1, c.how, {}, t0));
  }
  CHECK(effects == (c.comes_back ? comes_back : stays_away));
  if (c.comes_back)
    CHECK(text(p.started(1, t0)) == (in_a_group ? "restart 2" : ""));
  else if (listed)
    CHECK(p.at(1).phase == child_phase::stopped); // without an actor
  CHECK(p.size() == (listed ? 3 : 2));
  CHECK(p.window().used(t0) == (c.comes_back ? 1 : 0));
  CHECK_FALSE(p.stopping());
}

TEST_CASE("a contained crash: permanent and transient are restarted in place, temporary is ended "
          "and forgotten",
          "[restart_plan][A4][s3]") {
  auto p = running(with(one_for_one), {quick(permanent), quick(transient), quick(temporary)});
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  CHECK(text(p.crashed(2, boom, t0)) == "end 2");
  CHECK(text(p.ended(2, exit_class::crashed, {}, t0)) == "forget 2");
  CHECK(p.size() == 2);
  CHECK(p.window().used(t0) == 2);
}

TEST_CASE("what is left of a temporary child that does not end is abandoned after a second, and "
          "the others go on",
          "[restart_plan][A4][G6]") {
  auto p = running(with(one_for_one), {quick(temporary), quick()});
  CHECK(text(p.crashed(0, boom, t0)) == "end 0");
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  CHECK(text(p.timer_expired(0, t0 + 1s)) == "abandon 0, forget 0");
  CHECK(p.size() == 1);
}

TEST_CASE("a child that asks not to be brought back is not, whatever its type",
          "[restart_plan][A12]") {
  const error enough{errc::do_not_restart, "enough"};
  auto p = running(with(one_for_one), {quick(permanent), quick(transient), quick()});
  CHECK(text(p.quit(0, exit_class::crashed, enough, t0)) == "end 0");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).empty());
  CHECK(p.at(0).phase == child_phase::stopped);
  CHECK(text(p.crashed(1, enough, t0)) == "end 1");
  // Also instead of an attempt to bring it back.
  CHECK(text(p.crashed(2, boom, t0)) == "restart 2");
  CHECK(text(p.start_failed(2, enough, true, t0)) == "end 2");
  CHECK(p.window().used(t0) == 1);
}

TEST_CASE("a child that asks for it ends its supervisor", "[restart_plan][A12]") {
  const error all{errc::end_tree, "all done"};
  auto p = running(with(one_for_one), {quick(), quick(), quick()});
  SECTION("by its end") {
    CHECK(text(p.quit(1, exit_class::normal, all, t0))
          == "give up normal 1:all done, stop 2 in 100 ms");
  }
  SECTION("by a failed attempt to bring it back") {
    (void)p.crashed(1, boom, t0);
    CHECK(text(p.start_failed(1, all, true, t0)) == "give up normal 1:all done, stop 2 in 100 ms");
  }
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "end 1");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish normal");
}

TEST_CASE("the directive decides before the restart type", "[restart_plan][A6]") {
  auto p = running(with(one_for_one, {0, 5s}), {quick(), quick(temporary), quick()});
  SECTION("resume: it goes on, and nothing is counted") {
    CHECK(text(p.crashed(0, boom, t0, failure_directive::resume)) == "resume 0");
    CHECK(text(p.crashed(1, boom, t0, failure_directive::resume)) == "resume 1");
    CHECK(p.at(0).incarnation == 1);
    CHECK(p.window().used(t0) == 0);
  }
  SECTION("stop: it is not brought back") {
    CHECK(text(p.crashed(0, boom, t0, failure_directive::stop)) == "end 0");
    CHECK(text(p.ended(0, exit_class::crashed, {}, t0)).empty());
    CHECK(p.at(0).phase == child_phase::stopped);
  }
  SECTION("escalate: the supervisor fails with its cause") {
    CHECK(text(p.crashed(1, boom, t0, failure_directive::escalate))
          == "give up escalated 1:boom, stop 2 in 100 ms");
  }
  SECTION("resume means nothing before it is up") {
    (void)p.terminate(0, 0, t0);
    (void)p.ended(0, exit_class::shutdown, {}, t0);
    (void)p.restart(0, false, 7, t0);
    CHECK(text(p.crashed(0, boom, t0, failure_directive::resume)) == "answer #7 crashed, end 0");
  }
}
