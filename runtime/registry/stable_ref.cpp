// A reference to an actor by its path.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/registry/stable_ref.hpp"

#include <utility>

namespace troupe {

stable_ref::stable_ref(std::shared_ptr<actor_slot> slot) : slot_(std::move(slot)) {}

caf::strong_actor_ptr stable_ref::resolve() const&& {
  return static_cast<const stable_ref&>(*this).resolve();
}

const caf::strong_actor_ptr& stable_ref::resolve() const& {
  if (slot_) {
    if (const auto now = slot_->version.load(std::memory_order_acquire); now != seen_) {
      const std::scoped_lock lock{slot_->mutex};
      cached_ = slot_->handle;
      seen_ = now;
    }
  }
  return cached_;
}

const std::string& stable_ref::path() const noexcept {
  static const std::string none;
  return slot_ ? slot_->path : none;
}

} // namespace troupe
