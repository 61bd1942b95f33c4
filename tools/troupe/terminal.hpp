// What the terminal is like, and how output leaves.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "tools/troupe/table.hpp"

#include <cstdio>
#include <functional>
#include <string_view>

namespace troupe::tool {

/// Reads a variable of the environment; empty when it is not set.
using environment = std::function<std::string_view(const char* name)>;

/// Whether and how to decorate. Colour only on a terminal and not with `NO_COLOR` (no-color.org) or
/// `TERM=dumb`; `FORCE_COLOR` brings it back off a terminal, `NO_COLOR` and the flag beat it. Lines
/// are drawn in Unicode when the locale is a UTF-8 one.
[[nodiscard]] terminal_style style_for(bool is_terminal, bool no_color_flag,
                                       const environment& variable);

/// Writes everything. A reader that has gone (`troupe ps | head`) is no error: it has what it
/// wanted.
/// @pre SIGPIPE is ignored.
[[nodiscard]] result<void> write_all(std::FILE* to, std::string_view text);

} // namespace troupe::tool
