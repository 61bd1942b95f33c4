// Small pieces that all JSON of the admin API is made of.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace troupe::internal {

/// Keeps its members in the order written.
using json = nlohmann::ordered_json;

/// `2026-11-22T10:00:00.123Z`.
[[nodiscard]] std::string utc_text(wall_time when);

/// Seconds, rounded to microseconds.
[[nodiscard]] double seconds(std::chrono::nanoseconds duration);

/// Milliseconds, rounded to microseconds.
[[nodiscard]] double milliseconds(std::chrono::nanoseconds duration);

/// `{"code": "crashed", "text": "..."}`.
[[nodiscard]] json to_json(const error& why);

/// An object that begins with its schema's name.
[[nodiscard]] json document(std::string_view schema);

/// As text. Names and error texts come from programs and need not be UTF-8: wrong bytes become
/// U+FFFD.
[[nodiscard]] std::string to_text(const json& value);

} // namespace troupe::internal
