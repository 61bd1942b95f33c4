// How the life of an actor or of the application ended, in the words used everywhere.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

/// How an incarnation ended. The names are label values of metrics and fields of the admin API.
enum class exit_class : std::uint8_t {
  normal,       ///< It had nothing more to do.
  shutdown,     ///< It was asked to stop, and did.
  crashed,      ///< An exception or error came out of a handler.
  killed,       ///< It was killed (`exit_reason::kill`).
  abandoned,    ///< It did not stop in its time and is no longer waited for.
  start_failed, ///< It failed while it started.
  escalated,    ///< A supervisor spent its restart budget.
  unreachable,  ///< Nobody could reach it any more.
};

[[nodiscard]] std::string_view to_string(exit_class how) noexcept;

/// Normal ends are `normal` and `shutdown` (OTP); everything else is abnormal.
[[nodiscard]] constexpr bool is_normal(exit_class how) noexcept {
  return how == exit_class::normal || how == exit_class::shutdown;
}

/// Why a stop was asked for. The first reason of a stop is kept; it reaches every child and the exit code.
struct stop_reason {
  enum class kind_type : std::uint8_t {
    requested,    ///< The program or an operator asked.
    signal,       ///< SIGTERM.
    interrupt,    ///< SIGINT: somebody at a terminal pressed Ctrl-C.
    task_failed,  ///< A child failed in a way that ends the application.
    start_failed, ///< The start failed and is rolled back.
  };

  kind_type kind = kind_type::requested;

  /// For people: `SIGTERM`, `restart budget of /app spent: ...`.
  std::string text;

  friend bool operator==(const stop_reason&, const stop_reason&) = default;
};

[[nodiscard]] std::string_view to_string(stop_reason::kind_type kind) noexcept;

} // namespace troupe
