// How long to wait before the next attempt.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

std::chrono::milliseconds quiet_time(const backoff_options& options) noexcept {
  return options.reset_after.count() != 0 ? options.reset_after
                                          : (options.min_backoff + options.max_backoff) / 2;
}

std::chrono::nanoseconds backoff_delay(const backoff_options& options, std::uint32_t attempt,
                                       double random) noexcept {
  if (options.first_at_once) {
    if (attempt <= 1)
      return {};
    --attempt;
  }
  const auto least = static_cast<double>(std::chrono::nanoseconds{options.min_backoff}.count());
  const auto most = static_cast<double>(std::chrono::nanoseconds{options.max_backoff}.count());
  // 2^64 times any delay is past every cap.
  const auto doubled = std::min(std::ldexp(least, static_cast<int>(std::min(attempt - 1, 64u))),
                                most);
  const auto with_jitter = std::min(doubled * (1 + options.jitter * random), most);
  return std::chrono::nanoseconds{static_cast<std::int64_t>(with_jitter)};
}

} // namespace troupe
