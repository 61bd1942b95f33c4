// A ring of events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/event_log.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

event_log::event_log(std::size_t capacity, std::function<wall_time()> now)
  : now_(std::move(now)), ring_(std::max<std::size_t>(capacity, 1)) {}

template <class Copy>
void event_log::add(Copy copy) noexcept {
  std::shared_ptr<logged_event> entry;
  try {
    entry = std::make_shared<logged_event>(logged_event{0, now_(), copy()});
  } catch (...) { // no memory: the number of the lost event shows as a gap
    entry = nullptr;
  }
  std::shared_ptr<const logged_event> overwritten; // freed after the lock
  const std::scoped_lock lock{mutex_};
  const auto sequence = ++last_;
  if (entry)
    entry->sequence = sequence;
  else
    ++dropped_;
  overwritten = std::exchange(ring_[sequence % ring_.size()], std::move(entry));
  if (overwritten)
    ++dropped_;
}

void event_log::publish(const supervisor_event& event) noexcept {
  add([&] {
    auto copy = event;
    if (auto* spawned = std::get_if<child_spawned>(&copy))
      spawned->handle = nullptr;
    return copy;
  });
}

void event_log::publish(const lifespan_occurrence& event) noexcept {
  add([&] { return event; });
  if (const auto* entered = std::get_if<lifespan_state_entered>(&event)) {
    try {
      lifespan_mark mark{now_(), *entered};
      const std::scoped_lock lock{mutex_};
      state_ = std::move(mark);
    } catch (...) { // no memory: the state before stays
      return;
    }
  }
}

event_slice event_log::since(std::uint64_t sequence) const {
  event_slice out;
  const std::scoped_lock lock{mutex_};
  out.last = last_;
  out.dropped = dropped_;
  if (sequence >= last_)
    return out;
  const auto kept = std::min<std::uint64_t>(last_, ring_.size());
  for (auto n = std::max(sequence, last_ - kept) + 1; n <= last_; ++n) {
    if (const auto& entry = ring_[n % ring_.size()])
      out.events.push_back(entry);
  }
  out.missed = last_ - sequence - out.events.size();
  return out;
}

std::optional<lifespan_mark> event_log::state() const {
  const std::scoped_lock lock{mutex_};
  return state_;
}

} // namespace troupe
