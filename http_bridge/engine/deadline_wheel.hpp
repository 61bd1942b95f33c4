// Coarse deadlines of many connections on one timer.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace troupe::http {

/// Link of one deadline; a base of whatever has one. Not copyable: the wheel points to it.
class deadline_entry {
public:
  deadline_entry() noexcept = default;
  deadline_entry(const deadline_entry&) = delete;
  deadline_entry& operator=(const deadline_entry&) = delete;
  ~deadline_entry() { unlink(); }

  [[nodiscard]] bool armed() const noexcept { return next_ != this; }

private:
  friend class deadline_wheel;

  void unlink() noexcept {
    prev_->next_ = next_;
    next_->prev_ = prev_;
    prev_ = next_ = this;
  }

  deadline_entry* prev_ = this;
  deadline_entry* next_ = this;
  std::uint64_t tick_ = 0;
  steady_time due_{};
};

/// Hashed wheel of intrusive entries: `arm` and `cancel` take constant time and allocate nothing. A deadline is
/// rounded up to the next tick, so an entry is never due early and at most one tick late. Pure: time is what the
/// caller says.
/// Thread safety: none; one wheel belongs to one reactor.
class deadline_wheel {
public:
  static constexpr std::chrono::milliseconds default_tick{50};

  explicit deadline_wheel(steady_time start,
                          std::chrono::milliseconds tick = default_tick) noexcept;

  deadline_wheel(const deadline_wheel&) = delete;
  deadline_wheel& operator=(const deadline_wheel&) = delete;

  /// Makes `entry` due at `due`, wherever it stood before.
  void arm(deadline_entry& entry, steady_time due) noexcept;

  /// Makes `entry` due at `due` unless it is due earlier already. The owner looks at its real deadline when the entry
  /// comes due and arms it again, so a deadline that moves back with each request costs one comparison.
  void arm_no_later(deadline_entry& entry, steady_time due) noexcept;

  /// Takes `entry` out; nothing happens if it is not armed.
  void cancel(deadline_entry& entry) noexcept { entry.unlink(); }

  /// Takes every entry due by `now` out and hands it to `on_due(deadline_entry&)`, which may arm, cancel and destroy
  /// entries at will, the one it was given included.
  template <class OnDue>
  void advance(steady_time now, OnDue&& on_due) {
    const auto until = tick_of(now);
    // After a stall of more than one turn each bucket needs one visit only.
    auto visits = until > done_ ? until - done_ : 0;
    if (visits > buckets)
      visits = buckets;
    deadline_entry due;
    for (std::uint64_t i = 0; i < visits; ++i)
      collect(slots_[(until - i) % buckets], until, due);
    if (until > done_)
      done_ = until;
    while (due.next_ != &due) {
      auto& entry = *due.next_;
      entry.unlink();
      on_due(entry);
    }
  }

private:
  static constexpr std::size_t buckets = 256;

  /// The tick that has passed by `when`.
  [[nodiscard]] std::uint64_t tick_of(steady_time when) const noexcept;
  /// The first tick at or after `due` that is still to come.
  [[nodiscard]] std::uint64_t tick_for(steady_time due) const noexcept;
  static void append(deadline_entry& list, deadline_entry& entry) noexcept;
  static void collect(deadline_entry& slot, std::uint64_t until, deadline_entry& due) noexcept;

  steady_time start_;
  std::chrono::nanoseconds tick_;
  std::uint64_t done_ = 0;
  std::array<deadline_entry, buckets> slots_;
};

} // namespace troupe::http
