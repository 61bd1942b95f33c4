// A reference to an actor by its path, good before it exists, over restarts and after it has been replaced.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/actor_control_block.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace [[gnu::visibility("default")]] troupe {

struct actor_record;

/// What stands behind one path now. Written by the registry, read through `stable_ref`.
///
/// Invariants: `handle` and `record` are guarded by `mutex`; `version` grows after each change of them, so a
/// reader whose version is current may use its own copy without the lock.
struct actor_slot {
  actor_slot(std::string at, std::uint64_t order) : path(std::move(at)), sequence(order) {}

  const std::string path;
  const std::uint64_t sequence; ///< Order in which paths became known.
  std::atomic<std::uint64_t> version{0};
  mutable std::mutex mutex;
  caf::strong_actor_ptr handle;
  std::shared_ptr<actor_record> record; ///< Kept after the actor has ended.
};

/// Resolves a path to the actor that stands there. Costs one atomic read while nothing changes.
/// Thread safety: a `stable_ref` belongs to one thread or actor; make a copy for another.
class stable_ref {
public:
  /// Refers to nothing; resolves to null.
  stable_ref() = default;
  explicit stable_ref(std::shared_ptr<actor_slot> slot);

  /// The actor now behind the path; null before it was started and after it ended. The reference returned is
  /// good until the next call; a temporary `stable_ref` gives out a copy instead.
  [[nodiscard]] const caf::strong_actor_ptr& resolve() const&;
  [[nodiscard]] caf::strong_actor_ptr resolve() const&&;

  /// Empty for a reference to nothing.
  [[nodiscard]] const std::string& path() const noexcept;

  explicit operator bool() const noexcept { return slot_ != nullptr; }

private:
  std::shared_ptr<actor_slot> slot_;
  mutable std::uint64_t seen_ = 0;
  mutable caf::strong_actor_ptr cached_;
};

} // namespace troupe
