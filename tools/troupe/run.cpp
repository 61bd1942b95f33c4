// Runs a verb and writes what it has to say.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/run.hpp"

#include "tools/troupe/text.hpp"

#include <algorithm>

namespace troupe::tool {

namespace {

/// One application that hangs must not keep the others from being listed for long.
constexpr std::chrono::milliseconds longest_look{1'000};

result<report> look_around(const invocation& asked, const terminal_style& style) {
  const auto running = live_sockets(socket_folders(places_of_this_user()));
  const auto timeout = std::min(asked.timeout, longest_look);
  auto out = ls(
    running, [&](const std::string& socket) { return admin_api{fetch_from(socket, timeout)}; },
    asked.form, style);
  if (out && running.empty())
    out->notes.emplace_back("no application runs");
  return out;
}

result<report> ask(const invocation& asked, const std::string& socket,
                   const terminal_style& style) {
  const admin_api api{fetch_from(socket, asked.timeout)};
  switch (asked.verb) {
    case verb::status:
      return status(api, socket, asked.form, style);
    case verb::ps:
      return ps(api, asked.ps, style);
    case verb::tree:
      return tree(api, asked.tree, style);
    case verb::events:
      return events(api, asked.since, asked.form, style);
    case verb::ls:
    case verb::version:
      break;
  }
  return version(asked.form);
}

result<report> carry_out(const invocation& asked, const environment& variable,
                         const terminal_style& style) {
  if (asked.verb == verb::version)
    return version(asked.form);
  if (asked.verb == verb::ls)
    return look_around(asked, style);
  auto choice = asked.target;
  choice.variable = variable("TROUPE_TARGET");
  const auto folders = socket_folders(places_of_this_user());
  const auto socket = choose_target(choice, live_sockets(folders), folders);
  if (!socket)
    return socket.error();
  return ask(asked, *socket, style);
}

/// An error as lines; only its own line feeds are kept.
std::string lines_of(const error& why) {
  std::string out = "troupe: ";
  std::string_view rest = why.detail.empty() ? sentence(why.code) : std::string_view{why.detail};
  for (;;) {
    const auto end = rest.find('\n');
    out += printable(rest.substr(0, end)) + '\n';
    if (end == std::string_view::npos)
      return out;
    rest.remove_prefix(end + 1);
  }
}

/// There is nobody left to tell when standard error is closed.
void say(const streams& to, const std::string& text) {
  [[maybe_unused]] const auto told = write_all(to.notes, text);
}

exit_status put_out(const streams& to, const std::string& text) {
  if (auto written = write_all(to.out, text); !written) {
    say(to, lines_of(written.error()));
    return exit_status::failed;
  }
  return exit_status::done;
}

} // namespace

exit_status run(std::vector<std::string> words, const environment& variable, const streams& to) {
  const auto parsed = parse_command_line(std::move(words));
  if (const auto* told = std::get_if<explanation>(&parsed)) {
    if (told->status == exit_status::done)
      return put_out(to, told->text);
    say(to, told->text);
    return told->status;
  }
  const auto& asked = std::get<invocation>(parsed);
  const auto found = carry_out(asked, variable,
                               style_for(to.out_is_terminal, asked.no_color, variable));
  if (!found) {
    say(to, lines_of(found.error()));
    return status_of(found.error().code);
  }
  const auto status = put_out(to, found->out);
  for (const auto& note : found->notes)
    say(to, "troupe: " + printable(note) + '\n');
  return status;
}

} // namespace troupe::tool
