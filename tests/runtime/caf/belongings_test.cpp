// Tests of what belongs to an incarnation, without one. With one: supervised_actor_incarnation_test.cpp.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/belongings.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

/// An actor that does nothing, to own the belongings.
class owner final : public caf::event_based_actor {
public:
  explicit owner(caf::actor_config& cfg) : caf::event_based_actor(cfg) {}
  caf::behavior make_behavior() override {
    return {[](int) {}};
  }
};

struct fixture {
  fixture() { time.run(); }
  caf::scheduled_actor& self() {
    return *static_cast<owner*>(caf::actor_cast<caf::abstract_actor*>(handle));
  }
  caf::mailbox_element_ptr down(const caf::strong_actor_ptr& whom) {
    return caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                                     caf::down_msg{caf::actor_cast<caf::actor_addr>(whom), {}});
  }

  virtual_time_system time;
  caf::actor handle = time.system().spawn<owner>();
  actor_probe other{time.system()};
  belongings things;
};

} // namespace

TEST_CASE("a timer runs once, a cancelled or unknown one never", "[belongings][E10]") {
  fixture f;
  int runs = 0;
  const auto first = f.things.start_timer(f.self(), 1, 1s, [&] { ++runs; });
  const auto second = f.things.start_timer(f.self(), 1, std::chrono::nanoseconds::max(),
                                           [&] { ++runs; });
  CHECK(f.time.timers() == 1); // the second never comes
  f.things.cancel_timer(second);
  f.things.fire_timer(static_cast<std::uint64_t>(second));
  f.things.fire_timer(99);
  CHECK(runs == 0);
  f.things.fire_timer(static_cast<std::uint64_t>(first));
  f.things.fire_timer(static_cast<std::uint64_t>(first));
  CHECK(runs == 1);
  f.things.end_all(f.self());
}

TEST_CASE("no timer is left when the incarnation has ended, also none that was put off",
          "[belongings][E10]") {
  fixture f;
  int runs = 0;
  const auto id = f.things.start_timer(f.self(), 1, 1s, [&] { ++runs; });
  f.things.put_off_timer(static_cast<std::uint64_t>(id));
  f.things.end_incarnation(f.self());
  f.things.resume_timers(f.self(), 1);
  f.things.fire_timer(static_cast<std::uint64_t>(id));
  CHECK(runs == 0);
}

TEST_CASE("a notice that was never asked for is wanted, one of a watch undone is not",
          "[belongings][F2]") {
  fixture f;
  CHECK(f.things.wants_notice(*f.down(f.other.handle())));
  f.things.remember_monitor(caf::actor_cast<caf::actor_addr>(f.other.handle()));
  // Nothing is attached, so it counts as fired.
  f.things.demonitor(f.self(), caf::actor_cast<caf::actor_addr>(f.other.handle()));
  CHECK_FALSE(f.things.wants_notice(*f.down(f.other.handle())));
  CHECK(f.things.wants_notice(*f.down(f.other.handle())));
}
