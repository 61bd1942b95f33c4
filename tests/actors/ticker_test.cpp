// A ticker keeps its grid, tells what it missed, comes back when it fails and stops at once.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"
#include "actors/ticker.hpp"

#include <caf/actor_clock.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <memory>
#include <stdexcept>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;
using actors::make_ticker;
using actors::next_grid_point;
using actors::tick;
using actors::ticker_mode;
using actors::ticker_options;
using testkit::child_report;
using testkit::fake_supervisor;
using testkit::virtual_time_system;

TEST_CASE("options without sense are refused by the start, naming field and value", "[ticker]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  const auto refusal = [&](ticker_options options) {
    const auto started = parent.start(make_ticker("t", options, [](const tick&) {}));
    return started ? error{} : started.error();
  };
  CHECK(refusal({.period = 0s}) == error{errc::invalid_argument, "ticker.period: 0 ns"});
  CHECK(refusal({.period = -1ns}) == error{errc::invalid_argument, "ticker.period: -1 ns"});
  CHECK(refusal({.first_after = -5ns})
        == error{errc::invalid_argument, "ticker.first_after: -5 ns"});
}

TEST_CASE("the next grid point lies ahead of the last one and not behind the clock", "[ticker]") {
  CHECK(next_grid_point(0, 0ns, 10ns) == 1);
  CHECK(next_grid_point(0, 9ns, 10ns) == 1);
  CHECK(next_grid_point(0, 10ns, 10ns) == 1);
  CHECK(next_grid_point(0, 11ns, 10ns) == 2);
  CHECK(next_grid_point(3, -7ns, 10ns) == 4);

  const bool holds = rc::check("grid", [] {
    const auto period = std::chrono::nanoseconds{*rc::gen::inRange(1, 1'000'000)};
    const auto elapsed = std::chrono::nanoseconds{
      *rc::gen::inRange<std::int64_t>(0, 1'000'000'000)};
    const auto last = *rc::gen::inRange<std::uint64_t>(0, 10'000);
    const auto next = next_grid_point(last, elapsed, period);
    RC_ASSERT(next > last);
    const auto at = period * static_cast<std::int64_t>(next);
    RC_ASSERT(at >= elapsed);                             // never in the past
    RC_ASSERT(next == last + 1 || at - period < elapsed); // and no point further than needed
  });
  CHECK(holds);
}

TEST_CASE("a day of ticks has no drift", "[ticker]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  std::uint64_t ticks = 0;
  std::uint64_t missed = 0;
  const auto started = time.now();
  steady_time last{};
  REQUIRE(parent.start(make_ticker("t", {.period = 1s}, [&](const tick& t) {
    ++ticks;
    missed += t.missed;
    last = time.now();
    CHECK(t.number == ticks);
  })));
  time.run();
  time.advance(24h);
  CHECK(ticks == 24 * 60 * 60 + 1);
  CHECK(missed == 0);
  CHECK(last - started == 24h);
}

TEST_CASE("the first tick comes when it was told to", "[ticker]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  int ticks = 0;
  REQUIRE(parent.start(
    make_ticker("t", {.period = 10s, .first_after = 3s}, [&](const tick&) { ++ticks; })));
  time.run();
  time.advance(3s - 1ns);
  CHECK(ticks == 0);
  time.advance(1ns);
  CHECK(ticks == 1);
  time.advance(10s);
  CHECK(ticks == 2);
}

TEST_CASE("a tick that takes long skips grid points and tells the next one how many", "[ticker]") {
  virtual_time_system time;
  auto& clock = dynamic_cast<caf::scheduler::test_coordinator&>(time.system().scheduler()).clock();
  fake_supervisor parent{time.system()};
  std::vector<std::uint64_t> missed;
  std::vector<std::chrono::nanoseconds> at;
  const auto started = time.now();
  REQUIRE(parent.start(make_ticker("t", {.period = 1s}, [&](const tick& t) {
    missed.push_back(t.missed);
    at.push_back(time.now() - started);
    if (t.number == 2)
      clock.current_time += 3500ms; // the handler is busy
  })));
  time.run();
  time.advance(10s);
  REQUIRE(at.size() >= 4);
  CHECK(at[0] == 0s);
  CHECK(at[1] == 1s);
  CHECK(at[2] == 5s); // 4.5 s had come: 2, 3 and 4 s were missed
  CHECK(at[3] == 6s);
  CHECK(missed[2] == 3);
  CHECK(missed[3] == 0);
}

TEST_CASE("fixed_delay counts from the end of the tick", "[ticker]") {
  virtual_time_system time;
  auto& clock = dynamic_cast<caf::scheduler::test_coordinator&>(time.system().scheduler()).clock();
  fake_supervisor parent{time.system()};
  std::vector<std::chrono::nanoseconds> at;
  const auto started = time.now();
  REQUIRE(parent.start(
    make_ticker("t", {.period = 1s, .mode = ticker_mode::fixed_delay}, [&](const tick& t) {
      CHECK(t.missed == 0);
      at.push_back(time.now() - started);
      if (t.number == 1)
        clock.current_time += 2500ms;
    })));
  time.run();
  time.advance(5s);
  REQUIRE(at.size() >= 3);
  CHECK(at[0] == 0s);
  CHECK(at[1] == 3500ms);
  CHECK(at[2] == 4500ms);
}

TEST_CASE("a tick that throws restarts the ticker, whose new incarnation ticks on", "[ticker]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  parent.restart_crashed(true);
  std::vector<std::pair<std::uint32_t, std::uint64_t>> seen;
  REQUIRE(parent.start(make_ticker("t", {.period = 1s}, [&](const tick& t) {
    seen.emplace_back(t.incarnation, t.number);
    if (t.incarnation == 1 && t.number == 3)
      throw std::runtime_error{"boom"};
  })));
  time.run();
  time.advance(4s);
  CHECK(parent.count(child_report::kind_type::crashed) == 1);
  REQUIRE(seen.size() == 6);
  CHECK(seen[2] == std::pair{1U, std::uint64_t{3}});
  CHECK(seen[3]
        == std::pair{2U, std::uint64_t{1}}); // at once: the old incarnation's timers are gone
  CHECK(seen[5] == std::pair{2U, std::uint64_t{3}});
}

TEST_CASE("a stop wakes the ticker at once and runs its last function after the last tick",
          "[ticker]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  std::vector<std::string> story;
  const auto started = parent.start(make_ticker(
    "t", {.period = 1h}, [&](const tick&) { story.emplace_back("tick"); },
    [&] { story.emplace_back("stopped"); }));
  REQUIRE(started);
  time.advance(0s);
  parent.stop(*started);
  time.run(); // no time passes
  CHECK(story == std::vector<std::string>{"tick", "stopped"});
  CHECK(parent.lines().back() == "ended: shutdown");
  time.advance(2h);
  CHECK(story.size() == 2);
}

TEST_CASE("a last function that throws does not keep the ticker alive", "[ticker]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  const auto started = parent.start(make_ticker(
    "t", {}, [](const tick&) {}, [] { throw 42; }));
  REQUIRE(started);
  time.advance(0s);
  parent.stop(*started);
  time.run();
  CHECK(parent.count(child_report::kind_type::ended) == 1);
}
