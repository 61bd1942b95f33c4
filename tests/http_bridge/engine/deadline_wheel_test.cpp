// When entries of the wheel come due.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/deadline_wheel.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <vector>

using namespace troupe;
using namespace troupe::http;
using namespace std::chrono_literals;

namespace {

const steady_time start{1h};

struct bell : deadline_entry {
  int rings = 0;
};

void advance(deadline_wheel& wheel, steady_time now) {
  wheel.advance(now, [](deadline_entry& due) { ++static_cast<bell&>(due).rings; });
}

} // namespace

TEST_CASE("an entry is due at the first tick at or after its deadline, never before",
          "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  bell exact;
  bell between;
  wheel.arm(exact, start + 100ms);
  wheel.arm(between, start + 101ms);
  advance(wheel, start + 99ms);
  CHECK(exact.rings == 0);
  advance(wheel, start + 100ms);
  CHECK(exact.rings == 1);
  CHECK(between.rings == 0);
  advance(wheel, start + 149ms);
  CHECK(between.rings == 0);
  advance(wheel, start + 150ms);
  CHECK(between.rings == 1);
}

TEST_CASE("an entry rings once and is then free", "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  bell once;
  wheel.arm(once, start + 50ms);
  CHECK(once.armed());
  advance(wheel, start + 1s);
  advance(wheel, start + 2s);
  CHECK(once.rings == 1);
  CHECK_FALSE(once.armed());
}

TEST_CASE("a deadline in the past is due with the next tick", "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  advance(wheel, start + 1s);
  bell late;
  wheel.arm(late, start);
  advance(wheel, start + 1s);
  CHECK(late.rings == 0);
  advance(wheel, start + 1050ms);
  CHECK(late.rings == 1);
}

TEST_CASE("a deadline further away than one turn of the wheel waits for its own turn",
          "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  bell far;
  wheel.arm(far, start + 60s);
  for (auto t = 0ms; t < 60'000ms; t += 50ms)
    advance(wheel, start + t);
  CHECK(far.rings == 0);
  advance(wheel, start + 60s);
  CHECK(far.rings == 1);
}

TEST_CASE("a stall longer than the wheel loses no entry", "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  bell near;
  bell far;
  wheel.arm(near, start + 50ms);
  wheel.arm(far, start + 70s);
  advance(wheel, start + 69s);
  CHECK(near.rings == 1);
  CHECK(far.rings == 0);
  advance(wheel, start + 200s);
  CHECK(far.rings == 1);
}

TEST_CASE("arm_no_later brings a deadline forward and never puts it off", "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  bell entry;
  wheel.arm_no_later(entry, start + 1s);
  wheel.arm_no_later(entry, start + 3s);
  advance(wheel, start + 1s);
  CHECK(entry.rings == 1);
  wheel.arm_no_later(entry, start + 5s);
  wheel.arm_no_later(entry, start + 2s);
  advance(wheel, start + 2s);
  CHECK(entry.rings == 2);
}

TEST_CASE("an entry that is cancelled or destroyed does not ring", "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  bell cancelled;
  wheel.arm(cancelled, start + 100ms);
  auto destroyed = std::make_unique<bell>();
  wheel.arm(*destroyed, start + 100ms);
  bell other;
  wheel.arm(other, start + 100ms);
  wheel.cancel(cancelled);
  destroyed.reset();
  advance(wheel, start + 1s);
  CHECK(cancelled.rings == 0);
  CHECK(other.rings == 1);
}

TEST_CASE("what is due may arm itself and take out others", "[deadline_wheel]") {
  deadline_wheel wheel{start, 50ms};
  bell first;
  bell second;
  wheel.arm(first, start + 50ms);
  wheel.arm(second, start + 50ms);
  std::vector<deadline_entry*> rung;
  auto ring = [&](deadline_entry& due) {
    rung.push_back(&due);
    wheel.cancel(&due == &first ? second : first);
    wheel.arm(due, start + 100ms);
  };
  wheel.advance(start + 50ms, ring);
  REQUIRE(rung.size() == 1);
  wheel.advance(start + 75ms, ring);
  CHECK(rung.size() == 1);
  wheel.advance(start + 100ms, ring);
  CHECK(rung.size() == 2);
}

TEST_CASE("whatever the deadlines and steps, each entry rings once, in [deadline, deadline + tick]",
          "[deadline_wheel]") {
  CHECK(rc::check([] {
    const auto deadlines = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40'000));
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 3'000));
    deadline_wheel wheel{start, 50ms};
    struct timed : deadline_entry {
      steady_time due;
      int rings = 0;
    };
    std::vector<std::unique_ptr<timed>> entries;
    for (const int ms : deadlines) {
      entries.push_back(std::make_unique<timed>());
      entries.back()->due = start + std::chrono::milliseconds{ms};
      wheel.arm(*entries.back(), entries.back()->due);
    }
    auto now = start;
    auto before = start;
    auto ring = [&](deadline_entry& entry) {
      auto& due = static_cast<timed&>(entry);
      ++due.rings;
      RC_ASSERT(due.due <= now);
      // It was not due one step earlier: at most a tick is lost to rounding.
      RC_ASSERT(due.due + 50ms > before);
    };
    for (const int ms : steps) {
      before = now;
      now += std::chrono::milliseconds{ms};
      wheel.advance(now, ring);
    }
    before = now;
    now = std::max(now, start + 40s) + 50ms;
    wheel.advance(now, ring);
    for (const auto& entry : entries)
      RC_ASSERT(entry->rings == 1);
  }));
}
