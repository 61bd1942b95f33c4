// The wall clock as HTTP writes it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"

#include <array>

namespace [[gnu::visibility("default")]] troupe {
namespace http::protocol {

/// `when` as IMF-fixdate (RFC 9110 5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`: always 29 characters,
/// no NUL. Parts of a second are cut off.
/// @pre a year from 0 to 9999.
[[nodiscard]] std::array<char, 29> http_date(wall_time when) noexcept;

} // namespace http::protocol
} // namespace troupe
