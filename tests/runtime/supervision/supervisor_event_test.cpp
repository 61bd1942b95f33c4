// What supervisors tell: every event once, in the order in which it happened, to whoever listens at the root.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/supervisor_event.hpp"
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

TEST_CASE("a tree's whole life reaches one sink, from the root to the deepest child",
          "[supervisor_event]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  const auto script = std::make_shared<child_script>();
  const auto root = *parent.start(make_supervisor(
    "app", {}, {make_supervisor("inner", {}, {make_scripted_child("deep", script)})}));
  time.run();
  parent.stop(root);
  time.run();
  CHECK(parent.events()->lines()
        == std::vector<std::string>{"spawned /test/app/inner", "spawned /test/app/inner/deep",
                                    "up /test/app/inner/deep #1", "up /test/app/inner #1",
                                    "ended /test/app/inner/deep: shutdown",
                                    "ended /test/app/inner: shutdown"});
  parent.events()->clear();
}

TEST_CASE("an event of a new actor carries its handle and its record", "[supervisor_event]") {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  const auto root = *parent.start(
    make_supervisor("app", {}, {make_scripted_child("a", std::make_shared<child_script>())}));
  time.run();
  {
    const auto events = parent.events()->supervisor_events();
    const auto* spawned = std::get_if<child_spawned>(&events.front());
    REQUIRE(spawned);
    CHECK(spawned->record->path == "/test/app/a");
    CHECK(spawned->record->actor_id == spawned->handle->id());
  }
  parent.events()->clear();
  parent.stop(root);
  time.run();
  parent.events()->clear();
}

TEST_CASE("a sink is destroyed through its interface", "[supervisor_event]") {
  struct watched final : supervisor_event_sink {
    explicit watched(bool* f) : flag(f) {}
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;
    ~watched() override { *flag = true; }
    void publish(const supervisor_event&) noexcept override {}
    bool* flag;
  };
  bool destroyed = false;
  std::unique_ptr<supervisor_event_sink> sink = std::make_unique<watched>(&destroyed);
  sink.reset();
  CHECK(destroyed);
}
