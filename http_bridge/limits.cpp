// Checks the bounds of the HTTP bridge.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/limits.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::http {

namespace {

// Collects the first complaint, so that `validate` reads as a table.
class checker {
public:
  void size(std::string_view field, byte_count value, byte_count low, byte_count high) {
    if (value < low || value > high)
      complain(field, to_text(value), to_text(low), to_text(high));
  }

  void number(std::string_view field, std::size_t value, std::size_t low, std::size_t high) {
    if (value < low || value > high)
      complain(field, std::to_string(value), std::to_string(low), std::to_string(high));
  }

  void time(std::string_view field, std::chrono::milliseconds value) {
    constexpr std::chrono::milliseconds low{1};
    constexpr std::chrono::hours high{24};
    if (value < low || value > high)
      complain(field, to_text(value), to_text(low), to_text(high));
  }

  result<void> outcome() && { return std::move(outcome_); }

private:
  void complain(std::string_view field, const std::string& value, const std::string& low,
                const std::string& high) {
    if (!outcome_)
      return;
    outcome_ = error{errc::invalid_argument, "limits." + std::string{field} + ": " + value + " ("
                                               + low + " to " + high + ")"};
  }

  result<void> outcome_;
};

} // namespace

result<void> validate(const limits& bounds) {
  using namespace troupe::literals;
  checker check;
  // The parser keeps offsets into the head in 32 bits, far more than anyone wants to read.
  check.size("head", bounds.head, 256_B, 1_MiB);
  check.number("fields", bounds.fields, 1, 10'000);
  check.size("target", bounds.target, 1_B, bounds.head);
  check.number("empty_lines", bounds.empty_lines, 0, 1'000);
  check.size("body", bounds.body, 0_B, byte_count{std::uint64_t{1} << 40});
  check.size("framing", bounds.framing, 64_B, 1'024_MiB);
  check.size("chunk_line", bounds.chunk_line, 16_B, bounds.framing);
  check.size("trailers", bounds.trailers, 2_B, bounds.framing);
  check.number("pipeline_depth", bounds.pipeline_depth, 1, 10'000);
  check.number("connections", bounds.connections, 1, 10'000'000);
  check.time("head_time", bounds.head_time);
  check.time("body_time", bounds.body_time);
  check.time("idle_time", bounds.idle_time);
  check.time("write_time", bounds.write_time);
  check.time("request_time", bounds.request_time);
  return std::move(check).outcome();
}

} // namespace troupe::http
