// The actor that leads an application through its start and its stop.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/concurrency/side_thread.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "runtime/registry/registry.hpp"
#include "runtime/lifespan/lifespan_event_sink.hpp"
#include "runtime/lifespan/lifespan_options.hpp"
#include "runtime/lifespan/lifespan_plan.hpp"
#include "runtime/lifespan/lifespan_status.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// A startup function and the shutdown function that undoes it; either may be empty. They may block (they run
/// on a thread of their own) and may throw; a failure is returned or thrown.
struct lifespan_functions {
  std::string name;
  std::function<result<void>()> startup;
  std::function<result<void>()> shutdown;
};

/// Everything the lifespan needs. Shared; not changed after `start_lifespan`.
struct lifespan_setup {
  lifespan_options options;
  std::vector<lifespan_functions> hooks;
  /// The root supervisor.
  child_spec root;
  std::shared_ptr<registry> actors;
  std::shared_ptr<lifespan_status> status;
  std::shared_ptr<supervisor_event_sink> supervisor_events;
  std::shared_ptr<dead_letter_sink> dead_letters; ///< May be null.
  std::shared_ptr<lifespan_event_sink> events;
  std::shared_ptr<job_runner> runner;
  /// Called once, from the lifespan actor, when all is over.
  std::function<void(lifespan_report)> on_finished;
};

/// Path of the lifespan actor in the registry.
inline constexpr const char* lifespan_path = "/lifespan";

/// Spawns the lifespan actor, enters it at `lifespan_path` and begins the start. Not blocking.
/// @returns the actor; it ends after `on_finished`.
caf::strong_actor_ptr start_lifespan(caf::actor_system& system,
                                     std::shared_ptr<const lifespan_setup> setup);

} // namespace troupe
