// Sizes and durations as text.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace troupe {

std::string to_text(byte_count size) {
  struct unit {
    std::uint64_t bytes;
    const char* name;
  };
  constexpr std::array<unit, 3> units{{{std::uint64_t{1} << 30, " GiB"},
                                       {std::uint64_t{1} << 20, " MiB"},
                                       {std::uint64_t{1} << 10, " KiB"}}};
  for (const auto& u : units) {
    if (size.count() >= u.bytes && size.count() % u.bytes == 0)
      return std::to_string(size.count() / u.bytes) + u.name;
  }
  return std::to_string(size.count()) + " B";
}

std::string to_text(std::chrono::nanoseconds duration) {
  struct unit {
    double nanoseconds;
    double until; // from here on the next unit is used
    const char* name;
  };
  constexpr std::array<unit, 6> units{{{1, 1000, "ns"},
                                       {1e3, 1000, "us"},
                                       {1e6, 1000, "ms"},
                                       {1e9, 60, "s"},
                                       {6e10, 60, "min"},
                                       {3.6e12, std::numeric_limits<double>::infinity(), "h"}}};
  const auto count = static_cast<double>(duration.count());
  std::array<char, 32> text{};
  for (const auto& u : units) {
    // Rounded first, or 999.9 ms would be written as 1000 ms.
    const auto value = count / u.nanoseconds;
    const auto steps = std::abs(value) < 10 ? 100.0 : std::abs(value) < 100 ? 10.0 : 1.0;
    const auto rounded = std::round(value * steps) / steps;
    if (std::abs(rounded) < u.until) {
      std::snprintf(text.data(), text.size(), "%.8g %s", rounded, u.name);
      break;
    }
  }
  return text.data();
}

} // namespace troupe
