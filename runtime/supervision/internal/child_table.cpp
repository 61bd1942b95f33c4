// The children of one supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/child_table.hpp"

#include <utility>

namespace troupe::internal {

std::string_view child_table::entry::id() const noexcept {
  return std::string_view{path}.substr(path.rfind('/') + 1);
}

void child_table::put(child_slot slot, std::string_view id, std::shared_ptr<const child_spec> spec,
                      std::any args) {
  if (slot >= entries_.size())
    entries_.resize(slot + 1);
  entries_[slot] = std::make_unique<entry>();
  auto& e = *entries_[slot];
  e.spec = std::move(spec);
  e.args = std::move(args);
  e.path.reserve(parent_path_.size() + 1 + id.size());
  e.path.append(parent_path_).append("/").append(id);
  if (by_id_)
    by_id_->emplace(e.id(), slot);
}

void child_table::erase(child_slot slot) {
  release(slot);
  if (by_id_)
    by_id_->erase(at(slot).id());
  entries_[slot] = nullptr;
}

bool child_table::stands(std::uint64_t actor_id, child_slot slot) const noexcept {
  return slot < entries_.size() && entries_[slot] && entries_[slot]->handle
         && entries_[slot]->handle->id() == actor_id;
}

std::optional<child_slot> child_table::find_plain(std::uint64_t actor_id) const {
  const auto it = plain_.find(actor_id);
  return it == plain_.end() ? std::nullopt : std::optional{it->second};
}

std::optional<child_slot> child_table::find_id(std::string_view id) {
  if (!by_id_) {
    by_id_.emplace();
    for (child_slot slot = 0; slot < entries_.size(); ++slot)
      if (entries_[slot])
        by_id_->emplace(entries_[slot]->id(), slot);
  }
  const auto it = by_id_->find(id);
  return it == by_id_->end() ? std::nullopt : std::optional{it->second};
}

void child_table::bind(child_slot slot, started_child actor) {
  release(slot);
  auto& e = at(slot);
  if (!actor.record)
    plain_.emplace(actor.handle->id(), slot);
  e.handle = std::move(actor.handle);
  e.record = std::move(actor.record);
}

void child_table::release(child_slot slot) {
  auto& e = at(slot);
  if (e.handle && !e.record)
    plain_.erase(e.handle->id());
  e.handle = nullptr;
}

} // namespace troupe::internal
