// A clock that stands still until a test moves it.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/manual_clock.hpp"

#include <cassert>

namespace troupe::testkit {

manual_clock::manual_clock(steady_time start) : now_(start.time_since_epoch().count()) {}

steady_time manual_clock::now() const noexcept {
  return steady_time{steady_time::duration{now_.load()}};
}

void manual_clock::advance(std::chrono::nanoseconds time) noexcept {
  assert(time.count() >= 0);
  now_.fetch_add(time.count());
}

} // namespace troupe::testkit
