// Calls a function at regular times until it is asked to stop.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace actors {

/// How the time of the next tick is found (java.util.concurrent, Pekko).
enum class ticker_mode : std::uint8_t {
  /// Ticks lie on a grid of `period` from the start: no drift. Ticks missed because the function took longer
  /// are skipped; the next one is on the grid again.
  fixed_rate,
  /// The next tick is `period` after the function has returned.
  fixed_delay,
};

[[nodiscard]] std::string_view to_string(ticker_mode mode) noexcept;

struct ticker_options {
  /// Must be positive.
  std::chrono::nanoseconds period = std::chrono::seconds{1};
  ticker_mode mode = ticker_mode::fixed_rate;
  /// From the start of an incarnation to its first tick. Not negative.
  std::chrono::nanoseconds first_after{0};
};

/// What a tick is told.
struct tick {
  std::uint64_t number;      ///< 1 for the first of this incarnation.
  std::uint64_t missed;      ///< Grid points skipped since the last tick, because it took too long.
  std::uint32_t incarnation; ///< Of the ticker; grows when it was restarted.
};

/// The work of one tick. It runs on a scheduler thread and must not block; an exception restarts the ticker.
using tick_function = std::function<void(const tick&)>;

/// Runs when the ticker has been asked to stop, after the last tick.
using ticker_stopped_function = std::function<void()>;

/// @returns `errc::invalid_argument` naming field and value.
[[nodiscard]] result<void> validate(const ticker_options& options);

/// A supervised, long-running task: permanent, in place restarted when `on_tick` throws. A stop request wakes it
/// at once, wherever it is in its period.
/// @param on_tick copied for each incarnation.
/// @returns the specification; wrong options are reported by the start.
[[nodiscard]] child_spec make_ticker(std::string id, ticker_options options, tick_function on_tick,
                                     ticker_stopped_function on_stopped = {});

/// Grid arithmetic of `fixed_rate`: the number of whole periods after `first` at which the next tick is due, given
/// the last one was number `last` and `elapsed` has passed since `first`. Never less than `last + 1`; a point that
/// is exactly now counts as due.
[[nodiscard]] std::uint64_t next_grid_point(std::uint64_t last, std::chrono::nanoseconds elapsed,
                                            std::chrono::nanoseconds period) noexcept;

} // namespace actors
} // namespace troupe
