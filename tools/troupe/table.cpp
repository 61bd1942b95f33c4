// Renders tables.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/table.hpp"

#include "tools/troupe/text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace troupe::tool {

namespace {

/// The parameter of SGR (ECMA-48 8.3.117) for a colour.
std::string_view code_of(tint color) noexcept {
  switch (color) {
    case tint::none:
      break;
    case tint::good:
      return "32";
    case tint::warning:
      return "33";
    case tint::bad:
      return "31";
    case tint::faint:
      return "2";
  }
  return {};
}

std::string paint(std::string text, tint color, const terminal_style& style) {
  const auto code = code_of(color);
  if (!style.color || code.empty() || text.empty())
    return text;
  return "\x1b[" + std::string{code} + 'm' + text + "\x1b[0m";
}

struct line_writer {
  const std::vector<heading>& headings;
  const std::vector<std::size_t>& widths;
  const terminal_style& style;
  std::string& out;

  void write(const std::vector<cell>& cells) const {
    std::size_t owed = 0; // spaces before the next text, none at the end of a line
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto gap = widths[i] - width(cells[i].text);
      owed += (i > 0 ? 2 : 0) + (headings[i].right ? gap : 0);
      if (!cells[i].text.empty()) {
        out.append(std::exchange(owed, 0), ' ');
        out += paint(cells[i].text, cells[i].color, style);
      }
      owed += headings[i].right ? 0 : gap;
    }
    out += '\n';
  }
};

} // namespace

std::string colored(std::string_view text, tint color, const terminal_style& style) {
  return paint(printable(text), color, style);
}

std::string render(const table& what, const terminal_style& style) {
  std::vector<std::vector<cell>> lines;
  lines.reserve(what.rows.size() + 1);
  auto& first = lines.emplace_back();
  for (const auto& each : what.headings)
    first.push_back({each.text, tint::faint});
  for (const auto& row : what.rows) {
    auto& line = lines.emplace_back();
    for (const auto& each : row)
      line.push_back({printable(each.text), each.color});
  }
  std::vector<std::size_t> widths(what.headings.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width(line[i].text));
  }
  std::string out;
  const line_writer writer{what.headings, widths, style, out};
  for (const auto& line : lines)
    writer.write(line);
  return out;
}

} // namespace troupe::tool
