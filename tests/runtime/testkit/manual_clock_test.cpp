// Tests of the clock that tests move.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/manual_clock.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

TEST_CASE("a manual clock stands still until it is moved", "[manual_clock]") {
  manual_clock time;
  const troupe::clock& seen = time;
  CHECK(seen.now() == manual_clock::default_start);
  CHECK(seen.now() == manual_clock::default_start);
  time.advance(5s);
  time.advance(0s);
  time.advance(1ns);
  CHECK(seen.now() == manual_clock::default_start + 5s + 1ns);
}

TEST_CASE("a manual clock starts where it is told", "[manual_clock]") {
  CHECK(manual_clock{steady_time{7s}}.now() == steady_time{7s});
}
