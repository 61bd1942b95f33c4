// Tests of sizes and of sizes and durations as text.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <cstdint>
#include <limits>

using namespace troupe;
using namespace troupe::literals;
using namespace std::chrono_literals;

TEST_CASE("a size reads in the largest unit that divides it", "[units]") {
  CHECK(to_text(0_B) == "0 B");
  CHECK(to_text(1000_B) == "1000 B");
  CHECK(to_text(1023_B) == "1023 B");
  CHECK(to_text(1_KiB) == "1 KiB");
  CHECK(to_text(1025_B) == "1025 B");
  CHECK(to_text(16_KiB) == "16 KiB");
  CHECK(to_text(1_MiB) == "1 MiB");
  CHECK(to_text(1024_MiB) == "1 GiB");
  CHECK(to_text(byte_count{std::numeric_limits<std::uint64_t>::max()}) == "18446744073709551615 B");
}

TEST_CASE("the text of a size never loses a byte", "[units]") {
  CHECK(rc::check([](std::uint64_t bytes) {
    const auto text = to_text(byte_count{bytes});
    std::uint64_t unit = 1;
    if (text.ends_with("KiB"))
      unit = 1024;
    else if (text.ends_with("MiB"))
      unit = 1024 * 1024;
    else if (text.ends_with("GiB"))
      unit = 1024 * 1024 * 1024;
    RC_ASSERT(std::stoull(text) * unit == bytes);
  }));
}

TEST_CASE("sizes compare and add", "[units]") {
  CHECK(1_KiB == byte_count{1024});
  CHECK(1_KiB < 1_MiB);
  CHECK((1_KiB + 1_B).count() == 1025);
  CHECK(byte_count{}.count() == 0);
}

TEST_CASE("a duration reads in the unit that suits it, with at most three digits", "[units]") {
  CHECK(to_text(0ns) == "0 ns");
  CHECK(to_text(999ns) == "999 ns");
  CHECK(to_text(1us) == "1 us");
  CHECK(to_text(250us) == "250 us");
  CHECK(to_text(40ms) == "40 ms");
  CHECK(to_text(1500ms) == "1.5 s");
  CHECK(to_text(25s) == "25 s");
  CHECK(to_text(1234ms) == "1.23 s");
  CHECK(to_text(2min) == "2 min");
  CHECK(to_text(90s) == "1.5 min");
  CHECK(to_text(3h) == "3 h");
}

TEST_CASE("a duration that rounds up to the next unit is written in that unit", "[units]") {
  CHECK(to_text(999'999ns) == "1 ms");
  CHECK(to_text(999'999'999ns) == "1 s");
  CHECK(to_text(59'999ms) == "1 min");
  CHECK(to_text(3'599'999ms) == "1 h");
}

TEST_CASE("a negative duration keeps its sign", "[units]") {
  CHECK(to_text(-5ms) == "-5 ms");
  CHECK(to_text(-1ns) == "-1 ns");
}

TEST_CASE("long durations are not written in powers of ten", "[units]") {
  CHECK(to_text(1000h) == "1000 h");
  CHECK(to_text(24h * 365) == "8760 h");
}
