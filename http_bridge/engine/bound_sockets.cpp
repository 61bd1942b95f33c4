// Binds TCP and Unix-domain listeners.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/bound_sockets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace troupe::http {

namespace {

constexpr int socket_flags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

error os_error(std::string_view what, int number) {
  const auto code = number == EACCES || number == EPERM ? errc::permission_denied : errc::io_error;
  return {code, fmt::format("{}: {}", what, std::generic_category().message(number))};
}

error tcp_error(const tcp_endpoint& where, int number) {
  if (number == EADDRINUSE)
    return {errc::address_in_use, fmt::format("port {} is in use (try --port)", where.port)};
  return os_error(to_text(endpoint{where}), number);
}

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

using address_list = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

result<address_list> look_up(const tcp_endpoint& where) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints,
                                    &found);
  if (failure != 0)
    return error{errc::invalid_argument,
                 fmt::format("endpoint.host: {}: {}", where.host, ::gai_strerror(failure))};
  return address_list{found, &::freeaddrinfo};
}

/// The port of an IPv4 or IPv6 address, in place.
in_port_t& port_field(sockaddr_storage& address) {
  return address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                       : reinterpret_cast<sockaddr_in&>(address).sin_port;
}

/// A bound socket that does not listen. @returns the errno on failure.
int bind_tcp(const sockaddr_storage& address, socklen_t size, bool share, unique_fd& out) {
  unique_fd fd{::socket(address.ss_family, socket_flags, 0)};
  if (!fd.open() || !set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR))
    return errno;
  if (share && !set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT))
    return errno;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0)
    return errno;
  out = std::move(fd);
  return 0;
}

/// A stale socket file refuses connections; whatever else happens, somebody may be there.
bool nobody_listens(const sockaddr_un& address) {
  unique_fd probe{::socket(AF_UNIX, socket_flags, 0)};
  if (!probe.open())
    return false;
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
         && errno == ECONNREFUSED;
}

result<void> remove_dead_socket(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0)
    return errno == ENOENT ? result<void>{} : os_error(path, errno);
  if (!S_ISSOCK(found.st_mode))
    return error{errc::already_exists, path + " is not a socket"};
  if (!nobody_listens(address))
    return error{errc::address_in_use, path + " is in use"};
  if (::unlink(path.c_str()) != 0)
    return os_error(path, errno);
  return {};
}

/// Makes the folder when it is missing, private to this user, and locks it: of two servers that start at once the
/// second then finds the first one's live socket instead of removing it.
result<unique_fd> lock_folder(const std::string& path) {
  auto folder = std::filesystem::path{path}.parent_path();
  if (folder.empty())
    folder = ".";
  std::error_code ignored;
  if (folder.has_parent_path() && !std::filesystem::exists(folder, ignored))
    std::filesystem::create_directories(folder.parent_path(), ignored);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return os_error(folder.string(), errno);
  unique_fd lock{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!lock.open() || ::flock(lock.get(), LOCK_EX) != 0)
    return os_error(folder.string(), errno);
  return lock;
}

} // namespace

void unique_fd::close() noexcept {
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

/// Removes the file it was made for, unless somebody has put another one in its place.
struct bound_sockets::socket_file {
  std::string path;
  dev_t device;
  ino_t inode;

  socket_file(std::string where, const struct stat& found)
    : path(std::move(where)), device(found.st_dev), inode(found.st_ino) {}
  socket_file(const socket_file&) = delete;
  socket_file& operator=(const socket_file&) = delete;
  ~socket_file() {
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0 && found.st_dev == device && found.st_ino == inode)
      ::unlink(path.c_str());
  }
};

bound_sockets::bound_sockets() = default;
bound_sockets::bound_sockets(bound_sockets&&) noexcept = default;
bound_sockets& bound_sockets::operator=(bound_sockets&&) noexcept = default;
bound_sockets::~bound_sockets() = default;

