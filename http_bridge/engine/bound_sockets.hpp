// Binds and opens listening sockets, and says clearly when somebody else has the address.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "http_bridge/endpoint.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

struct sockaddr_storage;

namespace troupe::http {

/// A file descriptor with one owner.
class unique_fd {
public:
  unique_fd() noexcept = default;
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(other.release()) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = other.release();
    }
    return *this;
  }
  ~unique_fd() { close(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool open() const noexcept { return fd_ >= 0; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void close() noexcept;

private:
  int fd_ = -1;
};

/// Sockets that share one address, non-blocking, closed on exec. A Unix-domain socket's file is removed
/// again when this is destroyed, if it is still the one that was made.
class bound_sockets {
public:
  bound_sockets();
  bound_sockets(bound_sockets&&) noexcept;
  bound_sockets& operator=(bound_sockets&&) noexcept;
  ~bound_sockets();

  /// Binds.
  ///
  /// TCP: `count` sockets with SO_REUSEPORT. As that option lets a second process of the same user bind without a
  /// word, a probe without it goes first. Of a host with several addresses the first that can be bound is taken.
  /// Unix-domain: one socket, whatever `count` says, which listens at once; the file of a dead server is removed, a
  /// live one is never replaced, and two servers that start at once take turns.
  ///
  /// @returns - `errc::address_in_use`: `port 8080 is in use (try --port)`, `/run/x.sock is in use`,
  ///          - `errc::already_exists` if the path is a file that is no socket,
  ///          - `errc::permission_denied`, `errc::invalid_argument` (a host that does not resolve), `errc::io_error`.
  /// Blocking: a host name is looked up.
  static result<bound_sockets> open(const endpoint& where, std::size_t count);

  /// Begins to listen; clients can connect from now on.
  /// @returns as `open`: somebody else may have begun to listen in the meantime.
  result<void> listen();

  /// The address with the port that was given out.
  [[nodiscard]] const endpoint& address() const noexcept { return address_; }

  [[nodiscard]] std::size_t count() const noexcept { return sockets_.size(); }

  /// Another descriptor of the socket `index`.
  [[nodiscard]] result<unique_fd> duplicate(std::size_t index) const;

  /// Stops listening on the socket `index`, whoever else has a descriptor of it. The address is free then.
  void shut(std::size_t index) noexcept;

private:
  static result<bound_sockets> open_tcp(const tcp_endpoint& where, std::size_t count);
  static result<bound_sockets> open_unix(const unix_endpoint& where);

  endpoint address_;
  std::vector<unique_fd> sockets_;
  std::unique_ptr<sockaddr_storage> tcp_;
  struct socket_file;
  std::unique_ptr<socket_file> file_;
};

} // namespace troupe::http
