// Specifies rates, percentiles and windows.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/summary.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;
using troupe::byte_count;

sample at(std::chrono::milliseconds time, std::chrono::milliseconds busy = 0ms,
          std::chrono::milliseconds total = 0ms, std::uint64_t received = 0,
          std::uint64_t sent = 0) {
  return {troupe::wall_time{time},
          {busy, total},
          {byte_count{100}, byte_count{25}},
          {0.5, 0, 0},
          {byte_count{received}, byte_count{sent}}};
}

} // namespace

TEST_CASE("nothing has no spread", "[summary]") {
  CHECK_FALSE(spread_of({}));
}

TEST_CASE("percentiles are values that occur, by nearest rank", "[summary]") {
  CHECK(spread_of({7}) == spread{7, 7, 7});
  CHECK(spread_of({2, 1}) == spread{1, 2, 2});
  CHECK(spread_of({3, 1, 2}) == spread{2, 3, 3});
  std::vector<double> hundred;
  for (int i = 100; i > 0; --i)
    hundred.push_back(i);
  CHECK(spread_of(hundred) == spread{50, 95, 100});
  hundred.push_back(101);
  CHECK(spread_of(hundred) == spread{51, 96, 101});
}

TEST_CASE("at least half of the values are at most p50, and 95 in 100 at most p95", "[summary]") {
  rc::prop("nearest rank", [] {
    const auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
      rc::gen::map(rc::gen::inRange(-1000, 1000), [](int v) { return v / 8.0; })));
    const auto s = spread_of(values).value();
    const auto below = [&](double limit) {
      return std::count_if(values.begin(), values.end(), [&](double v) { return v <= limit; });
    };
    const auto n = static_cast<std::ptrdiff_t>(values.size());
    RC_ASSERT(below(s.p50) * 100 >= 50 * n);
    RC_ASSERT(below(s.p95) * 100 >= 95 * n);
    RC_ASSERT(s.max == *std::max_element(values.begin(), values.end()));
    RC_ASSERT(s.p50 <= s.p95);
    RC_ASSERT(s.p95 <= s.max);
  });
}

TEST_CASE("a first sample has no rates, only what it says by itself", "[summary]") {
  const auto p = point_of(nullptr, at(1s, 1s, 2s, 10, 20));
  CHECK(p.memory_used == 0.75);
  CHECK(p.load_one == 0.5);
  CHECK_FALSE(p.cpu_busy);
  CHECK_FALSE(p.received_bytes_per_second);
  CHECK_FALSE(p.sent_bytes_per_second);
}

TEST_CASE("rates are differences over the time between two samples", "[summary]") {
  const auto before = at(1s, 1s, 10s, 1'000, 0);
  const auto p = point_of(&before, at(3s, 2s, 14s, 1'500, 10));
  CHECK(p.cpu_busy == 0.25);
  CHECK(p.received_bytes_per_second == 250);
  CHECK(p.sent_bytes_per_second == 5);
}

TEST_CASE("counters that went back have no rate: the host was booted", "[summary]") {
  const auto before = at(1s, 10s, 100s, 1'000, 1'000);
  const auto p = point_of(&before, at(2s, 1s, 2s, 5, 1'100));
  CHECK_FALSE(p.cpu_busy);
  CHECK_FALSE(p.received_bytes_per_second);
  CHECK(p.sent_bytes_per_second == 100);
}

TEST_CASE("two samples of one moment have no rate", "[summary]") {
  const auto before = at(1s, 1s, 10s);
  CHECK_FALSE(point_of(&before, at(1s, 2s, 20s)).cpu_busy);
}

TEST_CASE("the sum of samples does not depend on their order", "[summary]") {
  const std::vector<sample> samples{at(3s, 3s, 30s, 30), at(1s, 1s, 10s, 0), at(2s, 2s, 20s, 10)};
  const auto sum = summarize(samples);
  CHECK(sum.samples == 3);
  CHECK(sum.from == troupe::wall_time{1s});
  CHECK(sum.to == troupe::wall_time{3s});
  CHECK(sum.cpu_busy == spread{0.1, 0.1, 0.1});
  CHECK(sum.received_bytes_per_second == spread{10, 20, 20});
  CHECK(sum.memory_used == spread{0.75, 0.75, 0.75});
}

TEST_CASE("the sum of nothing says so", "[summary]") {
  const auto sum = summarize({});
  CHECK(sum.samples == 0);
  CHECK_FALSE(sum.from);
  CHECK_FALSE(sum.cpu_busy);
  CHECK_FALSE(sum.memory_used);
}

TEST_CASE("a host without memory uses none of it", "[summary]") {
  auto empty = at(1s);
  empty.memory = {};
  CHECK(point_of(nullptr, empty).memory_used == 0);
}

TEST_CASE("a window is a whole number of seconds, minutes or hours from 1s to 1h", "[summary]") {
  CHECK(parse_window("1s").value() == 1s);
  CHECK(parse_window("60s").value() == 60s);
  CHECK(parse_window("5m").value() == 5min);
  CHECK(parse_window("1h").value() == 1h);
  CHECK(parse_window("3600s").value() == 1h);
  for (const auto* text : {"", "s", "60", "0s", "-1s", "+5s", " 60s", "60s ", "60 s", "1.5m",
                           "3601s", "61m", "2h", "60x", "1d", "99999999999999999999s", "1sm"}) {
    CAPTURE(text);
    const auto read = parse_window(text);
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error().detail,
               Catch::StartsWith("window: \"" + std::string{text}.substr(0, 20) + "\""));
  }
}

TEST_CASE("times are written as RFC 3339 in UTC with milliseconds", "[summary]") {
  CHECK(to_text(troupe::wall_time{}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_text(troupe::wall_time{1'767'225'600'007ms}) == "2026-01-01T00:00:00.007Z");
}

TEST_CASE("a point of the live stream is one line of JSON with null for what is not known",
          "[summary]") {
  const auto text = to_json("web-1", point_of(nullptr, at(1s)));
  CHECK(text.find('\n') == std::string::npos);
  const auto read = nlohmann::json::parse(text);
  CHECK(read["host"] == "web-1");
  CHECK(read["time_ms"] == 1'000);
  CHECK(read["memory_used"] == 0.75);
  CHECK(read["cpu_busy"].is_null());
}
