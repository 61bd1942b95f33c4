// One wake-up for any number of calls.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/wake_signal.hpp"

#include <catch2/catch.hpp>

#include <poll.h>
#include <sys/eventfd.h>

using troupe::internal::wake_signal;

namespace {

bool rings(const wake_signal& signal) {
  pollfd ready{signal.fd(), POLLIN, 0};
  return ::poll(&ready, 1, 0) == 1;
}

} // namespace

TEST_CASE("a signal rings from notify to acknowledge", "[wake_signal]") {
  const auto signal = *wake_signal::make();
  CHECK_FALSE(rings(*signal));
  signal->notify();
  CHECK(rings(*signal));
  signal->acknowledge();
  CHECK_FALSE(rings(*signal));
  signal->notify();
  CHECK(rings(*signal));
}

TEST_CASE("several calls write the descriptor once", "[wake_signal]") {
  const auto signal = *wake_signal::make();
  for (int i = 0; i < 5; ++i)
    signal->notify();
  eventfd_t count = 0;
  REQUIRE(::eventfd_read(signal->fd(), &count) == 0);
  CHECK(count == 1);
}

TEST_CASE("acknowledging without a call does not block", "[wake_signal]") {
  const auto signal = *wake_signal::make();
  signal->acknowledge();
  signal->notify();
  CHECK(rings(*signal));
}
