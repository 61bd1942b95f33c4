// The admin API as a child of an application: what runs, told over a Unix-domain socket.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

class application;

namespace http {

struct admin_options {
  /// Path of the socket; empty: `APP.PID.sock` in the user's folder (`socket_folder` in
  /// admin_socket.hpp), where the command-line tool finds it by itself.
  std::string socket;
};

/// The path of the socket that `make_admin` would use.
/// @returns `errc::not_found` when the user has no folder for sockets, `errc::invalid_argument`
///          when the application's name cannot be part of a file's name.
[[nodiscard]] result<std::string> admin_socket_path(std::string_view application,
                                                    const admin_options& options);

/// The admin API (admin_routes.hpp) as a child, for applications with and without HTTP of their
/// own. Add it first: it then answers from the start of the other children until they have been
/// stopped. It listens on a Unix-domain socket that only this user may open (mode 0600, a new
/// folder 0700), on a thread of its own, and reads only; no actor is asked, so it answers also when
/// all of them hang.
///
/// From this call on the application's events are remembered, the last
/// `event_log::default_capacity` of them. In the user's folder the start removes the sockets of
/// processes that are gone.
///
/// Its start fails with what `admin_socket_path` says, with `errc::address_in_use` when somebody
/// listens at the path, with `errc::already_exists` when the path is no socket, or with the
/// system's error.
/// @param app is observed; call this before it runs.
[[nodiscard]] child_spec make_admin(application& app, std::string id = "admin",
                                    admin_options options = {});

} // namespace http
} // namespace troupe
