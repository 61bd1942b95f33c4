// Decides on colours and writes output.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/terminal.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <string>
#include <system_error>

namespace troupe::tool {

namespace {

bool wants_color(bool is_terminal, bool no_color_flag, const environment& variable) {
  if (no_color_flag || !variable("NO_COLOR").empty())
    return false;
  if (const auto forced = variable("FORCE_COLOR"); !forced.empty())
    return forced != "0";
  return is_terminal && variable("TERM") != "dumb";
}

bool locale_is_utf8(const environment& variable) {
  // The first that is set counts (POSIX, environment variables, 8.2).
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value{variable(name)};
    if (value.empty())
      continue;
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

} // namespace

terminal_style style_for(bool is_terminal, bool no_color_flag, const environment& variable) {
  return {wants_color(is_terminal, no_color_flag, variable), locale_is_utf8(variable)};
}

result<void> write_all(std::FILE* to, std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), to) == text.size();
  if ((written && std::fflush(to) == 0) || errno == EPIPE)
    return {};
  return error{errc::io_error, "the output: " + std::generic_category().message(errno)};
}

} // namespace troupe::tool
