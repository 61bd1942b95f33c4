// Percent-encoding in paths and queries (RFC 3986 2.1, WHATWG URL for forms).
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http::protocol {

/// Whether every `%` is followed by two hexadecimal digits and none stands for a NUL.
[[nodiscard]] bool is_percent_encoded(std::string_view text) noexcept;

/// What becomes of `%2F` when a path is decoded.
enum class encoded_slash : unsigned char { keep, decode };

/// Writes `text` decoded to `out` and returns the number of bytes written, at most `text.size()`.
/// With `encoded_slash::keep` an encoded slash is copied as it is, so that it separates no
/// segments. A `%` without two digits is copied as it is.
std::size_t percent_decode_to(char* out, std::string_view text, encoded_slash slash) noexcept;

/// As above, into a string of its own.
[[nodiscard]] std::string percent_decode(std::string_view text, encoded_slash slash);

/// One name or value of a query: `+` becomes a space, then as `percent_decode`.
[[nodiscard]] std::string decode_query_text(std::string_view text);

} // namespace http::protocol
} // namespace troupe
