// Tests of the actor system whose time belongs to the test.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

/// Notes the time every so often, for ever.
struct metronome {
  static constexpr std::string_view type_name = "metronome";
  metronome(supervised_actor* s, std::chrono::nanoseconds p,
            std::shared_ptr<std::vector<steady_time>> n)
    : self(s), period(p), beats(std::move(n)) {}
  caf::behavior make_behavior() {
    arm();
    return {[](int) {}};
  }
  void arm() {
    self->run_after(period, [this] {
      beats->push_back(self->clock().now());
      arm();
    });
  }
  supervised_actor* self;
  std::chrono::nanoseconds period;
  std::shared_ptr<std::vector<steady_time>> beats;
};

} // namespace

TEST_CASE("nothing runs and no time passes unless the test says so", "[virtual_time_system]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const auto script = std::make_shared<child_script>();
  const auto before = time.now();
  (void)supervisor.start(make_scripted_child("a", script));
  CHECK(script->constructions() == 0);
  CHECK(time.step());
  CHECK(script->constructions() == 1);
  time.run();
  CHECK_FALSE(time.step());
  CHECK(time.now() == before);
  CHECK(time.running() == 1);
}

TEST_CASE("time goes from timer to timer, each seeing its own moment", "[virtual_time_system]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const auto beats = std::make_shared<std::vector<steady_time>>();
  const auto begin = time.now();
  (void)supervisor.start(make_child<metronome>("m", 10ms, beats));
  CHECK(time.advance(35ms) == 3);
  CHECK(*beats == std::vector{begin + 10ms, begin + 20ms, begin + 30ms});
  CHECK(time.now() == begin + 35ms);
  CHECK(time.advance(4ms) == 0);
  CHECK(time.advance(1ms) == 1);
  CHECK(beats->back() == begin + 40ms);
}

TEST_CASE("a day of minutes is quick and exact", "[virtual_time_system]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const auto beats = std::make_shared<std::vector<steady_time>>();
  (void)supervisor.start(make_child<metronome>("m", 1min, beats));
  time.advance(24h);
  CHECK(beats->size() == 24 * 60);
}

TEST_CASE("a system may end while actors live, tick and wait", "[virtual_time_system]") {
  const auto beats = std::make_shared<std::vector<steady_time>>();
  const auto script = std::make_shared<child_script>();
  {
    virtual_time_system time;
    fake_supervisor supervisor{time.system()};
    (void)supervisor.start(make_child<metronome>("m", 1ms, beats));
    const auto suspended = *supervisor.start(make_scripted_child("a", script));
    time.advance(5ms);
    actor_probe probe{time.system()};
    probe.send(suspended.handle, crash{});
    time.run();
  }
  CHECK(beats->size() == 5);
  CHECK(script->destructions() == 1);
}

TEST_CASE("a run that does not come to rest ends at its limit", "[virtual_time_system]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const auto script = std::make_shared<child_script>();
  const auto child = *supervisor.start(make_scripted_child("a", script));
  time.run();
  supervisor.restart_crashed(true);
  script->fail_constructions_from(2);
  supervisor.restart(child);
  CHECK(time.run(500) == 500);
  supervisor.stop(child);
  CHECK(time.run(500) < 500);
}
