// Answers that more than one part of hostwatch gives.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "http_bridge/response.hpp"
#include "examples/hostwatch/sample.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace hostwatch {

/// 400 for what is not JSON, 422 naming the field for JSON that is not what was asked for.
[[nodiscard]] troupe::http::response response_for(const rejected_body& why);

/// For so long after the store was restarted a host that it does not know may only not have sent again yet.
inline constexpr std::chrono::seconds settling_time{5};

/// For a host without samples: 404, with the member `since` when the store was restarted; within `settling_time` of
/// that 503 with `Retry-After`.
/// @param since of the store's answer.
[[nodiscard]] troupe::http::response unknown_host(std::optional<troupe::wall_time> since,
                                                  troupe::wall_time now,
                                                  std::string_view request_id);

} // namespace hostwatch
