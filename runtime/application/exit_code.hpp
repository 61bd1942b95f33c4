// What the process tells its parent when it ends.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/unstopped_child.hpp"
#include "runtime/lifespan/lifespan_plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

namespace exit_code {

inline constexpr int clean = 0;
/// A task failed and ended the application, or the root supervisor gave up; the stop itself was graceful.
inline constexpr int task_failed = 1;
/// The command line or a setting is wrong.
inline constexpr int usage = 2;
/// The start failed or was interrupted, and was rolled back.
inline constexpr int start_failed = 3;
/// The stop left something undone or unfinished; the report says what.
inline constexpr int stop_failed = 4;
/// A second signal forced the end: 128 + its number, so 143 for SIGTERM and 130 for SIGINT.
[[nodiscard]] constexpr int forced(int signal) noexcept {
  return 128 + signal;
}

} // namespace exit_code

/// A child that failed when it was asked to stop.
struct failed_stop {
  std::string path;
  error why;

  friend bool operator==(const failed_stop&, const failed_stop&) = default;
};

/// Everything a run ended with.
struct run_report {
  lifespan_report lifespan;
  /// Children that were given up.
  std::vector<unstopped_child> unstopped;
  /// Actors still there after the join, by path; a number when they have none.
  std::vector<std::string> leftovers;
  std::vector<failed_stop> failed_stops;
};

/// The exit code of a run that ended by itself. A failed start counts first, then a failed task, then what
/// the stop left.
[[nodiscard]] int exit_code_of(const run_report& report) noexcept;

/// The report as lines for people; empty when all is well.
[[nodiscard]] std::vector<std::string> lines_of(const run_report& report);

} // namespace troupe
