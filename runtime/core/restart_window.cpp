// Counts restarts in a sliding window.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_window.hpp"

#include <algorithm>

namespace troupe {

bool restart_window::counts(steady_time stamp, steady_time now) const {
  return now - stamp <= limits_.period;
}

std::size_t restart_window::first_counted(steady_time now) const {
  auto first = first_;
  while (first < stamps_.size() && !counts(stamps_[first], now))
    ++first;
  return first;
}

bool restart_window::add(steady_time now) {
  first_ = first_counted(now);
  // One stamp over the limit is enough to know; the oldest of them decides nothing any more.
  const auto kept = stamps_.size() - first_;
  if (kept > limits_.max_restarts)
    first_ += kept - limits_.max_restarts;
  if (first_ > 0 && first_ * 2 >= stamps_.size()) { // amortised constant time, twice the room
    stamps_.erase(stamps_.begin(), stamps_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  stamps_.push_back(now);
  return stamps_.size() - first_ <= limits_.max_restarts;
}

std::uint32_t restart_window::used(steady_time now) const {
  return static_cast<std::uint32_t>(stamps_.size() - first_counted(now));
}

std::uint32_t restart_window::left(steady_time now) const {
  const auto n = used(now);
  return n >= limits_.max_restarts ? 0 : limits_.max_restarts - n;
}

std::optional<steady_time> restart_window::next_release(steady_time now) const {
  const auto first = first_counted(now);
  if (first == stamps_.size())
    return std::nullopt;
  // A period without end must not overflow.
  return stamps_[first]
         + std::min<steady_time::duration>(limits_.period, steady_time::max() - stamps_[first]);
}

} // namespace troupe
