// Makes the actor system with the settings that CAF 0.17.6 needs.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace [[gnu::visibility("default")]] troupe {

/// Owns an actor system. Unlike CAF's own destructor its end is bounded: `join` waits for the actors at most
/// as long as it is told, and a system that still has actors is abandoned, never destroyed.
/// Thread safety: one thread, which also destroys it. A thread that is no scheduler's and has spawned actors calls
/// `caf::logger::set_current_actor_system(nullptr)` before it lets go of the system, or its end waits for that thread.
class system_owner {
public:
  /// @param workers threads of the scheduler, at least 1.
  explicit system_owner(std::size_t workers);
  ~system_owner();
  system_owner(const system_owner&) = delete;
  system_owner& operator=(const system_owner&) = delete;

  [[nodiscard]] caf::actor_system& system() noexcept;

  /// Actors that have not ended.
  [[nodiscard]] std::size_t running() const;

  /// Waits until at most `staying` actors are left. Blocking.
  /// @returns whether that came true in time. The destructor destroys the system only when none is left.
  [[nodiscard]] bool join(std::chrono::milliseconds time, std::size_t staying = 0);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// Cores this process may run on, from its affinity mask; at least 1.
[[nodiscard]] std::size_t available_cores() noexcept;

} // namespace troupe
