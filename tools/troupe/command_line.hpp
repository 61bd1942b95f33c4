// The command line of `troupe`.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tools/troupe/exit_status.hpp"
#include "tools/troupe/target.hpp"
#include "tools/troupe/verbs.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace troupe::tool {

enum class verb : unsigned char { ls, status, ps, tree, events, version };

/// What was asked for.
struct invocation {
  tool::verb verb = verb::status;
  target_choice target; ///< Without the variable of the environment.
  std::chrono::milliseconds timeout{5'000};
  bool no_color = false;
  output_form form = output_form::text;
  ps_options ps;
  tree_options tree;
  std::uint64_t since = 0;
};

/// Instead of a verb: help, or what is wrong with the line.
struct explanation {
  exit_status status; ///< `done` for help, which belongs on standard output; `usage` for the rest.
  std::string text;   ///< Ended by a line feed.
};

/// @param words without the program's name.
[[nodiscard]] std::variant<invocation, explanation> parse_command_line(
  std::vector<std::string> words);

} // namespace troupe::tool
