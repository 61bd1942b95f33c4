// The children of one supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/child_table.hpp"

#include <utility>

namespace troupe::internal {

child_table::child_table(std::string_view parent_path, std::vector<child_spec> children) {
  entries_.reserve(children.size());
  for (auto& spec : children) {
    auto path = std::string{parent_path} + "/" + spec.id;
    entries_.push_back(
      {std::move(spec), std::move(path), nullptr, nullptr, std::nullopt, {}, std::nullopt});
  }
}

std::optional<std::size_t> child_table::find(std::uint64_t actor_id) const {
  const auto it = by_actor_.find(actor_id);
  return it == by_actor_.end() ? std::nullopt : std::optional{it->second};
}

void child_table::bind(std::size_t child, started_child actor) {
  release(child);
  auto& e = entries_[child];
  by_actor_.emplace(actor.handle->id(), child);
  e.handle = std::move(actor.handle);
  e.record = std::move(actor.record);
}

void child_table::release(std::size_t child) {
  auto& e = entries_[child];
  if (e.handle)
    by_actor_.erase(e.handle->id());
  e.handle = nullptr;
  e.record = nullptr;
}

std::vector<planned_child> child_table::planned() const {
  std::vector<planned_child> out;
  out.reserve(entries_.size());
  for (const auto& e : entries_)
    out.push_back({.id = e.spec.id, .restart = e.spec.restart, .shutdown = e.spec.shutdown});
  return out;
}

} // namespace troupe::internal
