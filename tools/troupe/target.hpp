// Which running application is meant.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/inspection/admin_socket.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::tool {

/// What was said about the target.
struct target_choice {
  std::optional<std::string> socket; ///< `--socket`.
  std::optional<pid_t> pid;          ///< `--pid`.
  std::string variable; ///< `TROUPE_TARGET`: a path, or the number of a process; empty: not set.
};

/// The socket that is meant: the flags first, then the variable, then the only application that
/// runs.
/// @param running live sockets, sorted by name.
/// @param folders where they were looked for, for the message.
/// @returns `errc::invalid_argument` when several run (they are listed) or the variable makes no
///          sense, `errc::not_running` when none runs, or none with this number.
[[nodiscard]] result<std::string> choose_target(const target_choice& choice,
                                                const std::vector<admin_socket>& running,
                                                const std::vector<std::string>& folders);

} // namespace troupe::tool
