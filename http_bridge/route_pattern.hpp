// The text of a route, `/users/{id}`, taken apart.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// What a pattern says about one segment of a path, in order of precedence.
enum class segment_kind : std::uint8_t {
  literal,   ///< This text, after percent-decoding, upper and lower case apart.
  parameter, ///< `{name}`: any segment that is not empty.
  rest,      ///< `{*name}`, last: everything from here on, slashes included, or nothing.
};

/// One segment of a pattern.
struct pattern_segment {
  segment_kind kind = segment_kind::literal;
  std::string text; ///< The literal, or the parameter's name.

  friend bool operator==(const pattern_segment&, const pattern_segment&) = default;
};

/// A parsed pattern. Paths are compared segment by segment; `/a` and `/a/` are different, an empty
/// last segment is a segment.
struct route_pattern {
  /// Parameters that one pattern may have.
  static constexpr std::size_t max_params = 8;

  std::string text; ///< As given.
  std::vector<pattern_segment> segments;
  std::vector<std::string> names; ///< Of the parameters, in order.

  /// Parses `text`, for example `/hosts/{host}/summary` or `/files/{*path}`. A pattern begins with
  /// `/`; a parameter is a whole segment; names are letters, digits and `_`, not beginning with a
  /// digit, and differ within a pattern; literals are written decoded and hold none of `{ } % ? #`,
  /// control characters or spaces; only the last segment may be empty.
  /// @returns `errc::invalid_argument` naming the pattern and the segment.
  static result<route_pattern> parse(std::string_view text);
};

} // namespace http
} // namespace troupe
