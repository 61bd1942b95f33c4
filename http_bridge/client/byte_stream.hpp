// A connected socket whose every wait has an end.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace troupe::http {

/// Blocking reads and writes up to a deadline. Thread safety: one thread at a time.
class byte_stream {
public:
  /// Connects to the first address of `host` that answers.
  /// @returns `errc::timed_out`, `errc::invalid_argument` (a host that does not resolve), `errc::not_running` (nobody
  ///          listens there), `errc::permission_denied`, `errc::io_error`.
  /// The look-up of a host name has a time limit of its own, the system's.
  static result<byte_stream> connect_tcp(const std::string& host, std::uint16_t port,
                                         steady_time deadline);

  /// Connects to a Unix-domain socket. @returns as `connect_tcp`.
  static result<byte_stream> connect_unix(const std::string& path, steady_time deadline);

  byte_stream(byte_stream&& other) noexcept;
  byte_stream& operator=(byte_stream&& other) noexcept;
  ~byte_stream();

  /// Sends everything. @returns `errc::timed_out` or `errc::io_error`.
  result<void> write(std::string_view bytes, steady_time deadline);

  /// Receives at least one byte. @returns how many; 0: the other side has closed. `errc::timed_out`, `errc::io_error`.
  result<std::size_t> read(std::span<char> into, steady_time deadline);

private:
  explicit byte_stream(int fd) noexcept : fd_(fd) {}

  static result<byte_stream> connect(int fd, const void* address, std::size_t size,
                                     const std::string& name, steady_time deadline);
  result<void> wait(short events, steady_time deadline) const;

  int fd_ = -1;
};

} // namespace troupe::http
