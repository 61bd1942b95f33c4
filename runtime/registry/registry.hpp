// Who stands behind which path.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/supervisor_event.hpp"
#include "runtime/registry/stable_ref.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// One path with what is known of its actor.
struct registered_actor {
  std::string path;
  bool alive;                           ///< An actor stands there now.
  std::shared_ptr<actor_record> record; ///< Null for an actor without Troupe's base.
};

/// The application's directory of actors, fed by the supervisors' events. CAF's own registry keeps the old
/// actor silently when a name is taken, so it is not used.
///
/// Invariants: `slots_` and the insertion of slots are guarded by `mutex_`; a slot's own mutex is taken after it
/// or alone, never before. Slots are never removed while the registry lives; there is one per path ever used.
/// Thread safety: any thread. Does not block beyond short locks.
class registry final : public supervisor_event_sink {
public:
  /// A reference by path. The actor need not exist yet.
  [[nodiscard]] stable_ref ref(std::string_view path);

  /// Puts an actor that is no supervisor's child behind a path.
  void enter(std::string_view path, caf::strong_actor_ptr handle,
             std::shared_ptr<actor_record> record);

  /// Every path that ever had an actor, in order of their first appearance.
  [[nodiscard]] std::vector<registered_actor> list() const;

  /// Lets go of every actor, so that the actor system can end. References resolve to null from then on.
  void clear();

  void publish(const supervisor_event& event) noexcept override;

private:
  std::shared_ptr<actor_slot> slot(std::string_view path);
  void leave(std::string_view path);

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<actor_slot>, std::less<>> slots_;
  std::uint64_t next_sequence_ = 0;
};

} // namespace troupe
