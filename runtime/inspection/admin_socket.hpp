// Where the admin sockets of running applications lie, and which of them are alive.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace [[gnu::visibility("default")]] troupe {

/// What decides where the sockets of a user lie.
struct user_places {
  std::string runtime_dir; ///< $XDG_RUNTIME_DIR; empty or relative: not there.
  std::string home;        ///< Home folder; empty: there is none.
  bool root = false;
};

/// Those of this process: its environment, and the user database where HOME is not set.
[[nodiscard]] user_places places_of_this_user();

/// The folder in which applications of this user put their sockets: `$XDG_RUNTIME_DIR/troupe`, else
/// `/run/troupe` for root, else `~/.local/state/troupe`.
/// @returns `errc::not_found` when there is none of the three.
[[nodiscard]] result<std::string> socket_folder(const user_places& user);

/// Every folder to look for sockets in: all of the three that apply to this user, best first.
[[nodiscard]] std::vector<std::string> socket_folders(const user_places& user);

/// A socket by its name, `APP.PID.sock`.
struct admin_socket {
  std::string path;
  std::string application;
  pid_t pid = 0;

  friend bool operator==(const admin_socket&, const admin_socket&) = default;
};

/// `hostwatch.4711.sock`.
[[nodiscard]] std::string socket_file_name(std::string_view application, pid_t pid);

/// The parts of a path that ends in such a name; nothing for any other.
[[nodiscard]] std::optional<admin_socket> parse_socket_path(std::string_view path);

/// Whether somebody listens at a socket.
enum class socket_life : std::uint8_t {
  live,    ///< Somebody does.
  dead,    ///< Connections are refused.
  unknown, ///< It could not be found out: there is no such file, or no right to connect.
};

/// Connects and hangs up. Not blocking.
[[nodiscard]] socket_life life_of(const std::string& path);

/// The sockets in these folders that are not dead, sorted by name; a folder that is missing or
/// closed to this user has none.
[[nodiscard]] std::vector<admin_socket> live_sockets(const std::vector<std::string>& folders);

/// Removes the files that processes left in `folder` when they were killed: nobody listens and
/// there is no process of this number. Not blocking: while somebody holds the lock on the folder,
/// as whoever binds a socket there does, nothing is removed.
void remove_dead_sockets(const std::string& folder);

} // namespace troupe
