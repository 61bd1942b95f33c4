// Times, durations and errors as JSON.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/internal/json_parts.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace troupe;
using namespace troupe::internal;
using namespace std::chrono_literals;

TEST_CASE("a time is written in UTC with milliseconds", "[json_parts]") {
  CHECK(utc_text(wall_time{}) == "1970-01-01T00:00:00.000Z");
  CHECK(utc_text(wall_time{1'763'800'000'123ms}) == "2025-11-22T08:26:40.123Z");
  CHECK(utc_text(wall_time{1'763'800'000'123'999us}) == "2025-11-22T08:26:40.123Z");
  CHECK(utc_text(wall_time{-1ms}) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("durations are rounded to microseconds", "[json_parts]") {
  CHECK(json(seconds(1'234'567'890ns)).dump() == "1.234568");
  CHECK(json(seconds(90s)).dump() == "90.0");
  CHECK(json(milliseconds(1'234'567ns)).dump() == "1.235");
  CHECK(json(milliseconds(-1ms)).dump() == "-1.0");
  CHECK(json(milliseconds(0ns)).dump() == "0.0");
}

TEST_CASE("an error has its code and its text", "[json_parts]") {
  CHECK(internal::to_text(internal::to_json(error{errc::timed_out, "5 s"}))
        == R"({"code":"timed_out","text":"5 s"})");
}

TEST_CASE("a document begins with its schema", "[json_parts]") {
  auto out = document("troupe.x/1");
  out["a"] = 1;
  CHECK(internal::to_text(out) == R"({"schema":"troupe.x/1","a":1})");
}
