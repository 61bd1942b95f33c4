// Specifies the bound on messages between hostwatch's actors.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/permits.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace hostwatch;

TEST_CASE("there are as many permits as were made, and no more", "[permits]") {
  const auto pool = permit_pool::make(2);
  auto first = pool->take();
  auto second = pool->take();
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(pool->take());
  CHECK_FALSE(pool->take());
}

TEST_CASE("a permit comes back with its last copy, not before", "[permits]") {
  const auto pool = permit_pool::make(1);
  auto taken = pool->take();
  auto copy = taken;
  taken.reset();
  CHECK_FALSE(pool->take());
  copy.reset();
  CHECK(pool->take());
}

TEST_CASE("a permit may outlive the pool's other owners", "[permits]") {
  auto pool = permit_pool::make(1);
  const auto taken = pool->take();
  pool.reset();
  CHECK(taken);
}

TEST_CASE("a pool of no permits gives none", "[permits]") {
  CHECK_FALSE(permit_pool::make(0)->take());
}
