// The columns of the table of actors; the same cells stand in the tree.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/inspection/snapshot.hpp"
#include "tools/troupe/table.hpp"

#include <span>
#include <string>
#include <string_view>

namespace troupe::tool {

/// One column. docs/inspection.md says what each means; a test compares the names.
struct column {
  std::string_view name; ///< For `-s` and `-f`; in capitals the heading.
  bool wide;             ///< Only in `-o wide`.
  /// What it shows, for observed actors.
  std::string (*text)(const actor_snapshot&);
  /// What it sorts by, largest first; null: by text.
  double (*number)(const actor_snapshot&);
};

/// All columns, from left to right; `path` is the first.
[[nodiscard]] std::span<const column> all_columns() noexcept;

/// The column with this name; null when there is none.
[[nodiscard]] const column* find_column(std::string_view name) noexcept;

[[nodiscard]] heading heading_of(const column& which);

/// An actor's cell: `-` for figures that an unobserved actor does not have, and where there is
/// nothing to show.
[[nodiscard]] cell cell_of(const column& which, const actor_snapshot& actor);

/// Whether `a` comes before `b` when sorted by a column: numbers from the largest, text from the
/// letter a, equal ones by path.
[[nodiscard]] bool comes_before(const column& by, const actor_snapshot& a, const actor_snapshot& b);

} // namespace troupe::tool
