// Tests of the real clock.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/clock.hpp"

#include <catch2/catch.hpp>

using namespace troupe;

TEST_CASE("the real clock is the monotonic clock of the standard library", "[clock]") {
  const auto before = std::chrono::steady_clock::now();
  const auto read = real_clock().now();
  const auto after = std::chrono::steady_clock::now();
  CHECK(before <= read);
  CHECK(read <= after);
}

TEST_CASE("the real clock is one object", "[clock]") {
  CHECK(&real_clock() == &real_clock());
}
