// One reference serves before, during and after the actor behind its path is replaced.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/registry/registry.hpp"
#include "runtime/registry/stable_ref.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

#include <type_traits>

using namespace troupe;
using testkit::actor_probe;
using testkit::virtual_time_system;

TEST_CASE("a default reference refers to nothing", "[stable_ref]") {
  const stable_ref ref;
  CHECK_FALSE(ref);
  CHECK(ref.path().empty());
  CHECK(ref.resolve() == nullptr);
}

TEST_CASE("a reference made before the actor finds it later, and its successor", "[stable_ref]") {
  virtual_time_system time;
  registry actors;
  const auto ref = actors.ref("/app/a");
  CHECK(ref);
  CHECK(ref.resolve() == nullptr);
  {
    actor_probe first{time.system()};
    actor_probe second{time.system()};
    actors.enter("/app/a", first.handle(), nullptr);
    CHECK(ref.resolve() == first.handle());
    CHECK(ref.resolve() == first.handle());
    actors.enter("/app/a", second.handle(), nullptr);
    CHECK(ref.resolve() == second.handle());
    actors.publish(child_stopped{"/app/a", exit_class::normal, {}});
    CHECK(ref.resolve() == nullptr);
  }
}

TEST_CASE("a copy resolves by itself", "[stable_ref]") {
  virtual_time_system time;
  registry actors;
  actor_probe probe{time.system()};
  const auto ref = actors.ref("/app/a");
  const auto copy = ref;
  actors.enter("/app/a", probe.handle(), nullptr);
  CHECK(ref.resolve() == probe.handle());
  CHECK(copy.resolve() == probe.handle());
  actors.clear();
  CHECK(copy.resolve() == nullptr);
  CHECK(ref.resolve() == nullptr);
}

TEST_CASE("what a temporary reference resolves to outlives it", "[stable_ref]") {
  virtual_time_system time;
  registry actors;
  actor_probe probe{time.system()};
  actors.enter("/app/a", probe.handle(), nullptr);
  const auto& found = actors.ref("/app/a").resolve();
  CHECK(found == probe.handle());
  STATIC_REQUIRE(std::is_same_v<decltype(actors.ref("").resolve()), caf::strong_actor_ptr>);
  actors.clear();
}

TEST_CASE("a reference outlives its registry", "[stable_ref]") {
  stable_ref ref;
  {
    registry actors;
    ref = actors.ref("/app/a");
  }
  CHECK(ref.path() == "/app/a");
  CHECK(ref.resolve() == nullptr);
}
