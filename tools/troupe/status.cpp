// troupe status: one screen about an application.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"
#include "tools/troupe/columns.hpp"
#include "tools/troupe/text.hpp"
#include "tools/troupe/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace troupe::tool {

namespace {

constexpr std::size_t most_loaded = 5;

std::string as_json(json info, json runtime) {
  json out;
  out["schema"] = "troupe.status/1";
  out["info"] = std::move(info);
  out["runtime"] = std::move(runtime);
  return dump(out, 2) + '\n';
}

/// `4 idle, 1 running`; states without actors are left out.
std::string states_in(const json& runtime) {
  std::string out;
  for (const auto& [state, count] : member(runtime, {"actors", "by_state"}).items()) {
    if (count.is_number_unsigned() && count.get<std::uint64_t>() > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count.get<std::uint64_t>(), state);
  }
  return out.empty() ? "-" : out;
}

std::string duration_in(const json& info) {
  const auto& seconds = member(info, {"uptime_s"});
  if (!seconds.is_number())
    return "-";
  return troupe::to_text(
    std::chrono::nanoseconds{static_cast<std::int64_t>(seconds.get<double>() * 1e9)});
}

/// The longest mailboxes, where there is anything in them.
std::string backlog(const snapshot& from, const terminal_style& style) {
  const auto& by = *find_column("mailbox");
  std::vector<const actor_snapshot*> actors;
  for (const auto& actor : from.actors) {
    if (actor.depth > 0)
      actors.push_back(&actor);
  }
  std::sort(actors.begin(), actors.end(),
            [&](auto* a, auto* b) { return comes_before(by, *a, *b); });
  actors.resize(std::min(actors.size(), most_loaded));
  if (actors.empty())
    return {};
  table out;
  for (const auto name : {"path", "state", "mailbox", "current"}) {
    const auto& which = *find_column(name);
    out.headings.push_back(heading_of(which));
    out.rows.resize(actors.size());
    for (std::size_t i = 0; i < actors.size(); ++i)
      out.rows[i].push_back(cell_of(which, *actors[i]));
  }
  return '\n' + render(out, style);
}

} // namespace

result<report> status(const admin_api& api, std::string_view socket, output_form form,
                      const terminal_style& style) {
  auto info = api.info();
  if (!info)
    return std::move(info).error();
  auto runtime = api.runtime();
  if (!runtime)
    return std::move(runtime).error();
  if (form == output_form::json_document)
    return report{as_json(*std::move(info), *std::move(runtime)), {}};
  const auto actors = api.actors();
  if (!actors)
    return actors.error();

  const auto& now = *runtime;
  const bool ready = member(now, {"ready", "ok"}) == true;
  std::string out = printable(text_at(*info, {"app", "name"})) + "  "
                    + colored(text_at(now, {"state"}), ready ? tint::good : tint::warning, style);
  if (!member(now, {"state_since"}).is_null())
    out += " since " + printable(text_at(now, {"state_since"}));
  if (!member(now, {"reason"}).is_null())
    out += " (" + printable(text_at(now, {"reason"})) + ')';
  out += '\n';
  const auto line = [&](std::string_view name, const std::string& text) {
    out += fmt::format("  {:<9} {}\n", name, printable(text));
  };
  line("process", fmt::format("{} on {}, up {}", text_at(*info, {"pid"}), text_at(*info, {"host"}),
                              duration_in(*info)));
  line("socket", std::string{socket});
  line("version",
       fmt::format("troupe {}, CAF {}, {}, {}", text_at(*info, {"troupe"}), text_at(*info, {"caf"}),
                   text_at(*info, {"build", "compiler"}), text_at(*info, {"build", "type"})));
  line("actors", fmt::format("{}: {}; {} without figures", text_at(now, {"actors", "total"}),
                             states_in(now), text_at(now, {"actors", "unobserved"})));
  line("messages",
       fmt::format("{} handled, {} waiting, {} refused, {} unhandled",
                   text_at(now, {"msgs", "total"}), text_at(now, {"mailbox", "depth"}),
                   text_at(now, {"msgs", "refused"}), text_at(now, {"msgs", "unhandled"})));
  line("failures",
       fmt::format("{} errors, {} restarts", text_at(now, {"errors"}), text_at(now, {"restarts"})));
  return report{out + backlog(actors->model, style), {}};
}

} // namespace troupe::tool
