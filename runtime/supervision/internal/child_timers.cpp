// The timers of one supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/child_timers.hpp"

#include <algorithm>

namespace troupe::internal {

namespace {

constexpr auto later = [](const auto& a, const auto& b) { return a.deadline > b.deadline; };

constexpr bool runs(std::uint32_t armed) noexcept {
  return armed % 2 == 1;
}

} // namespace

std::uint32_t& child_timers::armed(child_slot slot) {
  const auto index = static_cast<std::size_t>(slot + 1); // `no_child` is all ones
  if (index >= armed_.size())
    armed_.resize(index + 1);
  return armed_[index];
}

void child_timers::arm(child_slot slot, steady_time deadline) {
  disarm(slot);
  if (deadline == steady_time::max())
    return; // it never comes
  heap_.push_back({deadline, slot, ++armed(slot)});
  std::push_heap(heap_.begin(), heap_.end(), later);
  ++running_;
}

void child_timers::disarm(child_slot slot) {
  if (auto& count = armed(slot); runs(count)) {
    ++count;
    --running_;
    tidy();
  }
}

void child_timers::drop_top() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  heap_.pop_back();
}

void child_timers::tidy() {
  const auto stale = [this](const timer& t) { return armed(t.slot) != t.armed; };
  if (heap_.size() > 2 * running_ + 16) {
    std::erase_if(heap_, stale);
    std::make_heap(heap_.begin(), heap_.end(), later);
  }
  while (!heap_.empty() && stale(heap_.front()))
    drop_top();
}

std::optional<child_slot> child_timers::take_due(steady_time now) {
  if (heap_.empty() || heap_.front().deadline > now)
    return std::nullopt;
  const auto slot = heap_.front().slot;
  drop_top();
  ++armed(slot);
  --running_;
  tidy();
  return slot;
}

std::optional<steady_time> child_timers::next() const {
  return heap_.empty() ? std::nullopt : std::optional{heap_.front().deadline};
}

} // namespace troupe::internal
