// Tables of text, and the colours in them.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::tool {

/// What a terminal can show.
struct terminal_style {
  bool color = false;
  bool unicode = false; ///< Lines of trees; otherwise ASCII.
};

enum class tint : unsigned char { none, good, warning, bad, faint };

struct cell {
  std::string text;
  tint color = tint::none;
};

struct heading {
  std::string text;
  bool right = false; ///< Numbers stand to the right.
};

struct table {
  std::vector<heading> headings;
  std::vector<std::vector<cell>> rows; ///< As many cells each as there are headings.
};

/// Lines of columns two spaces apart, without spaces at the end, each ended by a line feed; the
/// headings first. Text goes through `printable`.
[[nodiscard]] std::string render(const table& what, const terminal_style& style);

/// Printable text in a colour.
[[nodiscard]] std::string colored(std::string_view text, tint color, const terminal_style& style);

} // namespace troupe::tool
