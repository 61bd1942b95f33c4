// The timers of one supervisor: at most one for each child and one for itself, and one of the actor's for all of them.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/restart_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace troupe::internal {

/// Deadlines by slot, `no_child` for the supervisor itself. A value: whoever holds it asks when to look again.
/// Cost: logarithmic in the timers that run, and no allocation for one that follows another.
class child_timers {
public:
  /// Takes the place of the timer that this slot may have.
  void arm(child_slot slot, steady_time deadline);
  void disarm(child_slot slot);

  /// Takes out a slot that is due.
  [[nodiscard]] std::optional<child_slot> take_due(steady_time now);
  /// The earliest deadline.
  [[nodiscard]] std::optional<steady_time> next() const;

private:
  struct timer {
    steady_time deadline;
    child_slot slot;
    std::uint32_t armed; ///< Counts up with each `arm` and `disarm` of the slot.
  };

  [[nodiscard]] std::uint32_t& armed(child_slot slot);
  void drop_top();
  /// Takes timers that were disarmed from the top, and from everywhere when they are the most.
  void tidy();

  std::vector<timer> heap_; ///< The earliest on top; disarmed ones stay until they come there.
  std::vector<std::uint32_t> armed_; ///< By slot, the supervisor first; odd while it runs.
  std::size_t running_ = 0;
};

} // namespace troupe::internal
