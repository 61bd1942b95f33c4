// Tests of the delays between attempts.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/backoff.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

constexpr auto last = std::numeric_limits<std::uint32_t>::max();

/// 100 ms doubling to 1 s.
backoff_options doubling() {
  return {.min_backoff = 100ms,
          .max_backoff = 1s,
          .jitter = 0,
          .first_at_once = false,
          .reset_after = 0ms};
}

} // namespace

TEST_CASE("the defaults: at once, then 200 ms doubling to 30 s with a fifth at random, forgotten "
          "after 15.1 s",
          "[backoff][D6][D7]") {
  const backoff_options defaults;
  CHECK(backoff_delay(defaults, 1, 0.5) == 0ns);
  CHECK(backoff_delay(defaults, 2, 0) == 200ms);
  CHECK(backoff_delay(defaults, 2, 0.5) == 220ms);
  CHECK(backoff_delay(defaults, 3, 0) == 400ms);
  CHECK(backoff_delay(defaults, 9, 0) == 25'600ms);
  CHECK(backoff_delay(defaults, 10, 0) == 30s);
  CHECK(quiet_time(defaults) == 15'100ms);
}

TEST_CASE("off: never a delay, and failures are forgotten after as long a time as by default",
          "[backoff][D6]") {
  for (const std::uint32_t attempt : {1u, 2u, 3u, 100u, last})
    CHECK(backoff_delay(backoff_options::off(), attempt, 0.999) == 0ns);
  CHECK(quiet_time(backoff_options::off()) == quiet_time({}));
}

TEST_CASE("the delay doubles until the cap, from the first attempt or from the second",
          "[backoff][D6][s14]") {
  auto options = doubling();
  const std::chrono::milliseconds expected[] = {100ms, 200ms, 400ms, 800ms, 1s, 1s};
  for (std::uint32_t i = 0; i < std::size(expected); ++i) {
    options.first_at_once = false;
    CHECK(backoff_delay(options, i + 1, 0) == expected[i]);
    options.first_at_once = true;
    CHECK(backoff_delay(options, i + 2, 0) == expected[i]);
  }
  CHECK(backoff_delay(options, 1, 0) == 0ns);
}

TEST_CASE("with full jitter the delay never exceeds the cap", "[backoff][D6][s14]") {
  auto options = doubling();
  options.jitter = 1;
  CHECK(backoff_delay(options, 1, 0.999) < 200ms);
  CHECK(backoff_delay(options, 4, 0.999) == 1s); // 800 ms, nearly doubled
  CHECK(backoff_delay(options, 5, 0.999) == 1s);
  CHECK(backoff_delay(options, 5, 0) == 1s);
}

TEST_CASE("no number of attempts and no length overflows", "[backoff][D6]") {
  auto options = doubling();
  for (const std::uint32_t attempt : {60u, 63u, 64u, 65u, 66u, 1000u, last})
    CHECK(backoff_delay(options, attempt, 0.5) == 1s);
  options.max_backoff = std::chrono::hours{24 * 365 * 100};
  options.jitter = 1;
  for (const std::uint32_t attempt : {60u, 64u, 65u, last})
    CHECK(backoff_delay(options, attempt, 0.999) == options.max_backoff);
}

TEST_CASE("equal bounds make a constant delay", "[backoff][D6]") {
  auto options = doubling();
  options.max_backoff = options.min_backoff;
  options.jitter = 1;
  for (const std::uint32_t attempt : {1u, 2u, 50u})
    CHECK(backoff_delay(options, attempt, 0.7) == 100ms);
}

TEST_CASE("the quiet time is the one given, or halfway between the shortest and the longest delay",
          "[backoff][D7]") {
  auto options = doubling();
  CHECK(quiet_time(options) == 550ms);
  options.reset_after = 1ms;
  CHECK(quiet_time(options) == 1ms);
}

TEST_CASE("options are equal when all of them are", "[backoff]") {
  CHECK(backoff_options{} == backoff_options{});
  CHECK_FALSE(backoff_options{} == backoff_options::off());
}

TEST_CASE("any delay is within its bounds and at least the one before", "[backoff][D6]") {
  CHECK(rc::check([] {
    const std::chrono::milliseconds least{*rc::gen::inRange(0, 1000)};
    const backoff_options options{
      .min_backoff = least,
      .max_backoff = least + std::chrono::milliseconds{*rc::gen::inRange(0, 100'000)},
      .jitter = *rc::gen::inRange(0, 101) / 100.0,
      .first_at_once = *rc::gen::arbitrary<bool>()};
    const auto attempt = *rc::gen::inRange<std::uint32_t>(1, 100);
    const auto random = *rc::gen::inRange(0, 1000) / 1000.0;
    const auto delay = backoff_delay(options, attempt, random);
    RC_ASSERT(delay <= options.max_backoff);
    if (options.first_at_once && attempt == 1)
      RC_ASSERT(delay == 0ns);
    else
      RC_ASSERT(delay >= options.min_backoff);
    RC_ASSERT(backoff_delay(options, attempt + 1, random) >= delay);
    RC_ASSERT(backoff_delay(options, attempt, 0) <= delay);
  }));
}
