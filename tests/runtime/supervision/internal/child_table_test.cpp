// Tests of the table of children.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/child_table.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::testkit;
using troupe::internal::child_table;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<const child_spec> worker() {
  return std::make_shared<const child_spec>(child_spec{.id = "like", .start = {}});
}

} // namespace

TEST_CASE("children have paths below their supervisor and are found by id", "[child_table]") {
  child_table table{"/app"};
  table.put(0, "a", worker());
  table.put(1, "b", worker());
  CHECK(table.at(0).path == "/app/a");
  CHECK(table.at(1).id() == "b");
  CHECK(table.find_id("a") == 0U);
  CHECK(table.find_id("b") == 1U);
  CHECK_FALSE(table.find_id("c"));
  CHECK_FALSE(table.find_id("/app/a"));
}

TEST_CASE("a forgotten child is not found, and its slot is used again", "[child_table]") {
  child_table table{"/app"};
  for (child_slot i = 0; i < 100; ++i)
    table.put(i, "child" + std::to_string(i), worker());
  table.erase(42);
  CHECK_FALSE(table.find_id("child42"));
  table.put(42, "late", worker());
  CHECK(table.find_id("late") == 42U);
  for (child_slot i = 0; i < 100; ++i)
    if (i != 42)
      CHECK(table.find_id("child" + std::to_string(i)) == i);
}

TEST_CASE("an actor is found while it stands for its child, and no longer", "[child_table]") {
  virtual_time_system time;
  actor_probe first{time.system()};
  actor_probe second{time.system()};
  child_table table{"/app"};
  table.put(0, "a", worker());
  table.put(1, "b", worker());
  CHECK_FALSE(table.stands(first.handle()->id(), 1));
  table.bind(1, {first.handle(), nullptr});
  CHECK(table.stands(first.handle()->id(), 1));
  table.bind(1, {second.handle(), nullptr});
  CHECK_FALSE(table.stands(first.handle()->id(), 1));
  CHECK(table.stands(second.handle()->id(), 1));
  table.release(1);
  CHECK_FALSE(table.stands(second.handle()->id(), 1));
  CHECK(table.at(1).handle == nullptr);
  table.release(1);
  table.bind(1, {first.handle(), nullptr});
  table.erase(1);
  CHECK_FALSE(table.stands(first.handle()->id(), 1));
}
