// Text as a terminal may show it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe::tool {

/// `text` without anything a terminal would obey: control characters and bytes that are not UTF-8
/// become `\xNN`, and characters that turn the direction of writing or cannot be seen become
/// `\u{NNNN}`.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns that printable text takes: its characters (wide ones count as one).
[[nodiscard]] std::size_t width(std::string_view text) noexcept;

/// `text` as part of a URL's path or query: everything but letters, digits and `-._~/` becomes
/// `%NN`.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// The word of `known` that is nearest to `word`, if it is near: at most two letters typed wrong,
/// left out, too many or swapped, and not more than half of the word. Empty when there is none.
template <class List>
[[nodiscard]] std::string_view nearest(std::string_view word, const List& known);

/// Letters to change, add or take out, or neighbours to swap, to make `a` into `b`.
[[nodiscard]] std::size_t distance(std::string_view a, std::string_view b);

// -- implementation -------------------------------------------------------------

template <class List>
std::string_view nearest(std::string_view word, const List& known) {
  constexpr std::size_t near = 2;
  std::string_view best;
  auto least = near + 1;
  for (const std::string_view candidate : known) {
    const auto d = distance(word, candidate);
    if (d < least && 2 * d <= candidate.size()) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

} // namespace troupe::tool
