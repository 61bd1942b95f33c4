// troupe ps: the table of actors.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/columns.hpp"
#include "tools/troupe/text.hpp"
#include "tools/troupe/verbs.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace troupe::tool {

namespace {

/// What the target selects, and what is left to do here.
struct selection {
  std::string query;
  std::vector<std::pair<const column*, std::string>> here;
};

error no_such_column(std::string_view name, const char* flag) {
  std::vector<std::string_view> names;
  std::string list;
  for (const auto& each : all_columns()) {
    names.push_back(each.name);
    list += (list.empty() ? "" : ", ") + std::string{each.name};
  }
  const auto near = nearest(name, names);
  return {errc::invalid_argument,
          std::string{flag} + ": there is no column \"" + std::string{name} + "\""
            + (near.empty() ? "" : ", did you mean \"" + std::string{near} + "\"?") + " (" + list
            + ")"};
}

result<selection> read_filters(const std::vector<std::string>& filters) {
  selection out;
  for (const auto& filter : filters) {
    const auto equals = filter.find('=');
    if (equals == std::string::npos)
      return error{errc::invalid_argument, "-f: \"" + filter + "\" is not COLUMN=VALUE"};
    const auto name = filter.substr(0, equals);
    const auto value = filter.substr(equals + 1);
    if (name == "state" || name == "type" || name == "q") {
      if (out.query.find(name + '=') != std::string::npos)
        return error{errc::invalid_argument,
                     "-f: \"" + name + "\" stands twice; several values go into one list: " + name
                       + "=a,b"};
      out.query += (out.query.empty() ? "" : "&") + name + '=' + percent_encoded(value);
    } else if (const auto* which = find_column(name)) {
      out.here.emplace_back(which, value);
    } else {
      return no_such_column(name, "-f");
    }
  }
  return out;
}

/// Whether `text` is one of the values between the commas of `list`.
bool is_one_of(std::string_view text, std::string_view list) {
  for (;;) {
    const auto comma = list.find(',');
    if (list.substr(0, comma) == text)
      return true;
    if (comma == std::string_view::npos)
      return false;
    list.remove_prefix(comma + 1);
  }
}

std::vector<std::size_t> sorted_selection(const actor_list& found, const selection& wanted,
                                          const column& by) {
  std::vector<std::size_t> places(found.items.size());
  std::iota(places.begin(), places.end(), 0);
  const auto& actors = found.model.actors;
  std::erase_if(places, [&](std::size_t i) {
    return !std::all_of(wanted.here.begin(), wanted.here.end(), [&](const auto& condition) {
      return is_one_of(cell_of(*condition.first, actors[i]).text, condition.second);
    });
  });
  std::sort(places.begin(), places.end(),
            [&](std::size_t a, std::size_t b) { return comes_before(by, actors[a], actors[b]); });
  return places;
}

std::string as_table(const actor_list& found, const std::vector<std::size_t>& places, bool wide,
                     const terminal_style& style) {
  table out;
  out.rows.resize(places.size());
  for (const auto& each : all_columns()) {
    if (each.wide && !wide)
      continue;
    out.headings.push_back(heading_of(each));
    for (std::size_t row = 0; row < places.size(); ++row)
      out.rows[row].push_back(cell_of(each, found.model.actors[places[row]]));
  }
  return render(out, style);
}

std::string as_json(actor_list& found, const std::vector<std::size_t>& places) {
  found.head["total"] = places.size();
  auto& items = found.head["items"] = json::array();
  for (const auto place : places)
    items.push_back(std::move(found.items[place]));
  return dump(found.head, 2) + '\n';
}

std::string as_json_lines(const actor_list& found, const std::vector<std::size_t>& places) {
  std::string out;
  for (const auto place : places) {
    json line;
    line["schema"] = "troupe.actor/1";
    line.update(found.items[place]);
    out += dump(line) + '\n';
  }
  return out;
}

} // namespace

result<report> ps(const admin_api& api, const ps_options& options, const terminal_style& style) {
  const auto* by = find_column(options.sort);
  if (by == nullptr)
    return no_such_column(options.sort, "-s");
  const auto wanted = read_filters(options.filters);
  if (!wanted)
    return wanted.error();
  auto found = api.actors(wanted->query);
  if (!found)
    return std::move(found).error();
  const auto places = sorted_selection(*found, *wanted, *by);
  report out;
  switch (options.form) {
    case output_form::json_document:
      out.out = as_json(*found, places);
      return out;
    case output_form::json_lines:
      out.out = as_json_lines(*found, places);
      return out;
    case output_form::text:
    case output_form::wide:
      break;
  }
  out.out = as_table(*found, places, options.form == output_form::wide, style);
  if (const auto unseen = found->model.unobserved.value_or(0); unseen > 0)
    out.notes.push_back(std::to_string(unseen)
                        + " live CAF actors without Troupe's base have no figures");
  return out;
}

} // namespace troupe::tool
