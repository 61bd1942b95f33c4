// Takes a request target apart (RFC 9112 3.2).
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/method.hpp"

#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http::protocol {

/// The parts of a target: views into it, except that a path which is not there is a literal.
struct target_parts {
  std::string_view authority; ///< Of an absolute target; otherwise empty.
  std::string_view path;
  std::string_view query;
  bool encoded = false;     ///< Whether the path holds percent-encoding.
  std::string_view problem; ///< Why the target is refused; empty when it is fine.
};

/// Splits a target that holds visible ASCII only. Origin form, absolute form with the scheme http
/// or https, and the asterisk of OPTIONS are accepted; the path has to be well percent-encoded
/// without `%00`, the query is not checked, its syntax is the application's.
[[nodiscard]] target_parts split_target(method m, std::string_view target) noexcept;

/// Whether `text` is `uri-host [ ":" port ]` (RFC 9110 7.2, RFC 3986 3.2.2): a name, an IPv4
/// address or an IP literal in brackets, not empty, without user information; the port has at most
/// five digits, up to 65535, or none.
[[nodiscard]] bool is_authority(std::string_view text) noexcept;

} // namespace http::protocol
} // namespace troupe
