// How long each part of a start and a stop may take.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <chrono>

namespace [[gnu::visibility("default")]] troupe {

/// The longest of the times below; keeps arithmetic on deadlines far from overflow.
inline constexpr std::chrono::milliseconds longest_lifespan_time = std::chrono::hours{24};

/// Time limits of the lifespan. All are from zero to `longest_lifespan_time`.
struct lifespan_options {
  /// Whole start: handlers, children, `startup` and `started`. When it is over the start is rolled back.
  std::chrono::milliseconds startup_time{60'000};
  /// The roll-back of a failed start has a budget of its own (uber-go/fx lacks one, its issue 1035).
  std::chrono::milliseconds rollback_time{30'000};
  /// Whole stop, below Kubernetes' 30 s grace. Docker kills after 10 s unless given `--stop-timeout`.
  std::chrono::milliseconds stop_time{25'000};
  /// Between "not ready" and the stopping notice (Spring, puma). SIGINT skips it.
  std::chrono::milliseconds lame_duck_time{0};
  /// For `stopping` to be acknowledged.
  std::chrono::milliseconds notice_time{1'000};
  /// For requests in flight to finish, within `stop_time`.
  std::chrono::milliseconds drain_time{10'000};
  /// For `shutdown` to be acknowledged.
  std::chrono::milliseconds broadcast_time{1'000};
  /// For one shutdown handler, within `stop_time`. As much is kept back from the children when there are any.
  std::chrono::milliseconds handler_time{5'000};
};

/// @returns `errc::invalid_argument` naming the field and the value when one is out of its range.
[[nodiscard]] result<void> validate(const lifespan_options& options);

} // namespace troupe
