// A clock that stands still until a test moves it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"

#include <atomic>
#include <chrono>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

/// For code that takes a `clock&`. Actors have their own time, see `virtual_time_system`.
/// Thread safety: any thread.
class manual_clock final : public clock {
public:
  /// Not the clock's zero, so that code which takes zero for "never" is found out.
  static constexpr steady_time default_start{std::chrono::hours{1}};

  explicit manual_clock(steady_time start = default_start);

  [[nodiscard]] steady_time now() const noexcept override;

  /// Moves the clock. @pre `time` is not negative: the clock is monotonic.
  void advance(std::chrono::nanoseconds time) noexcept;

private:
  std::atomic<steady_time::rep> now_;
};

} // namespace testkit
} // namespace troupe
