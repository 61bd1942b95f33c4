// Tests of budgets, backoff and pauses.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/plan_story.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto one_for_one = restart_strategy::one_for_one;

/// Comes back after 100, 200, 400 ms and not later than 1 s; healthy after 5 s.
child_rules patient() {
  auto out = quick();
  out.backoff = {.min_backoff = 100ms,
                 .max_backoff = 1s,
                 .jitter = 0,
                 .first_at_once = false,
                 .reset_after = 5s};
  return out;
}

supervisor_rules pausing(restart_strategy strategy, restart_limits limits) {
  auto out = with(strategy, limits);
  out.on_limit = limit_action::pause;
  return out;
}

/// The length of the pause is partly random: 15 s and up to half of it more.
bool is_pause(std::chrono::nanoseconds length) {
  return length >= 15s && length <= 22'500ms;
}

} // namespace

// -- the window -------------------------------------------------------------------

TEST_CASE(
  "as many failures as the limit survive, the next stops the others in reverse and escalates",
  "[restart_plan][D1][D3][s9]") {
  auto p = running(with(one_for_one, {2, 5s}), {quick(), quick(), quick()});
  for (int i = 0; i < 2; ++i) {
    CHECK(text(p.crashed(1, boom, t0 + i * 1s)) == "restart 1");
    (void)p.started(1, t0 + i * 1s);
  }
  const auto effects = p.crashed(1, boom, t0 + 2s);
  CHECK(text(effects) == "give up escalated 1:boom, stop 2 in 100 ms");
  CHECK(only<plan::give_up>(effects).limits == restart_limits{2, 5s});
  CHECK(only<plan::give_up>(effects).consecutive == 0);
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "end 1");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish escalated");
}

TEST_CASE("a limit of zero makes the first failure fatal", "[restart_plan][D1]") {
  auto p = running(with(one_for_one, {0, 5s}), {quick()});
  CHECK(text(p.crashed(0, boom, t0)) == "give up escalated 0:boom, end 0");
}

TEST_CASE("a failure exactly one period after the last counts, a tick later it does not",
          "[restart_plan][D1][s10]") {
  auto p = running(with(one_for_one, {1, 1s}), {quick()});
  (void)p.crashed(0, boom, t0);
  (void)p.started(0, t0);
  SECTION("the edge") {
    CHECK(text(p.crashed(0, boom, t0 + 1s)) == "give up escalated 0:boom, end 0");
  }
  SECTION("behind it") {
    CHECK(text(p.crashed(0, boom, t0 + 1s + 1ns)) == "restart 0");
  }
}

TEST_CASE("failures 2.1 periods apart never trip a limit of one", "[restart_plan][D1][s10]") {
  auto p = running(with(one_for_one, {1, 1s}), {quick()});
  for (int i = 0; i < 100; ++i) {
    REQUIRE(text(p.crashed(0, boom, t0 + i * 2100ms)) == "restart 0");
    (void)p.started(0, t0 + i * 2100ms);
  }
}

TEST_CASE("time gives the budget back", "[restart_plan][D1][s13]") {
  auto p = running(with(one_for_one, {2, 500ms}), {quick()});
  for (int i = 0; i < 2; ++i) {
    (void)p.crashed(0, boom, t0);
    (void)p.started(0, t0);
  }
  CHECK(text(p.crashed(0, boom, t0 + 550ms)) == "restart 0");
}

TEST_CASE("failed attempts to restart use the budget until the supervisor ends by itself",
          "[restart_plan][D2][C7][s11][s15]") {
  auto p = running(with(one_for_one, {10, 5s}), {quick()});
  auto effects = p.crashed(0, boom, t0);
  int attempts = 0;
  while (text(effects) == "restart 0") {
    REQUIRE(++attempts < 100);
    CHECK(p.at(0).phase == child_phase::restarting);
    effects = p.start_failed(0, boom, true, t0);
  }
  CHECK(attempts == 10);
  CHECK(text(effects) == "give up escalated 0:boom, end 0");
  CHECK(p.at(0).restarts == 10);
  CHECK(p.at(0).incarnation == 1);
}

TEST_CASE("a first attempt that fails and a second that works leave the child up",
          "[restart_plan][D2][C7][s12]") {
  auto p = running(with(one_for_one, {2, 5s}), {quick()});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.start_failed(0, boom, false, t0)) == "spawn 0"); // its actor is gone: a new one
  CHECK(text(p.started(0, t0)).empty());
  CHECK(p.at(0).incarnation == 2);
  CHECK(p.at(0).restarts == 2);
}

