// Which actors of a snapshot are asked for, a page at a time.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/inspection/snapshot.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// Conditions that an actor meets all of, and the page wanted.
struct actor_query {
  static constexpr std::size_t default_limit = 1'000;
  static constexpr std::size_t max_limit = 10'000;

  std::vector<actor_state> states; ///< One of these; empty: any. Unobserved actors have no state.
  std::vector<std::string> types;  ///< One of these; empty: any.
  std::string text;                ///< In path or type, ASCII letters of any case; empty: any.
  std::string after; ///< Only paths behind this one by `path_less`; empty: from the start.
  std::size_t limit = default_limit;
};

/// Reads `state=` and `type=` (lists with commas; a second `state=` adds to the first), `q=`,
/// `limit=` and `cursor=`.
/// @returns `errc::invalid_argument` for a parameter that is none of these, a word that is no
///          state, or a limit outside 1 to `max_limit`.
[[nodiscard]] result<actor_query> parse_actor_query(
  const std::vector<std::pair<std::string, std::string>>& parameters);

/// The actors that meet a query's conditions, sorted by path.
struct actor_page {
  std::vector<const actor_snapshot*> items;
  std::size_t total = 0; ///< On all pages.
  bool more = false;     ///< There is a next page, after the path of the last item.
};

/// The result refers to `from`.
[[nodiscard]] actor_page select(const snapshot& from, const actor_query& query);

} // namespace troupe
