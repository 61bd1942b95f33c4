// Where pure code reads the time, so that a test can move it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>

namespace [[gnu::visibility("default")]] troupe {

/// A point on the monotonic clock. Deadlines, windows and ages use it; a jump of the wall clock moves none.
using steady_time = std::chrono::steady_clock::time_point;

/// A point on the wall clock, for what people read.
using wall_time = std::chrono::system_clock::time_point;

/// Reads the monotonic clock. Thread safety: `now` may be called from any thread.
class clock {
public:
  virtual ~clock();

  [[nodiscard]] virtual steady_time now() const noexcept = 0;
};

/// The real clock; lives for ever.
[[nodiscard]] const clock& real_clock() noexcept;

} // namespace troupe
