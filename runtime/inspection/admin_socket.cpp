// Finds admin sockets.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/admin_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace troupe {

namespace {

constexpr std::string_view extension = ".sock";

/// Closes a descriptor at the end of the scope.
struct descriptor {
  int fd;
  explicit descriptor(int opened) noexcept : fd(opened) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd >= 0)
      ::close(fd);
  }
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string home_from_database() {
  std::array<char, 4'096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0
      || found == nullptr || found->pw_dir == nullptr)
    return {};
  return found->pw_dir;
}

std::vector<admin_socket> sockets_in(const std::string& folder) {
  std::vector<admin_socket> out;
  std::error_code failure;
  std::filesystem::directory_iterator each{folder, failure};
  for (const std::filesystem::directory_iterator end; !failure && each != end;
       each.increment(failure)) {
    if (auto socket = parse_socket_path(each->path().native()))
      out.push_back(std::move(*socket));
  }
  return out;
}

} // namespace

user_places places_of_this_user() {
  auto home = environment("HOME");
  if (home.empty())
    home = home_from_database();
  return {environment("XDG_RUNTIME_DIR"), std::move(home), ::geteuid() == 0};
}

std::vector<std::string> socket_folders(const user_places& user) {
  std::vector<std::string> out;
  if (user.runtime_dir.starts_with('/'))
    out.push_back(user.runtime_dir + "/troupe");
  if (user.root)
    out.emplace_back("/run/troupe");
  if (user.home.starts_with('/'))
    out.push_back(user.home + "/.local/state/troupe");
  return out;
}

result<std::string> socket_folder(const user_places& user) {
  auto folders = socket_folders(user);
  if (folders.empty())
    return error{
      errc::not_found,
      "no place for the admin socket: neither XDG_RUNTIME_DIR nor HOME is an absolute path"};
  return std::move(folders.front());
}

std::string socket_file_name(std::string_view application, pid_t pid) {
  return std::string{application} + '.' + std::to_string(pid) + std::string{extension};
}

std::optional<admin_socket> parse_socket_path(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  if (!name.ends_with(extension))
    return std::nullopt;
  name.remove_suffix(extension.size());
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0)
    return std::nullopt;
  const auto digits = name.substr(dot + 1);
  pid_t pid = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  if (failure != std::errc{} || end != digits.data() + digits.size() || pid <= 0)
    return std::nullopt;
  return admin_socket{std::string{path}, std::string{name.substr(0, dot)}, pid};
}

socket_life life_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return socket_life::unknown;
  std::copy(path.begin(), path.end(), address.sun_path);
  const descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (probe.fd < 0)
    return socket_life::unknown;
  if (::connect(probe.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket_life::live;
  if (errno == EAGAIN) // somebody listens who is behind with accepting
    return socket_life::live;
  return errno == ECONNREFUSED ? socket_life::dead : socket_life::unknown;
}

std::vector<admin_socket> live_sockets(const std::vector<std::string>& folders) {
  std::vector<admin_socket> out;
  for (const auto& folder : folders) {
    for (auto& socket : sockets_in(folder)) {
      if (life_of(socket.path) != socket_life::dead)
        out.push_back(std::move(socket));
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.application, a.pid, a.path) < std::tie(b.application, b.pid, b.path);
  });
  return out;
}

void remove_dead_sockets(const std::string& folder) {
  const descriptor lock{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (lock.fd < 0 || ::flock(lock.fd, LOCK_EX | LOCK_NB) != 0)
    return;
  for (const auto& socket : sockets_in(folder)) {
    const bool process_gone = ::kill(socket.pid, 0) != 0 && errno == ESRCH;
    if (process_gone && life_of(socket.path) == socket_life::dead)
      ::unlink(socket.path.c_str());
  }
}

} // namespace troupe
