// Where a bridge listens.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// A TCP address. `host` is a numeric address or a name that resolves to one; port 0 lets the system choose.
struct tcp_endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;

  friend bool operator==(const tcp_endpoint&, const tcp_endpoint&) = default;
};

/// A Unix-domain socket. Its folder is made with mode 0700 when it is missing.
struct unix_endpoint {
  std::string path;
  /// Permissions of the socket file, at most 0777.
  std::uint32_t mode = 0600;

  friend bool operator==(const unix_endpoint&, const unix_endpoint&) = default;
};

using endpoint = std::variant<tcp_endpoint, unix_endpoint>;

/// Checks what can be checked without the operating system.
/// @returns `errc::invalid_argument` naming the field: an empty host, an empty path, a path longer than the 107 bytes
///          a socket address holds, a mode above 0777.
[[nodiscard]] result<void> validate(const endpoint& where);

/// `http://127.0.0.1:8080`, `http://[::1]:8080`, `unix:/run/troupe/admin.sock`.
[[nodiscard]] std::string to_text(const endpoint& where);

} // namespace http
} // namespace troupe
