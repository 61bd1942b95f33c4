// The supervisor's actor itself: late reports, its own failures, its parent's end.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/supervisor_actor.hpp"
#include "runtime/supervision/supervisor_message.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;

namespace {

struct fixture {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  actor_probe probe{time.system()};
  std::shared_ptr<child_script> script = std::make_shared<child_script>();
};

} // namespace

TEST_CASE("reports of an actor that stands for no child are ignored", "[supervisor_actor]") {
  fixture f;
  const auto top = *f.parent.start(
    make_supervisor("top", {}, {make_scripted_child("a", f.script)}));
  f.time.run();
  f.parent.events()->clear();
  f.probe.send(top.handle, child_up{999, 1});
  f.probe.send(top.handle, child_crashed{999, 1, {errc::crashed, "boom"}, nullptr});
  f.probe.send(top.handle, child_start_failed{999, {errc::start_failed, "no disk"}, false});
  f.probe.send(top.handle, caf::down_msg{f.probe.handle()->address(), caf::error{}});
  f.time.run();
  CHECK(f.parent.events()->lines().empty());
  CHECK(f.script->constructions() == 1);
  f.parent.stop(top);
  f.time.run();
  CHECK(f.parent.lines().back() == "ended: shutdown");
}

TEST_CASE("a supervisor without a parent works and ends by a stop request", "[supervisor_actor]") {
  fixture f;
  const auto events = std::make_shared<recording_sink>();
  auto made = make_supervisor("top", {}, {make_scripted_child("a", f.script)})
                .start({f.time.system(), "/top", nullptr, events});
  REQUIRE(made);
  f.time.run();
  CHECK(events->lines() == std::vector<std::string>{"spawned /top/a", "up /top/a #1"});
  f.probe.watch(made->handle);
  f.parent.stop(*made);
  f.time.run();
  CHECK(f.probe.expect<caf::down_msg>());
  CHECK(f.time.running() == 0);
  events->clear();
}

TEST_CASE("a supervisor whose children cannot start and that has no parent ends, too",
          "[supervisor_actor]") {
  fixture f;
  f.script->fail_constructions({1});
  const auto events = std::make_shared<recording_sink>();
  const auto made = make_supervisor("top", {}, {make_scripted_child("a", f.script)})
                      .start({f.time.system(), "/top", nullptr, events});
  f.time.run();
  CHECK(f.time.running() == 0);
  CHECK(made->record->state == actor_state::failed);
  CHECK(events->lines().back().starts_with("gave up /top (start_failed)"));
  events->clear();
}

TEST_CASE("a request that is no question of a supervisor is answered with an error",
          "[supervisor_actor]") {
  fixture f;
  const auto top = *f.parent.start(make_supervisor("top", {}, {}));
  f.time.run();
  const auto q = f.probe.ask(top.handle, 3);
  f.time.run();
  CHECK(f.probe.refusal(q)->code == errc::unexpected_message);
  f.parent.stop(top);
  f.time.run();
}

TEST_CASE("the list of children shows a child that is being brought back", "[supervisor_actor]") {
  fixture f;
  const auto top = *f.parent.start(
    make_supervisor("top", {}, {make_scripted_child("a", f.script)}));
  f.time.run();
  caf::strong_actor_ptr a;
  for (const auto& event : f.parent.events()->supervisor_events())
    if (const auto* spawned = std::get_if<child_spawned>(&event))
      a = spawned->handle;
  f.parent.events()->clear();
  f.script->start_delay(std::chrono::seconds{1});
  f.probe.send(a, crash{});
  f.time.run();
  const auto q = f.probe.ask(top.handle, which_children{});
  f.time.run();
  CHECK(f.probe.answer<children_list>(q)->children[0].phase == child_phase::restarting);
  f.time.advance(std::chrono::seconds{1});
  const auto again = f.probe.ask(top.handle, which_children{});
  f.time.run();
  CHECK(f.probe.answer<children_list>(again)->children[0].phase == child_phase::running);
  a = nullptr;
  f.parent.stop(top);
  f.time.run();
  f.parent.events()->clear();
}
