// Snapshots made by hand, for the tests of everything that shows one.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/inspection/snapshot.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace troupe::testing {

/// An idle actor that has handled ten messages.
inline actor_snapshot idle_actor(std::string path, std::string type) {
  actor_snapshot out;
  out.path = std::move(path);
  out.type = std::move(type);
  out.id = 17;
  out.incarnation = 1;
  out.state = actor_state::idle;
  out.enqueued = 10;
  out.processed = 10;
  out.busy = std::chrono::milliseconds{1'250};
  out.age = std::chrono::seconds{90};
  return out;
}

/// Lifespan, root supervisor, a store that has been restarted twice and works on a backlog, an HTTP
/// bridge with a child, an actor that ended badly, and one without Troupe's base.
inline snapshot small_service() {
  snapshot out;
  out.time = wall_time{std::chrono::milliseconds{1'763'800'000'123}};
  out.application = "hostwatch";
  out.state = lifespan_state::ready;
  out.unobserved = 3;
  out.actors.push_back(idle_actor("/lifespan", "lifespan"));
  out.actors.push_back(idle_actor("/app", "supervisor"));

  auto store = idle_actor("/app/store", "store");
  store.incarnation = 3;
  store.restarts = 2;
  store.failures = 2;
  store.state = actor_state::running;
  store.enqueued = 120;
  store.processed = 100;
  store.refused = 5;
  store.depth = 15;
  store.unhandled = 1;
  store.current = work_in_hand{"hostwatch::sample", std::chrono::microseconds{12'345}};
  store.last_error = error{errc::crashed, "no such host"};
  out.actors.push_back(store);

  out.actors.push_back(idle_actor("/app/http", "bridge"));
  auto broken = idle_actor("/app/http-probe", "probe");
  broken.state = actor_state::failed;
  broken.last_error = error{errc::start_failed, "port 8080"};
  out.actors.push_back(broken);
  out.actors.push_back(idle_actor("/app/http/0", "reactor"));

  actor_snapshot foreign;
  foreign.path = "/app/foreign";
  foreign.observed = false;
  out.actors.push_back(foreign);
  return out;
}

} // namespace troupe::testing
