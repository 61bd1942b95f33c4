// Counts restarts in a sliding window.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_window.hpp"

#include <algorithm>

namespace troupe {

bool restart_window::counts(steady_time stamp, steady_time now) const {
  return now - stamp <= limits_.period;
}

bool restart_window::add(steady_time now) {
  while (!stamps_.empty() && !counts(stamps_.front(), now))
    stamps_.pop_front();
  stamps_.push_back(now);
  const bool allowed = stamps_.size() <= limits_.max_restarts;
  // One stamp over the limit is enough to know; the oldest of them decides nothing any more.
  if (stamps_.size() > std::size_t{limits_.max_restarts} + 1)
    stamps_.pop_front();
  return allowed;
}

std::uint32_t restart_window::used(steady_time now) const {
  const auto first = std::find_if(stamps_.begin(), stamps_.end(),
                                  [&](steady_time stamp) { return counts(stamp, now); });
  return static_cast<std::uint32_t>(stamps_.end() - first);
}

std::uint32_t restart_window::left(steady_time now) const {
  const auto n = used(now);
  return n >= limits_.max_restarts ? 0 : limits_.max_restarts - n;
}

std::optional<steady_time> restart_window::next_release(steady_time now) const {
  for (auto stamp : stamps_)
    if (counts(stamp, now)) // a period without end must not overflow
      return stamp + std::min<steady_time::duration>(limits_.period, steady_time::max() - stamp);
  return std::nullopt;
}

} // namespace troupe
