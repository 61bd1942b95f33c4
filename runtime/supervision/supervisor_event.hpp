// What happens in supervisors, as a closed set of events for logs, metrics, registry and tests.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/exit_class.hpp"
#include "runtime/core/restart_plan.hpp"
#include "runtime/core/result.hpp"
#include "runtime/supervision/unstopped_child.hpp"

#include <caf/actor_control_block.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace [[gnu::visibility("default")]] troupe {

struct actor_record;

/// The actor of a child exists. It need not be up yet.
struct child_spawned {
  std::string path;
  caf::strong_actor_ptr handle;
  std::shared_ptr<actor_record> record; ///< Null for an actor without Troupe's base.
};

/// An incarnation of a child is up.
struct child_started {
  std::string path;
  std::uint32_t incarnation;
};

/// A factory failed, at the first start or in a restart.
struct child_failed_to_start {
  std::string path;
  error why;
};

/// An exception was contained in a child.
struct child_failed {
  std::string path;
  std::uint32_t incarnation;
  error why;
};

/// A child is brought back, in place or as a new actor.
struct child_restarting {
  std::string path;
  bool in_place;
  std::uint32_t attempt;     ///< Restarts of this child so far, this one included.
  std::uint32_t budget_left; ///< Restarts its supervisor may still do in the window.
};

/// A child goes on with its state after a failure.
struct child_resumed {
  std::string path;
  std::uint32_t incarnation;
};

/// A child does not come up for now: its factory said so.
struct child_ignored {
  std::string path;
};

/// The actor of a child has ended.
struct child_stopped {
  std::string path;
  exit_class how;
  std::chrono::nanoseconds took;           ///< Since it was asked to; zero when it was not.
  bool asked = false;                      ///< Whether it was asked to stop.
  std::optional<error> why = std::nullopt; ///< Of an abnormal end.
};

/// A child did not stop in its time.
struct child_abandoned {
  unstopped_child child;
};

/// A supervisor ends because its start failed or its budget is spent.
struct supervisor_gave_up {
  std::string path;
  exit_class how;
  error why;
};

/// A restart budget is spent, and nobody is restarted for a while.
struct supervisor_paused {
  std::string path;
  std::string child; ///< Path of the child whose failure it was.
  std::chrono::nanoseconds length;
};

using supervisor_event
  = std::variant<child_spawned, child_started, child_failed_to_start, child_failed,
                 child_restarting, child_resumed, child_ignored, child_stopped, child_abandoned,
                 supervisor_paused, supervisor_gave_up>;

/// Gets every event of a tree of supervisors.
/// Thread safety: `publish` is called from any scheduler thread, one at a time per supervisor; it must not
/// block and must not throw.
class supervisor_event_sink {
public:
  virtual ~supervisor_event_sink();

  virtual void publish(const supervisor_event& event) noexcept = 0;
};

} // namespace troupe
