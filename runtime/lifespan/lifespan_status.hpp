// Where the application stands, readable at any moment from any thread.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/lifespan/lifespan_message.hpp"

#include <atomic>

namespace [[gnu::visibility("default")]] troupe {

/// Written by the lifespan actor, read by probes and tools.
/// Thread safety: any thread, lock-free.
class lifespan_status {
public:
  [[nodiscard]] lifespan_state state() const noexcept {
    return state_.load(std::memory_order_acquire);
  }
  /// Whether requests should be sent here; true in the state `ready` alone.
  [[nodiscard]] bool ready() const noexcept { return state() == lifespan_state::ready; }
  /// Whether the start is over; stays true until the end.
  [[nodiscard]] bool has_started() const noexcept {
    return started_.load(std::memory_order_acquire);
  }

  void enter(lifespan_state state) noexcept {
    if (state == lifespan_state::started)
      started_.store(true, std::memory_order_release);
    state_.store(state, std::memory_order_release);
  }

private:
  std::atomic<lifespan_state> state_{lifespan_state::starting};
  std::atomic<bool> started_{false};
};

} // namespace troupe
