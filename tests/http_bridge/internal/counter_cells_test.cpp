// Figures of several reactors.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/counter_cells.hpp"

#include <catch2/catch.hpp>

#include <cstring>

using namespace troupe::http;
using namespace troupe::internal;

TEST_CASE("figures of all reactors are added up", "[counters]") {
  counter_set set;
  auto& a = set.add();
  auto& b = set.add();
  a.requests.add(3);
  b.requests.add();
  b.in_flight.add(5);
  b.in_flight.subtract(2);
  const auto sum = set.sum();
  CHECK(sum.requests == 4);
  CHECK(sum.in_flight == 3);
  CHECK(sum.accepted == 0);
}

TEST_CASE("every field of the figures has a cell and is added", "[counters]") {
  counter_set set;
  auto& cells = set.add();
  // Each cell is given another value by position; a field that is forgotten or taken twice would stand out.
  auto* first = reinterpret_cast<counter_cell*>(&cells);
  constexpr std::size_t fields = sizeof(http_counters) / sizeof(std::uint64_t);
  static_assert(sizeof(counter_cells) >= sizeof(http_counters));
  for (std::size_t i = 0; i < fields; ++i)
    first[i].add(i + 1);
  const auto sum = set.sum();
  std::uint64_t values[fields];
  std::memcpy(values, &sum, sizeof sum);
  for (std::size_t i = 0; i < fields; ++i)
    CHECK(values[i] == i + 1);
}
