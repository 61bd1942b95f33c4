// Who stands behind which path.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/registry/registry.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

std::shared_ptr<actor_slot> registry::slot(std::string_view path) {
  const std::scoped_lock lock{mutex_};
  if (const auto it = slots_.find(path); it != slots_.end())
    return it->second;
  auto made = std::make_shared<actor_slot>(std::string{path}, next_sequence_++);
  slots_.emplace(std::string{path}, made);
  return made;
}

stable_ref registry::ref(std::string_view path) {
  return stable_ref{slot(path)};
}

void registry::enter(std::string_view path, caf::strong_actor_ptr handle,
                     std::shared_ptr<actor_record> record) {
  const auto s = slot(path);
  caf::strong_actor_ptr previous; // released after the lock: it may be the last reference
  const std::scoped_lock lock{s->mutex};
  previous = std::exchange(s->handle, std::move(handle));
  s->record = std::move(record);
  s->version.fetch_add(1, std::memory_order_release);
}

void registry::leave(std::string_view path) {
  const auto s = slot(path);
  caf::strong_actor_ptr previous;
  const std::scoped_lock lock{s->mutex};
  previous = std::exchange(s->handle, nullptr);
  s->version.fetch_add(1, std::memory_order_release);
}

std::vector<registered_actor> registry::list() const {
  std::vector<std::shared_ptr<actor_slot>> slots;
  {
    const std::scoped_lock lock{mutex_};
    slots.reserve(slots_.size());
    for (const auto& [path, slot] : slots_)
      slots.push_back(slot);
  }
  std::sort(slots.begin(), slots.end(),
            [](const auto& a, const auto& b) { return a->sequence < b->sequence; });
  std::vector<registered_actor> out;
  for (const auto& slot : slots) {
    const std::scoped_lock lock{slot->mutex};
    if (slot->handle || slot->record)
      out.push_back({slot->path, slot->handle != nullptr, slot->record});
  }
  return out;
}

void registry::clear() {
  std::vector<std::string> paths;
  {
    const std::scoped_lock lock{mutex_};
    for (const auto& [path, slot] : slots_)
      paths.push_back(path);
  }
  for (const auto& path : paths)
    leave(path);
}

void registry::publish(const supervisor_event& event) noexcept {
  if (const auto* spawned = std::get_if<child_spawned>(&event))
    enter(spawned->path, spawned->handle, spawned->record);
  else if (const auto* stopped = std::get_if<child_stopped>(&event))
    leave(stopped->path);
  else if (const auto* abandoned = std::get_if<child_abandoned>(&event))
    leave(abandoned->child.path);
}

} // namespace troupe
