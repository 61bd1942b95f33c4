// A snapshot as JSON: the documents of the admin API.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"
#include "runtime/inspection/actor_query.hpp"
#include "runtime/inspection/event_log.hpp"
#include "runtime/inspection/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

// The members of every document are listed in docs/inspection.md. Within a schema's number members
// are added, never renamed or removed. Text that is not UTF-8 is mended with U+FFFD.

/// Schema `troupe.actors/1`: one page of the actors of `from`.
[[nodiscard]] std::string actors_json(const snapshot& from, const actor_page& page);

/// Schema `troupe.actor/1`: one actor, with its parent and its children.
/// @returns `errc::not_found` when the snapshot has no such path.
[[nodiscard]] result<std::string> actor_json(const snapshot& from, std::string_view path);

/// Schema `troupe.tree/1`: the actor at `root` with all that stand below it, or every tree when
/// `root` is empty.
/// @returns `errc::not_found` when the snapshot has no such path.
[[nodiscard]] result<std::string> tree_json(const snapshot& from, std::string_view root);

/// Schema `troupe.runtime/1`: the application as a whole.
/// @param mark the state entered last, if it is known.
[[nodiscard]] std::string runtime_json(const snapshot& from,
                                       const std::optional<lifespan_mark>& mark);

/// What a process says of itself.
struct process_facts {
  std::int64_t pid = 0;
  std::string host;
  wall_time started{};
};

/// Schema `troupe.info/1`: application, build and process.
[[nodiscard]] std::string info_json(const snapshot& from, const process_facts& process);

} // namespace troupe
