// From an invocation to output and exit status.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tools/troupe/command_line.hpp"
#include "tools/troupe/terminal.hpp"

#include <cstdio>
#include <string>
#include <vector>

namespace troupe::tool {

/// Where output goes.
struct streams {
  std::FILE* out;
  std::FILE* notes; ///< Everything that is not the answer.
  bool out_is_terminal;
};

/// Does what the words say. Blocking.
/// @param words without the program's name.
[[nodiscard]] exit_status run(std::vector<std::string> words, const environment& variable,
                              const streams& to);

} // namespace troupe::tool