TEST_CASE("the supervisor's budget is one for all of its children", "[restart_plan][D5]") {
  auto p = running(with(one_for_one, {1, 5s}), {quick(), quick()});
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.crashed(1, boom, t0)) == "give up escalated 1:boom, end 1");
}

TEST_CASE("a child's own budget counts its failures only", "[restart_plan][D5]") {
  auto limited = quick();
  limited.limits = restart_limits{1, 1s};
  auto p = running(with(one_for_one), {limited, limited, quick()});
  for (int i = 0; i < 5; ++i) {
    (void)p.crashed(2, boom, t0);
    (void)p.started(2, t0);
  }
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  (void)p.started(0, t0);
  SECTION("within its period") {
    const auto effects = p.crashed(0, boom, t0 + 1s);
    CHECK(text(effects) == "give up escalated 0:boom, stop 2 in 100 ms");
    CHECK(only<plan::give_up>(effects).limits == restart_limits{1, 1s});
  }
  SECTION("after it") {
    CHECK(text(p.crashed(0, boom, t0 + 1s + 1ns)) == "restart 0");
  }
}

TEST_CASE("a new child does not inherit the budget of a forgotten one", "[restart_plan][D5]") {
  auto limited = quick();
  limited.limits = restart_limits{1, 1h};
  auto p = running(with(restart_strategy::dynamic), {});
  for (int i = 0; i < 3; ++i) {
    const auto child = p.add(shared(limited), 0)->child;
    REQUIRE(child == 0); // the same slot
    (void)p.started(child, t0);
    CHECK(text(p.crashed(child, boom, t0)) == "restart 0");
    (void)p.terminate(child, 0, t0);
    CHECK(text(p.ended(child, exit_class::shutdown, {}, t0)) == "forget 0");
  }
}

TEST_CASE("restarts by hand are not counted", "[restart_plan][D1][C8]") {
  auto p = running(with(one_for_one, {0, 5s}), {quick()});
  for (int i = 0; i < 5; ++i) {
    (void)p.restart(0, true, 0, t0);
    (void)p.halted(0, t0);
    (void)p.started(0, t0);
  }
  CHECK(p.window().used(t0) == 0);
  CHECK(p.at(0).restarts == 0);
  CHECK(p.at(0).incarnation == 6);
}

TEST_CASE("restarts in a row trip their own bound, however slow they are", "[restart_plan][D10]") {
  auto slow = quick();
  slow.max_consecutive = 3;
  slow.backoff.reset_after = 1min;
  auto p = running(with(one_for_one, {1, 5s}), {slow});
  auto now = t0;
  for (int i = 0; i < 3; ++i) {
    CHECK(text(p.crashed(0, boom, now += 30s)) == "restart 0");
    (void)p.started(0, now);
  }
  SECTION("the next is one too many") {
    const auto effects = p.crashed(0, boom, now + 59s);
    CHECK(text(effects) == "give up escalated 0:boom, end 0");
    CHECK(only<plan::give_up>(effects).consecutive == 3);
    CHECK_FALSE(only<plan::give_up>(effects).limits);
  }
  SECTION("a healthy time begins a new row") {
    CHECK(text(p.crashed(0, boom, now + 1min)) == "restart 0");
    CHECK(p.at(0).consecutive == 1);
  }
}

// -- backoff ----------------------------------------------------------------------

TEST_CASE("by default the first restart comes at once, the next ones later and later",
          "[restart_plan][D6]") {
  auto p = running(with(one_for_one), {child_rules{}});
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  (void)p.started(0, t0);
  std::chrono::nanoseconds least = 200ms;
  for (int i = 0; i < 12; ++i) {
    const auto delay = only<plan::arm>(p.crashed(0, boom, t0)).delay;
    CHECK(delay >= least);
    CHECK(delay <= std::min<std::chrono::nanoseconds>(least + least / 5, 30s));
    CHECK(p.at(0).phase == child_phase::backoff);
    CHECK(text(p.timer_expired(0, t0)) == "restart 0");
    (void)p.started(0, t0);
    least = std::min<std::chrono::nanoseconds>(least * 2, 30s);
  }
}

TEST_CASE("the delay doubles up to its cap, and after a quiet time it is the first one again",
          "[restart_plan][D6][D7][s14]") {
  auto p = running(with(one_for_one), {patient()});
  for (const auto* delay : {"100 ms", "200 ms", "400 ms", "800 ms", "1 s", "1 s"}) {
    CHECK(text(p.crashed(0, boom, t0)) == std::string{"arm 0 "} + delay);
    (void)p.timer_expired(0, t0);
    (void)p.started(0, t0);
  }
  SECTION("not quite quiet") {
    CHECK(text(p.crashed(0, boom, t0 + 5s - 1ns)) == "arm 0 1 s");
  }
  SECTION("quiet") {
    CHECK(text(p.crashed(0, boom, t0 + 5s)) == "arm 0 100 ms");
  }
}

