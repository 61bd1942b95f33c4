// The rules by which a supervisor decides about its children, as plain values.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/backoff.hpp"
#include "runtime/core/restart_window.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

/// When a child is brought back (OTP).
enum class restart_type : std::uint8_t {
  permanent, ///< Always, also after a normal end.
  transient, ///< Only after an abnormal end.
  temporary, ///< Never, and its specification is forgotten when it ends.
};

/// Who else is restarted when a child is brought back (OTP; `dynamic` is Elixir's
/// DynamicSupervisor).
enum class restart_strategy : std::uint8_t {
  one_for_one,  ///< Nobody.
  one_for_all,  ///< All: they are stopped, the newest first, and started, the oldest first.
  rest_for_one, ///< Those that come after it in the start order.
  dynamic,      ///< Nobody; the children are made from one template, at run time.
};

/// What is done about a failure.
enum class failure_directive : std::uint8_t {
  restart,  ///< What the restart type says.
  resume,   ///< The child goes on with its state and its next message.
  stop,     ///< The child ends and is not brought back.
  escalate, ///< The supervisor itself fails with this cause.
};

/// Whether the end of children that are marked `significant` ends their supervisor (OTP 24). Only
/// what they do themselves counts: not a stop by hand, not a group restart.
enum class auto_shutdown : std::uint8_t {
  never,
  any_significant, ///< The first of them.
  all_significant, ///< The last of them.
};

/// What a supervisor does when a restart budget is spent.
enum class limit_action : std::uint8_t {
  escalate, ///< It stops its children and ends, and its parent decides.
  pause, ///< It keeps those that are well, restarts nobody for a while, then tries again (suture).
};

/// How the children given with a supervisor are started.
enum class start_mode : std::uint8_t {
  one_by_one, ///< In order, each after the one before is up.
  together,   ///< All at once; every failure is reported.
};

/// How the children are stopped.
enum class stop_order : std::uint8_t {
  reverse_order, ///< The newest first, each waited for.
  together,      ///< All at once, each with its own time.
};

/// What a failed first start of one child means for the supervisor's start.
enum class start_failure : std::uint8_t {
  abort, ///< Those that are up are stopped in reverse order, and the start fails.
  go_on, ///< The child stays listed as stopped, the others start.
};

[[nodiscard]] std::string_view to_string(restart_type value) noexcept;
[[nodiscard]] std::string_view to_string(restart_strategy value) noexcept;
[[nodiscard]] std::string_view to_string(failure_directive value) noexcept;
[[nodiscard]] std::string_view to_string(auto_shutdown value) noexcept;
[[nodiscard]] std::string_view to_string(limit_action value) noexcept;
[[nodiscard]] std::string_view to_string(start_mode value) noexcept;
[[nodiscard]] std::string_view to_string(stop_order value) noexcept;
[[nodiscard]] std::string_view to_string(start_failure value) noexcept;

/// What the plan has to know about a child; one value may serve all children of a pool.
struct child_rules {
  restart_type restart = restart_type::permanent;
  /// Time the child has to stop; after that it is abandoned.
  std::chrono::milliseconds shutdown{5'000};
  /// Time it has to come up, zero: no limit. After that it is stopped, and the start counts as
  /// failed.
  std::chrono::milliseconds init_timeout{0};
  bool significant = false;
  /// A budget of its own, beside the supervisor's.
  std::optional<restart_limits> limits = {};
  backoff_options backoff = {};
  /// Restarts without a healthy time (`quiet_time`) between them that are tolerated, however slow
  /// they are; zero: no limit. It catches what no window sees: a child that takes longer to fail
  /// than the window's mean gap.
  std::uint32_t max_consecutive = 0;
};

/// The same about a supervisor.
struct supervisor_rules {
  restart_strategy strategy = restart_strategy::one_for_one;
  restart_limits limits = {};
  limit_action on_limit = limit_action::escalate;
  /// Length of a pause; up to half of it is added at random.
  std::chrono::milliseconds pause{15'000};
  troupe::auto_shutdown auto_shutdown = troupe::auto_shutdown::never;
  start_mode start = start_mode::one_by_one;
  stop_order stop = stop_order::reverse_order;
  start_failure on_start_failure = start_failure::abort;
  /// Whether children get their start signal (`on_start`) only after all of them are up.
  bool start_barrier = false;
  /// Time in which what had started must have stopped again when the start fails; a budget of its
  /// own.
  std::chrono::milliseconds rollback{30'000};
  /// Children at one time, those between two incarnations included.
  std::uint32_t max_children = 1'000'000;
};

} // namespace troupe
