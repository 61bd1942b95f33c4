// Sockets of the client.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/client/byte_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <memory>
#include <system_error>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace troupe::http {

namespace {

constexpr int socket_flags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

error os_error(const std::string& what, int number) {
  auto code = errc::io_error;
  if (number == EACCES || number == EPERM)
    code = errc::permission_denied;
  else if (number == ECONNREFUSED || number == ENOENT)
    code = errc::not_running;
  return {code, what + ": " + std::generic_category().message(number)};
}

} // namespace

byte_stream::byte_stream(byte_stream&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
  // nop
}

byte_stream& byte_stream::operator=(byte_stream&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

byte_stream::~byte_stream() {
  if (fd_ >= 0)
    ::close(fd_);
}

result<byte_stream> byte_stream::connect_tcp(const std::string& host, std::uint16_t port,
                                             steady_time deadline) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found))
    return error{errc::invalid_argument, host + ": " + ::gai_strerror(failure)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, &::freeaddrinfo};
  error last{errc::io_error, host + ": no address"};
  for (auto* each = found; each != nullptr; each = each->ai_next) {
    const int fd = ::socket(each->ai_family, socket_flags, 0);
    auto made = connect(fd, each->ai_addr, each->ai_addrlen, host + ":" + std::to_string(port),
                        deadline);
    if (made) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return made;
    }
    last = std::move(made).error();
  }
  return last;
}

result<byte_stream> byte_stream::connect_unix(const std::string& path, steady_time deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return error{errc::invalid_argument, path + ": not the path of a socket"};
  std::copy(path.begin(), path.end(), address.sun_path);
  return connect(::socket(AF_UNIX, socket_flags, 0), &address, sizeof address, path, deadline);
}

result<byte_stream> byte_stream::connect(int fd, const void* address, std::size_t size,
                                         const std::string& name, steady_time deadline) {
  if (fd < 0)
    return os_error("socket", errno);
  byte_stream made{fd};
  while (::connect(fd, static_cast<const sockaddr*>(address), static_cast<socklen_t>(size)) != 0) {
    if (errno == EISCONN)
      break;
    // A Unix-domain socket whose queue is full says EAGAIN and has to be asked again (connect(2)).
    if (errno != EINPROGRESS && errno != EALREADY && errno != EINTR && errno != EAGAIN)
      return os_error(name, errno);
    if (errno == EAGAIN)
      ::poll(nullptr, 0, 10);
    else if (auto done = made.wait(POLLOUT, deadline); !done)
      return done.error();
    int failure = 0;
    socklen_t length = sizeof failure;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length);
    if (failure != 0)
      return os_error(name, failure);
    if (std::chrono::steady_clock::now() >= deadline)
      return error{errc::timed_out, name};
  }
  return made;
}

result<void> byte_stream::wait(short events, steady_time deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                        deadline - std::chrono::steady_clock::now())
                        .count();
    pollfd ready{fd_, events, 0};
    const auto time = std::clamp<std::int64_t>(left, 0, INT_MAX);
    const int count = ::poll(&ready, 1, static_cast<int>(time));
    if (count > 0)
      return {};
    if (count < 0 && errno != EINTR)
      return os_error("poll", errno);
    if (left <= 0)
      return error{errc::timed_out, {}};
  }
}

result<void> byte_stream::write(std::string_view bytes, steady_time deadline) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN && errno != EINTR)
      return os_error("send", errno);
    else if (auto ready = wait(POLLOUT, deadline); !ready)
      return ready;
  }
  return {};
}

result<std::size_t> byte_stream::read(std::span<char> into, steady_time deadline) {
  for (;;) {
    const auto received = ::recv(fd_, into.data(), into.size(), 0);
    if (received >= 0)
      return static_cast<std::size_t>(received);
    if (errno != EAGAIN && errno != EINTR)
      return os_error("recv", errno);
    if (auto ready = wait(POLLIN, deadline); !ready)
      return ready.error();
  }
}

} // namespace troupe::http