TEST_CASE("a failed attempt is backed off, too, and waiting is no quiet time",
          "[restart_plan][D2][D6]") {
  auto p = running(with(one_for_one), {patient()});
  CHECK(text(p.crashed(0, boom, t0)) == "arm 0 100 ms");
  CHECK(text(p.timer_expired(0, t0 + 1h)) == "restart 0");
  CHECK(text(p.start_failed(0, boom, true, t0 + 1h)) == "arm 0 200 ms");
  CHECK(text(p.ended(0, exit_class::killed, boom, t0 + 1h)).empty()); // while it waits
  CHECK(text(p.timer_expired(0, t0 + 2h)) == "spawn 0");
}

TEST_CASE("children wait side by side, and the others are served meanwhile",
          "[restart_plan][C7][D6]") {
  auto p = running(with(one_for_one), {patient(), patient(), quick()});
  CHECK(text(p.crashed(0, boom, t0)) == "arm 0 100 ms");
  CHECK(text(p.crashed(1, boom, t0)) == "arm 1 100 ms");
  CHECK(text(p.crashed(2, boom, t0)) == "restart 2");
  CHECK(text(p.timer_expired(1, t0)) == "restart 1");
  CHECK(text(p.timer_expired(0, t0)) == "restart 0");
}

TEST_CASE("a group waits between its stop and its start", "[restart_plan][D6][C2]") {
  auto p = running(with(restart_strategy::one_for_all), {patient(), quick()});
  CHECK(text(p.crashed(0, boom, t0)) == "halt 1 in 100 ms");
  CHECK(text(p.halted(1, t0)) == "arm 100 ms");
  CHECK(text(p.timer_expired(no_child, t0)) == "restart 0");
  CHECK(text(p.start_failed(0, boom, true, t0)) == "arm 200 ms");
  CHECK(text(p.timer_expired(no_child, t0)) == "restart 0");
  CHECK(text(p.started(0, t0)) == "restart 1");
}

