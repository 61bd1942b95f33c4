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

  /// Waits until no actor is left. Blocking.
  /// @returns whether that came true in time; only then does the destructor destroy the system.
  [[nodiscard]] bool join(std::chrono::milliseconds time);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// Cores this process may run on, from its affinity mask; at least 1.
[[nodiscard]] std::size_t available_cores() noexcept;

} // namespace troupe
