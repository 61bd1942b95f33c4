// The actor base over a typed actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;
using typed_base
  = caf::typed_event_based_actor<caf::replies_to<int>::with<int>, caf::reacts_to<std::string>>;
using typed_handle = typed_base::actor_hdl;

struct adder {
  static constexpr std::string_view type_name = "adder";

  adder(supervised<typed_base>* s, int b) : self(s), base(b) {
    if (self->incarnation() == 3)
      throw std::runtime_error{"no disk"};
  }

  typed_base::behavior_type make_behavior() {
    return {
      [this](int by) {
        if (by < 0)
          throw std::runtime_error{"negative"};
        return sum += by;
      },
      [this](const std::string&) { self->run_after(1ms, [this] { sum = 1'000; }); },
    };
  }

  supervised<typed_base>* self;
  int base;
  int sum = base;
};

} // namespace

TEST_CASE("a typed actor restarts in place like any other", "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start({.id = "adder", .start = start_as<adder, typed_base>(10)});
  auto ask = [&](int by) {
    const auto q = probe.ask(child.handle, by);
    time.run();
    return q;
  };
  CHECK(*probe.answer<int>(ask(5)) == 15);
  probe.send(child.handle, std::string{"arm"});
  CHECK(probe.refusal(ask(-1)) == error{errc::crashed, "negative"});
  CHECK(probe.refusal(ask(1))->code == errc::restarting);
  supervisor.restart(child);
  time.advance(1s);
  CHECK(*probe.answer<int>(ask(1)) == 11); // fresh, and the old timer is gone
  CHECK(supervisor.lines() == lines{"up #1", "crashed #1: negative", "up #2"});

  supervisor.restart(child);
  time.run();
  CHECK(supervisor.lines().back() == "start failed (alive): no disk");
  supervisor.restart(child);
  CHECK(*probe.answer<int>([&] {
    time.run();
    return ask(2);
  }()) == 12);

  supervisor.stop(child);
  time.run();
  CHECK(supervisor.lines().back() == "ended: shutdown");
  CHECK(child.record->restarts == 3);
}

namespace {

struct never {
  static constexpr std::string_view type_name = "never";
  explicit never(supervised<typed_base>*) { throw 1; }
  typed_base::behavior_type make_behavior() {
    return {[](int i) { return i; }, [](const std::string&) {}};
  }
};

} // namespace

TEST_CASE("a typed actor that fails to start says so and ends", "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  (void)*supervisor.start({.id = "never", .start = start_as<never, typed_base>()});
  time.run();
  CHECK(supervisor.lines()
        == lines{"start failed (ended): an exception of type int", "ended: start_failed"});
  CHECK(time.running() == 0);
}

TEST_CASE("a typed handle reaches a supervised actor", "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start({.id = "adder", .start = start_as<adder, typed_base>(0)});
  const auto handle = caf::actor_cast<typed_handle>(child.handle);
  REQUIRE(handle);
  const auto q = probe.ask(caf::actor_cast<caf::strong_actor_ptr>(handle), 4);
  time.run();
  CHECK(*probe.answer<int>(q) == 4);
}
