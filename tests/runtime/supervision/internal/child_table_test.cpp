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

std::vector<child_spec> specs() {
  return {{.id = "a", .start = {}, .shutdown = 1s},
          {.id = "b", .start = {}, .restart = restart_type::temporary}};
}

} // namespace

TEST_CASE("children keep their order and have paths below their supervisor", "[child_table]") {
  child_table table{"/app", specs()};
  REQUIRE(table.size() == 2);
  CHECK(table.at(0).path == "/app/a");
  CHECK(table.at(1).path == "/app/b");
  const auto planned = table.planned();
  CHECK(planned[0].id == "a");
  CHECK(planned[0].shutdown == 1s);
  CHECK(planned[1].restart == restart_type::temporary);
  CHECK(planned[1].phase == child_phase::idle);
}

TEST_CASE("an actor is found while it stands for its child, and no longer", "[child_table]") {
  virtual_time_system time;
  actor_probe first{time.system()};
  actor_probe second{time.system()};
  child_table table{"/app", specs()};
  CHECK_FALSE(table.find(first.handle()->id()));
  table.bind(1, {first.handle(), nullptr});
  CHECK(table.find(first.handle()->id()) == 1U);
  table.bind(1, {second.handle(), nullptr});
  CHECK_FALSE(table.find(first.handle()->id()));
  CHECK(table.find(second.handle()->id()) == 1U);
  table.release(1);
  CHECK_FALSE(table.find(second.handle()->id()));
  CHECK(table.at(1).handle == nullptr);
  table.release(1);
}