TEST_CASE("a stop cuts a backoff short", "[restart_plan][D8][s24]") {
  auto p = running(with(one_for_one), {quick(), patient(), patient()});
  (void)p.crashed(2, boom, t0);
  (void)p.ended(1, exit_class::killed, boom, t0);
  SECTION("of the supervisor") {
    CHECK(text(p.stop()) == "end 2");
    CHECK(text(p.timer_expired(1, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 0 in 100 ms");
    CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
  }
  SECTION("of the child") {
    CHECK(text(p.terminate(2, 7, t0)) == "end 2");
    const auto effects = p.terminate(1, 8, t0);
    CHECK(text(effects) == "answer #8 ok");
    CHECK(only<plan::disarm>(effects).child == 1);
    CHECK(text(p.timer_expired(1, t0)).empty());
  }
}

TEST_CASE("a stop cuts the wait of a group short", "[restart_plan][D8]") {
  auto p = running(with(restart_strategy::one_for_all), {patient(), quick()});
  (void)p.crashed(0, boom, t0);
  (void)p.halted(1, t0);
  const auto effects = p.stop();
  CHECK(only<plan::disarm>(effects).child == no_child);
  CHECK(text(effects) == "end 1");
  CHECK(text(p.timer_expired(no_child, t0)).empty());
}

// -- the pause --------------------------------------------------------------------

TEST_CASE("pause: the healthy go on, nobody is restarted for a while, then all that wait at once",
          "[restart_plan][D4]") {
  auto p = running(pausing(one_for_one, {1, 5s}), {quick(), quick(), quick()});
  (void)p.crashed(0, boom, t0);
  (void)p.started(0, t0);
  const auto effects = p.crashed(0, boom, t0);
  CHECK(p.paused());
  CHECK(only<plan::pause>(effects).child == 0);
  CHECK(is_pause(only<plan::pause>(effects).length));
  CHECK(only<plan::arm>(effects).child == no_child);
  CHECK(only<plan::arm>(effects).delay == only<plan::pause>(effects).length);
  CHECK(p.at(0).phase == child_phase::backoff);
  CHECK(p.at(1).phase == child_phase::running);
  // A further failure prolongs it.
  CHECK(is_pause(only<plan::arm>(p.crashed(2, boom, t0 + 14s)).delay));
  CHECK(text(p.timer_expired(no_child, t0 + 29s)) == "restart 0, restart 2");
  CHECK_FALSE(p.paused());
  CHECK(p.window().used(t0 + 29s) == 0); // with a fresh budget
  CHECK(p.at(0).restarts == 2);
  CHECK(p.at(2).restarts == 1);
  CHECK(p.at(0).consecutive == 0);
}

TEST_CASE("pause: whoever is not to come back anyway is let go at once", "[restart_plan][D4][A4]") {
  auto p = running(pausing(one_for_one, {0, 5s}), {quick(), quick(temporary), quick(transient)});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.crashed(1, boom, t0)) == "end 1");
  CHECK(text(p.quit(2, exit_class::normal, {}, t0)) == "end 2");
}

TEST_CASE(
  "pause: whoever waits out its backoff starts with the others, or later if it has still to wait",
  "[restart_plan][D4][D6]") {
  auto later = patient();
  later.backoff.min_backoff = later.backoff.max_backoff = 1h;
  auto p = running(pausing(one_for_one, {2, 5s}), {patient(), later, quick()});
  CHECK(text(p.crashed(0, boom, t0)) == "arm 0 100 ms");
  CHECK(text(p.crashed(1, boom, t0)) == "arm 1 1 h");
  (void)p.crashed(2, boom, t0);
  REQUIRE(p.paused());
  CHECK(text(p.timer_expired(0, t0 + 100ms)).empty());
  CHECK(text(p.timer_expired(no_child, t0 + 15s)) == "restart 0, restart 2");
  CHECK(text(p.timer_expired(1, t0 + 1h)) == "restart 1");
}

TEST_CASE("pause: a child that waits can be stopped or the supervisor can",
          "[restart_plan][D4][D8]") {
  auto p = running(pausing(one_for_one, {0, 5s}), {quick(), quick()});
  (void)p.crashed(0, boom, t0);
  SECTION("the child: nobody is left to bring back") {
    CHECK(text(p.restart(0, false, 6, t0)) == "answer #6 restarting");
    CHECK(text(p.terminate(0, 7, t0)) == "end 0");
    (void)p.ended(0, exit_class::shutdown, {}, t0);
    CHECK(text(p.restart(0, false, 8, t0)) == "spawn 0"); // by hand, pause or not
    (void)p.started(0, t0);
    CHECK(text(p.timer_expired(no_child, t0 + 15s)).empty());
  }
  SECTION("the supervisor") {
    const auto effects = p.stop();
    CHECK(only<plan::disarm>(effects).child == no_child);
    CHECK(text(effects) == "stop 1 in 100 ms");
    CHECK_FALSE(p.paused());
  }
}

TEST_CASE("pause: a group that failed on its way comes back as a group", "[restart_plan][D4][C6]") {
  const auto strategy = GENERATE(restart_strategy::one_for_all, restart_strategy::rest_for_one);
  auto p = running(pausing(strategy, {1, 5s}), {quick(), quick(), quick()});
  (void)p.crashed(0, boom, t0);
  (void)p.halted(2, t0);
  (void)p.halted(1, t0);
  CHECK(text(p.started(0, t0)) == "restart 1");
  CHECK(only<plan::pause>(p.start_failed(1, boom, true, t0)).child == 1);
  CHECK(p.at(0).phase == child_phase::running);
  CHECK(p.at(2).phase == child_phase::halted);
  if (strategy == restart_strategy::one_for_all) {
    CHECK(text(p.timer_expired(no_child, t0 + 15s)) == "halt 0 in 100 ms");
    CHECK(text(p.halted(0, t0)) == "restart 0");
    CHECK(text(p.started(0, t0)) == "restart 1");
  } else {
    CHECK(text(p.timer_expired(no_child, t0 + 15s)) == "restart 1");
  }
  CHECK(text(p.started(1, t0)) == "restart 2");
  CHECK(p.at(1).restarts == 1);
  CHECK(p.at(2).restarts == 0);
}

TEST_CASE("pause: a child's own bound pauses its supervisor, too", "[restart_plan][D4][D5][D10]") {
  auto stubborn = quick();
  stubborn.max_consecutive = 1;
  auto p = running(pausing(one_for_one, {100, 5s}), {stubborn});
  (void)p.crashed(0, boom, t0);
  (void)p.started(0, t0);
  CHECK(only<plan::pause>(p.crashed(0, boom, t0)).child == 0);
  (void)p.timer_expired(no_child, t0 + 15s);
  (void)p.started(0, t0 + 15s);
  CHECK(text(p.crashed(0, boom, t0 + 15s)) == "restart 0"); // the row is forgotten with the pause
}
