// Places deadlines in the buckets of a hashed wheel.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/deadline_wheel.hpp"

#include <algorithm>

namespace troupe::http {

deadline_wheel::deadline_wheel(steady_time start, std::chrono::milliseconds tick) noexcept
  : start_(start), tick_(tick) {
  // nop
}

std::uint64_t deadline_wheel::tick_of(steady_time when) const noexcept {
  return when <= start_ ? 0 : static_cast<std::uint64_t>((when - start_) / tick_);
}

std::uint64_t deadline_wheel::tick_for(steady_time due) const noexcept {
  const auto passed = tick_of(due);
  const auto exact = due <= start_ || (due - start_) % tick_ == steady_time::duration::zero();
  return std::max(exact ? passed : passed + 1, done_ + 1);
}

void deadline_wheel::arm(deadline_entry& entry, steady_time due) noexcept {
  entry.unlink();
  entry.due_ = due;
  entry.tick_ = tick_for(due);
  append(slots_[entry.tick_ % buckets], entry);
}

void deadline_wheel::arm_no_later(deadline_entry& entry, steady_time due) noexcept {
  if (!entry.armed() || due < entry.due_)
    arm(entry, due);
}

void deadline_wheel::append(deadline_entry& list, deadline_entry& entry) noexcept {
  entry.prev_ = list.prev_;
  entry.next_ = &list;
  list.prev_->next_ = &entry;
  list.prev_ = &entry;
}

void deadline_wheel::collect(deadline_entry& slot, std::uint64_t until,
                             deadline_entry& due) noexcept {
  for (auto* entry = slot.next_; entry != &slot;) {
    auto* next = entry->next_;
    if (entry->tick_ <= until) {
      entry->unlink();
      append(due, *entry);
    }
    entry = next;
  }
}

} // namespace troupe::http
