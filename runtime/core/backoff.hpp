// How long to wait before the next attempt.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <cstdint>

namespace [[gnu::visibility("default")]] troupe {

/// Exponential backoff with jitter (Pekko's `restartWithBackoff`, with the cap after the jitter).
struct backoff_options {
  /// The first delay. Zero together with `max_backoff`: never wait.
  std::chrono::milliseconds min_backoff{200};
  /// No delay is longer, jitter included. Not less than `min_backoff`.
  std::chrono::milliseconds max_backoff{30'000};
  /// Up to this share of the delay is added at random, so that many do not come back in step. From
  /// 0 to 1.
  double jitter = 0.2;
  /// Whether the first attempt after a quiet time is made without a delay.
  bool first_at_once = true;
  /// What was up for this long counts as healthy, and its failures are forgotten. Zero: halfway
  /// between the shortest and the longest delay.
  std::chrono::milliseconds reset_after{0};

  /// Never waits; failures are forgotten after as long a quiet time as by default.
  [[nodiscard]] static constexpr backoff_options off() noexcept {
    return {std::chrono::milliseconds{0}, std::chrono::milliseconds{0}, 0, true,
            std::chrono::milliseconds{15'100}};
  }

  friend bool operator==(const backoff_options&, const backoff_options&) = default;
};

/// The quiet time after which failures are forgotten.
[[nodiscard]] std::chrono::milliseconds quiet_time(const backoff_options& options) noexcept;

/// The delay before the attempt number `attempt` (1: the first since a quiet time).
/// @param random Uniform in [0, 1).
/// @pre the options are valid and `attempt` > 0.
[[nodiscard]] std::chrono::nanoseconds backoff_delay(const backoff_options& options,
                                                     std::uint32_t attempt, double random) noexcept;

} // namespace troupe
