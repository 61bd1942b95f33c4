// Tests of the sliding restart window.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_window.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

const steady_time t0{1h};

/// Every stamp kept for ever, counted anew each time.
struct naive_window {
  restart_limits limits;
  std::vector<steady_time> stamps;

  bool add(steady_time now) {
    stamps.push_back(now);
    return used(now) <= limits.max_restarts;
  }
  [[nodiscard]] std::size_t used(steady_time now) const {
    return static_cast<std::size_t>(std::count_if(
      stamps.begin(), stamps.end(), [&](auto s) { return now - s <= limits.period; }));
  }
};

} // namespace

TEST_CASE("reaching the limit is fine, one more is not", "[restart_window]") {
  restart_window window{{2, 5s}};
  CHECK(window.add(t0));
  CHECK(window.add(t0 + 1s));
  CHECK_FALSE(window.add(t0 + 2s));
}

TEST_CASE("a limit of zero allows no restart", "[restart_window]") {
  restart_window window{{0, 5s}};
  CHECK(window.left(t0) == 0);
  CHECK_FALSE(window.add(t0));
  CHECK_FALSE(window.add(t0 + 1h));
}

TEST_CASE("failures just further apart than the period never trip a limit of one",
          "[restart_window]") {
  restart_window window{{1, 1s}};
  for (int i = 0; i < 100; ++i)
    REQUIRE(window.add(t0 + i * 2100ms));
}

TEST_CASE("the edge is inclusive: a restart exactly one period old counts, a tick older does not",
          "[restart_window]") {
  SECTION("exactly one period") {
    restart_window window{{1, 1s}};
    CHECK(window.add(t0));
    CHECK(window.used(t0 + 1s) == 1);
    CHECK_FALSE(window.add(t0 + 1s));
  }
  SECTION("one tick more") {
    restart_window window{{1, 1s}};
    CHECK(window.add(t0));
    CHECK(window.used(t0 + 1s + 1ns) == 0);
    CHECK(window.add(t0 + 1s + 1ns));
  }
}

TEST_CASE("restarts at the same instant each count", "[restart_window]") {
  restart_window window{{3, 5s}};
  CHECK(window.add(t0));
  CHECK(window.add(t0));
  CHECK(window.add(t0));
  CHECK(window.left(t0) == 0);
  CHECK_FALSE(window.add(t0));
}

TEST_CASE("the window says when the oldest restart leaves it", "[restart_window]") {
  restart_window window{{3, 5s}};
  CHECK_FALSE(window.next_release(t0));
  window.add(t0);
  window.add(t0 + 2s);
  CHECK(window.next_release(t0 + 2s) == t0 + 5s);
  CHECK(window.next_release(t0 + 5s) == t0 + 5s);
  CHECK(window.next_release(t0 + 5s + 1ns) == t0 + 7s);
  CHECK_FALSE(window.next_release(t0 + 8s));
}

TEST_CASE("what is left falls with each restart and comes back with time", "[restart_window]") {
  restart_window window{{3, 5s}};
  CHECK(window.left(t0) == 3);
  window.add(t0);
  CHECK(window.left(t0) == 2);
  window.add(t0 + 1s);
  CHECK(window.left(t0 + 1s) == 1);
  CHECK(window.left(t0 + 5s + 1ns) == 2);
  CHECK(window.left(t0 + 1min) == 3);
}

TEST_CASE("the largest limits neither overflow nor take memory for themselves",
          "[restart_window]") {
  restart_window window{
    {std::numeric_limits<std::uint32_t>::max(), std::chrono::nanoseconds::max()}};
  for (int i = 0; i < 10; ++i)
    REQUIRE(window.add(t0 + i * 1h));
  CHECK(window.used(t0 + 10h) == 10);
  CHECK(window.next_release(t0 + 10h) == steady_time::max());
}

TEST_CASE("new limits count for what comes, with the restarts so far", "[restart_window][J10]") {
  restart_window window{{2, 5s}};
  window.add(t0);
  window.add(t0 + 1s);
  SECTION("more are allowed") {
    window.limits({3, 5s});
    CHECK(window.limits() == restart_limits{3, 5s});
    CHECK(window.left(t0 + 1s) == 1);
    CHECK(window.add(t0 + 1s));
    CHECK_FALSE(window.add(t0 + 1s));
  }
  SECTION("fewer are allowed") {
    window.limits({1, 5s});
    CHECK(window.left(t0 + 1s) == 0);
    CHECK(window.left(t0 + 5s + 1ns) == 0);
    CHECK_FALSE(window.add(t0 + 5s + 1ns));
  }
  SECTION("none is allowed") {
    window.limits({0, 5s});
    CHECK_FALSE(window.add(t0 + 1h));
  }
  SECTION("a shorter period forgets at once") {
    window.limits({2, 500ms});
    CHECK(window.used(t0 + 1s) == 1);
    CHECK(window.add(t0 + 1s));
  }
  SECTION("a longer one does not bring back what is forgotten") {
    CHECK(window.add(t0 + 7s)); // both are out
    window.limits({2, 1h});
    CHECK(window.used(t0 + 7s) == 1);
  }
}

TEST_CASE(
  "a window costs no memory before its first restart and no more than twice its limit later",
  "[restart_window][D1]") {
  static_assert(sizeof(restart_window) <= 64);
  restart_window window{{100, 1s}};
  auto now = t0;
  // A list of all restarts would be a million long; what is counted never is.
  for (int i = 0; i < 1'000'000; ++i) {
    window.add(now += 1us);
    if (window.used(now) > 101)
      FAIL("too many are kept");
  }
  CHECK(window.used(now) == 101);
  CHECK(window.used(now + 1s - 50us) == 51);
}

TEST_CASE("the cost of a restart does not depend on the limit", "[restart_window][D1][scale]") {
  // Quadratic it would take hours.
  restart_window window{{1'000'000, 1h}};
  auto now = t0;
  for (int i = 0; i < 2'000'000; ++i)
    window.add(now += 1us);
  CHECK(window.left(now) == 0);
  CHECK(window.left(now + 1h + 1ns) == 1'000'000);
}

TEST_CASE("any sequence is allowed and counted as by a list of all restarts", "[restart_window]") {
  CHECK(rc::check([] {
    const auto max = *rc::gen::inRange<std::uint32_t>(0, 6);
    // Small numbers make gaps that hit the edge exactly.
    const auto period = std::chrono::nanoseconds{*rc::gen::inRange(1, 12)};
    const auto gaps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 14));
    restart_window window{{max, period}};
    naive_window naive{{max, period}, {}};
    auto now = t0;
    bool spent = false;
    for (const auto gap : gaps) {
      now += std::chrono::nanoseconds{gap};
      const auto allowed = naive.add(now);
      RC_ASSERT(window.add(now) == allowed);
      spent = spent || !allowed;
      const auto used = naive.used(now);
      if (!spent)
        RC_ASSERT(window.used(now) == used);
      RC_ASSERT(window.left(now) == (used >= max ? 0 : max - used));
    }
  }));
}
