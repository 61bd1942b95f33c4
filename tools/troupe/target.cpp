// Chooses the target.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace troupe::tool {

namespace {

result<std::string> socket_of(pid_t pid, const std::vector<admin_socket>& running) {
  const auto found = std::find_if(running.begin(), running.end(),
                                  [&](const auto& s) { return s.pid == pid; });
  if (found == running.end())
    return error{errc::not_running,
                 fmt::format("no running application has the process number {} (troupe ls)", pid)};
  return found->path;
}

std::optional<pid_t> number(std::string_view text) {
  pid_t out = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failure != std::errc{} || end != text.data() + text.size() || out <= 0)
    return std::nullopt;
  return out;
}

error nobody(const std::vector<std::string>& folders) {
  std::string places;
  for (const auto& folder : folders)
    places += (places.empty() ? "" : ", ") + folder;
  return {errc::not_running, "no running application in "
                               + (places.empty() ? std::string{"any folder"} : places)
                               + " (--socket PATH names one elsewhere)"};
}

error several(const std::vector<admin_socket>& running) {
  std::string lines = "several applications run, name one with --pid or --socket:";
  for (const auto& socket : running)
    lines += fmt::format("\n  --pid {:<8} {}  {}", socket.pid, socket.application, socket.path);
  return {errc::invalid_argument, std::move(lines)};
}

} // namespace

result<std::string> choose_target(const target_choice& choice,
                                  const std::vector<admin_socket>& running,
                                  const std::vector<std::string>& folders) {
  if (choice.socket)
    return *choice.socket;
  if (choice.pid)
    return socket_of(*choice.pid, running);
  if (choice.variable.find('/') != std::string::npos)
    return choice.variable;
  if (!choice.variable.empty()) {
    if (const auto pid = number(choice.variable))
      return socket_of(*pid, running);
    return error{errc::invalid_argument,
                 "TROUPE_TARGET: \"" + choice.variable
                   + "\" is neither the path of a socket nor the number of a process"};
  }
  if (running.empty())
    return nobody(folders);
  if (running.size() > 1)
    return several(running);
  return running.front().path;
}

} // namespace troupe::tool
