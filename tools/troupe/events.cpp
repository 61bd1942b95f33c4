// troupe events: what happened last.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/verbs.hpp"

namespace troupe::tool {

namespace {

/// What is particular to an event, as `name=value`; text with spaces in quotes.
std::string details(const json& event) {
  std::string out;
  const auto add = [&](const std::string& name, const json& value) {
    auto text = value.is_string() ? value.get<std::string>() : dump(value);
    if (value.is_string() && text.find(' ') != std::string::npos)
      text = dump(value);
    out += (out.empty() ? "" : " ") + name + '=' + text;
  };
  for (const auto& [name, value] : event.items()) {
    if (name == "sequence" || name == "time" || name == "kind" || name == "path")
      continue;
    if (!value.is_object()) {
      add(name, value);
      continue;
    }
    for (const auto& [inner, part] : value.items())
      add(name + '.' + inner, part);
  }
  return out;
}

tint tint_of(const json& event) {
  if (event.contains("error") || event.contains("waited_ms"))
    return tint::bad;
  return event.contains("budget_left") ? tint::warning : tint::none;
}

} // namespace

result<report> events(const admin_api& api, std::uint64_t since, output_form form,
                      const terminal_style& style) {
  const auto document = api.events(since);
  if (!document)
    return document.error();
  report out;
  const auto& items = member(*document, {"items"});
  if (form == output_form::json_document) {
    out.out = dump(*document, 2) + '\n';
  } else if (form == output_form::json_lines) {
    for (const auto& item : items) {
      json line;
      line["schema"] = "troupe.event/1";
      line.update(item);
      out.out += dump(line) + '\n';
    }
  } else {
    table rows;
    rows.headings = {{"SEQUENCE", true}, {"TIME"}, {"KIND"}, {"PATH"}, {"DETAILS"}};
    for (const auto& item : items)
      rows.rows.push_back({{text_at(item, {"sequence"})},
                           {text_at(item, {"time"})},
                           {text_at(item, {"kind"}), tint_of(item)},
                           {text_at(item, {"path"})},
                           {details(item)}});
    out.out = render(rows, style);
  }
  if (const auto& missed = member(*document, {"missed"});
      missed.is_number_unsigned() && missed != 0u)
    out.notes.push_back(dump(missed) + " earlier events are no longer kept");
  return out;
}

} // namespace troupe::tool
