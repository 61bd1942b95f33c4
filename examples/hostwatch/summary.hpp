// What a window of samples says: rates, medians and peaks. Pure.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "examples/hostwatch/sample.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostwatch {

/// How values are spread. Percentiles by nearest rank: the smallest value that at least so many of all do not exceed.
struct spread {
  double p50 = 0;
  double p95 = 0;
  double max = 0;

  friend bool operator==(const spread&, const spread&) = default;
};

/// @returns nothing when there are no values.
[[nodiscard]] std::optional<spread> spread_of(std::vector<double> values);

/// What one sample says beside the one before it.
struct point {
  troupe::wall_time at;
  double memory_used = 0; ///< Of all memory, 0 to 1.
  double load_one = 0;
  // Nothing without a sample before, when both have the same time, and when a counter went back (the host was booted).
  std::optional<double> cpu_busy; ///< Of all processors, 0 to 1.
  std::optional<double> received_bytes_per_second;
  std::optional<double> sent_bytes_per_second;
};

/// @param before the sample before; null for the first.
[[nodiscard]] point point_of(const sample* before, const sample& now);

/// The point on one line, for the live stream; a member without a value is null.
[[nodiscard]] std::string to_json(std::string_view host, const point& what);

struct summary {
  std::size_t samples = 0;
  std::optional<troupe::wall_time> from; ///< Of the oldest and the newest sample.
  std::optional<troupe::wall_time> to;
  std::optional<spread> cpu_busy;
  std::optional<spread> memory_used;
  std::optional<spread> load_one;
  std::optional<spread> received_bytes_per_second;
  std::optional<spread> sent_bytes_per_second;
};

/// Sums up samples in any order. A sample that stands in more than once counts as often.
[[nodiscard]] summary summarize(std::vector<sample> samples);

/// Shortest and longest window.
inline constexpr std::chrono::seconds min_window{1};
inline constexpr std::chrono::seconds max_window{3'600};
inline constexpr std::chrono::seconds default_window{60};

/// Reads `90s`, `5m` or `1h`.
/// @returns `errc::invalid_argument` naming the value when it is none of these or outside the two limits.
[[nodiscard]] troupe::result<std::chrono::seconds> parse_window(std::string_view text);

/// `2026-01-01T00:00:00.000Z`.
[[nodiscard]] std::string to_text(troupe::wall_time at);

} // namespace hostwatch
