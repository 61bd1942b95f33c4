// The bounds are checked field by field.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/limits.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

using namespace troupe;
using namespace troupe::literals;
using http::limits;

TEST_CASE("a limit outside its range is refused by name, value and range", "[http][limits]") {
  const std::vector<std::pair<std::function<void(limits&)>, std::string>> cases{
    {[](limits& l) { l.head = 0_B; }, "limits.head: 0 B (256 B to 1 MiB)"},
    {[](limits& l) { l.head = 2_MiB; }, "limits.head: 2 MiB (256 B to 1 MiB)"},
    {[](limits& l) { l.fields = 0; }, "limits.fields: 0 (1 to 10000)"},
    {[](limits& l) { l.target = 0_B; }, "limits.target: 0 B (1 B to 16 KiB)"},
    {[](limits& l) { l.target = 17_KiB; }, "limits.target: 17 KiB (1 B to 16 KiB)"},
    {[](limits& l) { l.empty_lines = 1'001; }, "limits.empty_lines: 1001 (0 to 1000)"},
    {[](limits& l) { l.body = byte_count{(std::uint64_t{1} << 40) + 1}; },
     "limits.body: 1099511627777 B (0 B to 1024 GiB)"},
    {[](limits& l) { l.framing = 63_B; }, "limits.framing: 63 B (64 B to 1 GiB)"},
    {[](limits& l) { l.chunk_line = 15_B; }, "limits.chunk_line: 15 B (16 B to 64 KiB)"},
    {[](limits& l) { l.trailers = 65_KiB; }, "limits.trailers: 65 KiB (2 B to 64 KiB)"},
    {[](limits& l) { l.pipeline_depth = 0; }, "limits.pipeline_depth: 0 (1 to 10000)"},
    {[](limits& l) { l.connections = 0; }, "limits.connections: 0 (1 to 10000000)"},
    {[](limits& l) { l.head_time = {}; }, "limits.head_time: 0 ns (1 ms to 24 h)"},
    {[](limits& l) { l.body_time = std::chrono::hours{25}; },
     "limits.body_time: 25 h (1 ms to 24 h)"},
    {[](limits& l) { l.idle_time = std::chrono::milliseconds{-5}; },
     "limits.idle_time: -5 ms (1 ms to 24 h)"},
    {[](limits& l) { l.write_time = {}; }, "limits.write_time: 0 ns (1 ms to 24 h)"},
    {[](limits& l) { l.request_time = {}; }, "limits.request_time: 0 ns (1 ms to 24 h)"},
  };
  for (const auto& [change, text] : cases) {
    limits bounds;
    change(bounds);
    const auto outcome = http::validate(bounds);
    INFO(text);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == errc::invalid_argument);
    CHECK(outcome.error().detail == text);
  }
}

TEST_CASE("of several limits outside their range the first is named", "[http][limits]") {
  limits bounds;
  bounds.fields = 0;
  bounds.connections = 0;
  CHECK(http::validate(bounds).error().detail == "limits.fields: 0 (1 to 10000)");
}

TEST_CASE("both ends of a range are allowed", "[http][limits]") {
  limits bounds;
  bounds.head = 256_B;
  bounds.target = 256_B;
  bounds.body = 0_B;
  bounds.empty_lines = 0;
  CHECK(http::validate(bounds));
  bounds.head = 1_MiB;
  bounds.target = 1_MiB;
  CHECK(http::validate(bounds));
}

TEST_CASE("the defaults are valid", "[http][limits]") {
  CHECK(http::validate(limits{}));
}

TEST_CASE("the table in docs/http.md has every limit with its default", "[http][limits]") {
  std::ifstream in{"docs/http.md"};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  REQUIRE_FALSE(text.empty());
  const limits bounds;
  const std::vector<std::pair<std::string, std::string>> rows{
    {"head", to_text(bounds.head)},
    {"fields", std::to_string(bounds.fields)},
    {"target", to_text(bounds.target)},
    {"empty_lines", std::to_string(bounds.empty_lines)},
    {"body", to_text(bounds.body)},
    {"framing", to_text(bounds.framing)},
    {"chunk_line", to_text(bounds.chunk_line)},
    {"trailers", to_text(bounds.trailers)},
    {"pipeline_depth", std::to_string(bounds.pipeline_depth)},
    {"connections", std::to_string(bounds.connections)},
    {"head_time", to_text(bounds.head_time)},
    {"body_time", to_text(bounds.body_time)},
    {"idle_time", "60 s"}, // `to_text` makes minutes of it
    {"write_time", to_text(bounds.write_time)},
    {"request_time", to_text(bounds.request_time)},
  };
  CHECK(bounds.idle_time == std::chrono::seconds{60});
  for (const auto& [field, value] : rows) {
    const auto row = "\n| `" + field + "` | " + value + " | ";
    INFO(row);
    CHECK(text.find(row) != std::string::npos);
  }
}
