// An actor system whose time and whose scheduling belong to the test.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <cassert>

namespace troupe::testkit {

namespace {

class config final : public caf::actor_system_config {
public:
  config() { set("scheduler.policy", caf::atom("testing")); }
};

} // namespace

struct virtual_time_system::parts {
  parts()
    : system(settings), turns(static_cast<caf::scheduler::test_coordinator&>(system.scheduler())) {}

  config settings;
  caf::actor_system system;
  caf::scheduler::test_coordinator& turns;
};

virtual_time_system::virtual_time_system() : parts_(std::make_unique<parts>()) {}

virtual_time_system::~virtual_time_system() {
  parts_->system.await_actors_before_shutdown(false);
  // CAF's own end runs and triggers timers until there are none, which a ticker never grants.
  parts_->turns.clock().cancel_all();
  run();
  parts_->turns.clock().cancel_all();
}

caf::actor_system& virtual_time_system::system() noexcept {
  return parts_->system;
}

steady_time virtual_time_system::now() const noexcept {
  return parts_->turns.clock().now();
}

std::size_t virtual_time_system::run(std::size_t limit) {
  return parts_->turns.run(limit);
}

bool virtual_time_system::step() {
  return parts_->turns.try_run_once();
}

std::size_t virtual_time_system::advance(std::chrono::nanoseconds time) {
  assert(time.count() >= 0);
  auto& clock = parts_->turns.clock();
  const auto end = clock.now() + time;
  std::size_t fired = 0;
  run();
  while (clock.has_pending_timeout() && clock.schedule().begin()->first <= end) {
    const auto due = clock.schedule().begin()->first;
    fired += clock.advance_time(due > clock.now() ? due - clock.now() : steady_time::duration{0});
    run();
  }
  clock.advance_time(end - clock.now());
  return fired;
}

std::size_t virtual_time_system::timers() const {
  return parts_->turns.clock().schedule().size();
}

std::size_t virtual_time_system::running() const {
  return parts_->system.registry().running();
}

} // namespace troupe::testkit
