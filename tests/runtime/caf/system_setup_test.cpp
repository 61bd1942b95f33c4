// Tests of the owner of an actor system.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/system_setup.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

TEST_CASE("a join does not wait longer than it is told for an actor that stays", "[system_setup]") {
  system_owner owner{1};
  fake_supervisor supervisor{owner.system()};
  const auto child = *supervisor.start(make_scripted_child("a", std::make_shared<child_script>()));
  REQUIRE(supervisor.wait_for(child_report::kind_type::up, 1));
  CHECK(owner.running() == 1);
  const auto before = std::chrono::steady_clock::now();
  CHECK_FALSE(owner.join(20ms));
  CHECK(std::chrono::steady_clock::now() - before >= 20ms);
  CHECK_FALSE(owner.join(0ms));
  supervisor.stop(child);
  CHECK(owner.join(30s));
}

TEST_CASE("a join is over as soon as the last actor has ended", "[system_setup]") {
  system_owner owner{2};
  CHECK(owner.join(0ms));
  {
    fake_supervisor supervisor{owner.system()};
    for (int i = 0; i < 10; ++i)
      (void)supervisor.start(
        make_scripted_child(std::to_string(i), std::make_shared<child_script>()));
    REQUIRE(supervisor.wait_for(child_report::kind_type::up, 10));
    CHECK(owner.running() == 10);
  }
  CHECK(owner.join(30s));
  CHECK(owner.running() == 0);
}

TEST_CASE("a join may expect some actors to stay", "[system_setup]") {
  system_owner owner{1};
  fake_supervisor supervisor{owner.system()};
  for (int i = 0; i < 3; ++i)
    (void)supervisor.start(
      make_scripted_child(std::to_string(i), std::make_shared<child_script>()));
  REQUIRE(supervisor.wait_for(child_report::kind_type::up, 3));
  CHECK(owner.join(0ms, 3));
  CHECK_FALSE(owner.join(0ms, 2));
}

TEST_CASE("a system that still has actors is abandoned, not waited for", "[system_setup]") {
  const auto script = std::make_shared<child_script>();
  std::optional<fake_supervisor> supervisor;
  {
    system_owner owner{1};
    supervisor.emplace(owner.system());
    actor_probe probe{owner.system()};
    const auto child = *supervisor->start(make_scripted_child("a", script));
    probe.send(child.handle, hang{});
    REQUIRE(script->wait_for_hang());
    CHECK_FALSE(owner.join(1ms));
  }
  // The scheduler's thread is still in the handler and lives on.
  CHECK(script->hanging() == 1);
  script->release();
  supervisor.reset();
}

TEST_CASE("the scheduler has the threads it was given and lets nobody starve the others",
          "[system_setup]") {
  system_owner owner{3};
  CHECK(owner.system().scheduler().num_workers() == 3);
  CHECK(owner.system().scheduler().max_throughput() <= 100);
}

TEST_CASE("this process may use at least one core", "[system_setup]") {
  CHECK(available_cores() >= 1);
  CHECK(available_cores() <= std::max(1U, std::thread::hardware_concurrency()));
}
