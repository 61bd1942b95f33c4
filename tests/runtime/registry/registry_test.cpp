// The directory follows the supervisors' events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"
#include "runtime/registry/registry.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using testkit::actor_probe;
using testkit::virtual_time_system;

namespace {

std::shared_ptr<actor_record> record_of(const std::string& path) {
  return std::make_shared<actor_record>(path, "probe");
}

} // namespace

TEST_CASE("a path that nobody has taken resolves to nothing and is not listed", "[registry]") {
  registry actors;
  CHECK(actors.ref("/app/a").resolve() == nullptr);
  CHECK(actors.ref("/app/a").path() == "/app/a");
  CHECK(actors.list().empty());
}

TEST_CASE("an actor without Troupe's base is listed without a record", "[registry]") {
  virtual_time_system time;
  actor_probe plain{time.system()};
  registry actors;
  actors.publish(child_spawned{"/app/plain", plain.handle(), nullptr});
  const auto list = actors.list();
  REQUIRE(list.size() == 1);
  CHECK(list[0].alive);
  CHECK(list[0].record == nullptr);
  actors.clear();
}

TEST_CASE("the list keeps the order in which paths appeared, also over a replacement",
          "[registry]") {
  virtual_time_system time;
  actor_probe one{time.system()};
  actor_probe two{time.system()};
  registry actors;
  actors.publish(child_spawned{"/app/z", one.handle(), record_of("/app/z")});
  actors.publish(child_spawned{"/app/a", two.handle(), record_of("/app/a")});
  actors.publish(child_spawned{"/app/z", two.handle(), record_of("/app/z")});
  const auto list = actors.list();
  REQUIRE(list.size() == 2);
  CHECK(list[0].path == "/app/z");
  CHECK(list[1].path == "/app/a");
  actors.clear();
}

TEST_CASE("an actor that ended or was given up is listed as not alive, with its record",
          "[registry]") {
  virtual_time_system time;
  actor_probe probe{time.system()};
  registry actors;
  actors.publish(child_spawned{"/app/a", probe.handle(), record_of("/app/a")});
  actors.publish(child_spawned{"/app/b", probe.handle(), record_of("/app/b")});
  actors.publish(child_stopped{"/app/a", exit_class::shutdown, {}});
  actors.publish(child_abandoned{{"/app/b", "", std::nullopt, std::chrono::seconds{5}}});
  for (const auto& actor : actors.list()) {
    CHECK_FALSE(actor.alive);
    CHECK(actor.record != nullptr);
    CHECK(actors.ref(actor.path).resolve() == nullptr);
  }
}

TEST_CASE("events that move nobody change nothing", "[registry]") {
  virtual_time_system time;
  actor_probe probe{time.system()};
  registry actors;
  actors.publish(child_spawned{"/app/a", probe.handle(), record_of("/app/a")});
  actors.publish(child_failed{"/app/a", 1, {errc::crashed, "boom"}});
  actors.publish(child_restarting{"/app/a", true, 1, 2});
  actors.publish(child_started{"/app/a", 2});
  CHECK(actors.ref("/app/a").resolve() == probe.handle());
  actors.clear();
}

TEST_CASE("clear lets go of every actor", "[registry]") {
  virtual_time_system time;
  registry actors;
  const auto ref = actors.ref("/app/a");
  {
    actor_probe probe{time.system()};
    actors.enter("/app/a", probe.handle(), record_of("/app/a"));
    CHECK(ref.resolve() == probe.handle());
  }
  actors.clear();
  CHECK(ref.resolve() == nullptr);
  CHECK(actors.list().size() == 1);
}