result<bound_sockets> bound_sockets::open(const endpoint& where, std::size_t count) {
  if (auto fine = validate(where); !fine)
    return fine.error();
  if (const auto* local = std::get_if<unix_endpoint>(&where))
    return open_unix(*local);
  return open_tcp(std::get<tcp_endpoint>(where), count);
}

result<bound_sockets> bound_sockets::open_tcp(const tcp_endpoint& where, std::size_t count) {
  auto found = look_up(where);
  if (!found)
    return std::move(found).error();
  sockaddr_storage address{};
  socklen_t size = 0;
  bound_sockets made;
  // SO_REUSEADDR alone lets a socket bind beside those that do not listen, so only a server in use is in the way.
  unique_fd probe;
  int failure = EADDRNOTAVAIL;
  for (auto* each = found->get(); each != nullptr && failure != 0 && failure != EADDRINUSE;
       each = each->ai_next) {
    size = each->ai_addrlen;
    std::memcpy(&address, each->ai_addr, size);
    failure = bind_tcp(address, size, false, probe);
  }
  if (failure != 0)
    return tcp_error(where, failure);
  socklen_t length = sizeof address;
  if (::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return os_error("getsockname", errno);
  made.address_ = tcp_endpoint{where.host, ntohs(port_field(address))};

  for (std::size_t i = 0; i < count; ++i) {
    unique_fd fd;
    failure = bind_tcp(address, size, true, fd);
    // Accepted sockets inherit TCP_NODELAY from their listener: one system call for all of them.
    if (failure == 0 && !set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY))
      failure = errno;
    if (failure != 0)
      return tcp_error(std::get<tcp_endpoint>(made.address_), failure);
    made.sockets_.push_back(std::move(fd));
  }
  made.tcp_ = std::make_unique<sockaddr_storage>(address);
  return made;
}

result<void> bound_sockets::listen() {
  if (!tcp_)
    return {}; // a Unix-domain socket listens already
  // Two processes that started at once have both found the address free; who listens first keeps it.
  const auto size = tcp_->ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  unique_fd probe;
  int failure = bind_tcp(*tcp_, static_cast<socklen_t>(size), false, probe);
  for (std::size_t i = 0; failure == 0 && i < sockets_.size(); ++i)
    if (::listen(sockets_[i].get(), SOMAXCONN) != 0)
      failure = errno;
  return failure == 0 ? result<void>{} : tcp_error(std::get<tcp_endpoint>(address_), failure);
}

result<unique_fd> bound_sockets::duplicate(std::size_t index) const {
  unique_fd copy{::fcntl(sockets_[index].get(), F_DUPFD_CLOEXEC, 0)};
  if (!copy.open())
    return os_error("a listening socket", errno);
  return copy;
}

void bound_sockets::shut(std::size_t index) noexcept {
  ::shutdown(sockets_[index].get(), SHUT_RDWR);
}

result<bound_sockets> bound_sockets::open_unix(const unix_endpoint& where) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(where.path.begin(), where.path.end(), address.sun_path);

  auto lock = lock_folder(where.path);
  if (!lock)
    return std::move(lock).error();
  if (auto free = remove_dead_socket(where.path, address); !free)
    return free.error();
  unique_fd fd{::socket(AF_UNIX, socket_flags, 0)};
  if (!fd.open())
    return os_error("socket", errno);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return errno == EADDRINUSE ? error{errc::address_in_use, where.path + " is in use"}
                               : os_error(where.path, errno);

  bound_sockets made;
  made.address_ = where;
  struct stat file {};
  if (::lstat(where.path.c_str(), &file) == 0)
    made.file_ = std::make_unique<socket_file>(where.path, file);
  // Nobody can connect before `listen`, so the wider permissions of the moment in between let nobody in.
  if (::chmod(where.path.c_str(), where.mode) != 0 || ::listen(fd.get(), SOMAXCONN) != 0)
    return os_error(where.path, errno);
  made.sockets_.push_back(std::move(fd));
  return made;
}

} // namespace troupe::http
