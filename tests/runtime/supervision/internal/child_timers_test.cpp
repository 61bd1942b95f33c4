// Tests of the timers of one supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/child_timers.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::internal;
using namespace std::chrono_literals;

namespace {
const steady_time t0{1h};
}

TEST_CASE("a timer that never comes is none", "[child_timers]") {
  child_timers timers;
  CHECK_FALSE(timers.next());
  timers.arm(1, steady_time::max());
  CHECK_FALSE(timers.next());
  CHECK_FALSE(timers.take_due(t0));
}

TEST_CASE("timers come out in order, each at its time and once", "[child_timers]") {
  child_timers timers;
  timers.arm(1, t0 + 3s);
  timers.arm(2, t0 + 1s);
  timers.arm(no_child, t0 + 2s);
  CHECK(timers.next() == t0 + 1s);
  CHECK_FALSE(timers.take_due(t0 + 1s - 1ns));
  CHECK(timers.take_due(t0 + 2s) == 2U);
  CHECK(timers.take_due(t0 + 2s) == no_child);
  CHECK_FALSE(timers.take_due(t0 + 2s));
  CHECK(timers.take_due(t0 + 3s) == 1U);
  CHECK_FALSE(timers.next());
}

TEST_CASE("a slot has one timer: the last one", "[child_timers]") {
  child_timers timers;
  timers.arm(1, t0 + 1s);
  timers.arm(1, t0 + 5s);
  CHECK(timers.next() == t0 + 5s);
  CHECK_FALSE(timers.take_due(t0 + 1s));
  timers.arm(1, steady_time::max());
  CHECK_FALSE(timers.next());
}

TEST_CASE("what is disarmed does not come, and disarming nothing does nothing", "[child_timers]") {
  child_timers timers;
  timers.disarm(7);
  timers.arm(7, t0);
  timers.arm(8, t0);
  timers.disarm(7);
  CHECK(timers.take_due(t0) == 8U);
  CHECK_FALSE(timers.take_due(t0));
}
