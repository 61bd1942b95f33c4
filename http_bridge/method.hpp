// The request methods that the bridge knows.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// A request method (RFC 9110 9.3, PATCH from RFC 5789). `other` is every further token: the router
/// answers it with 501, see `basic_router::match`.
enum class method : std::uint8_t {
  get,
  head,
  post,
  put,
  delete_,
  patch,
  options,
  connect,
  trace,
  other,
};

/// Number of methods, `other` included.
inline constexpr std::size_t method_count = 10;

/// The method's token as sent, `GET`; for `other` the word `other`.
[[nodiscard]] std::string_view to_string(method m) noexcept;

/// The method of a token. Methods are case-sensitive (RFC 9110 9.1): `get` is `other`.
[[nodiscard]] method parse_method(std::string_view token) noexcept;

} // namespace http
} // namespace troupe
