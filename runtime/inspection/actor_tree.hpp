// The actors of a snapshot as a tree, by their paths.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/inspection/snapshot.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// The path of the supervisor above: `/app` for `/app/store`; empty for `/app`, which stands at the
/// top.
[[nodiscard]] std::string_view parent_path(std::string_view path) noexcept;

/// Orders paths so that an actor comes directly before those below it: `/app`, `/app/a`,
/// `/app/a/x`, `/app/a-b`.
[[nodiscard]] bool path_less(std::string_view a, std::string_view b) noexcept;

/// Who stands below whom. Numbers are places in `snapshot::actors`; siblings keep its order, which
/// is the order in which they were started. An actor whose parent is not in the snapshot hangs
/// below its nearest ancestor there.
struct actor_tree {
  std::vector<std::size_t> roots;
  std::vector<std::vector<std::size_t>> children; ///< One list for each actor.
};

/// Takes n log n steps and memory for n lists.
[[nodiscard]] actor_tree tree_of(const snapshot& from);

} // namespace troupe
