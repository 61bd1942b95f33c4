// Remembers the last events of supervisors and lifespan, numbered.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/supervision/supervisor_event.hpp"
#include "runtime/lifespan/lifespan_event_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// An event with its number and time.
struct logged_event {
  std::uint64_t sequence; ///< From 1, without gaps as long as nothing was dropped.
  wall_time at;
  /// Handles of actors are taken out: the log keeps no actor alive.
  std::variant<supervisor_event, lifespan_occurrence> what;
};

/// A part of the log.
struct event_slice {
  std::vector<std::shared_ptr<const logged_event>> events; ///< Oldest first.
  std::uint64_t last = 0;    ///< Number of the newest event there ever was; 0: none.
  std::uint64_t missed = 0;  ///< Events asked for that are no longer kept.
  std::uint64_t dropped = 0; ///< Events that are no longer kept, in all.
};

/// The state an application is in, and since when.
struct lifespan_mark {
  wall_time since;
  lifespan_state_entered what;
};

/// A ring of events; the oldest makes room for the newest.
///
/// Invariants: everything is guarded by `mutex_`; an event in the ring never changes. `dropped_`
/// counts those that were overwritten or for which there was no memory.
/// Thread safety: any thread. Does not block beyond a short lock.
class event_log final : public supervisor_event_sink, public lifespan_event_sink {
public:
  static constexpr std::size_t default_capacity = 1'024;

  /// @param capacity events kept, at least 1 (0 counts as 1).
  /// @param now the wall clock.
  explicit event_log(std::size_t capacity = default_capacity,
                     std::function<wall_time()> now = std::chrono::system_clock::now);

  void publish(const supervisor_event& event) noexcept override;
  void publish(const lifespan_occurrence& event) noexcept override;

  /// The events with a number above `sequence`.
  [[nodiscard]] event_slice since(std::uint64_t sequence) const;

  /// The last state entered; nothing before the first.
  [[nodiscard]] std::optional<lifespan_mark> state() const;

  [[nodiscard]] std::size_t capacity() const noexcept { return ring_.size(); }

private:
  /// Numbers and keeps what `copy` returns.
  template <class Copy>
  void add(Copy copy) noexcept;

  std::function<wall_time()> now_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const logged_event>> ring_; ///< The event `n` is at `n % size`.
  std::uint64_t last_ = 0;
  std::uint64_t dropped_ = 0;
  std::optional<lifespan_mark> state_;
};

} // namespace troupe
