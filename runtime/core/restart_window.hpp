// Counts restarts in a sliding window and says when there were too many.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// How many restarts are tolerated in which time (OTP's intensity and period).
struct restart_limits {
  /// Restarts tolerated inside any window of length `period`. Reaching the limit is fine, one more
  /// is not. Zero: the first failure is fatal.
  std::uint32_t max_restarts = 3;

  /// Length of the window. Must be positive.
  std::chrono::nanoseconds period = std::chrono::seconds{5};

  friend bool operator==(const restart_limits&, const restart_limits&) = default;
};

/// A sliding window with an inclusive edge: a restart exactly `period` old still counts (Erlang/OTP
/// `supervisor`, "Maximum Restart Intensity", at clock resolution where OTP rounds to seconds).
/// Costs amortised constant time and at most twice `max_restarts + 1` stamps, whatever the limits
/// are.
class restart_window {
public:
  explicit restart_window(restart_limits limits) : limits_(limits) {}

  /// Records a restart at `now`, which must not lie before the last one.
  /// @returns whether the limit still holds; once false, restarting is no longer allowed.
  bool add(steady_time now);

  /// Restarts that count at `now`.
  [[nodiscard]] std::uint32_t used(steady_time now) const;

  /// Restarts that may still happen at `now`.
  [[nodiscard]] std::uint32_t left(steady_time now) const;

  /// When the oldest counted restart leaves the window; empty when none counts.
  [[nodiscard]] std::optional<steady_time> next_release(steady_time now) const;

  [[nodiscard]] const restart_limits& limits() const noexcept { return limits_; }
  /// New limits for what comes; the restarts so far stay counted.
  void limits(restart_limits limits) noexcept { limits_ = limits; }

private:
  [[nodiscard]] bool counts(steady_time stamp, steady_time now) const;

  [[nodiscard]] std::size_t first_counted(steady_time now) const;

  restart_limits limits_;
  /// In order; those before `first_` no longer count. No room is taken before the first restart.
  std::vector<steady_time> stamps_;
  std::size_t first_ = 0;
};

} // namespace troupe
