// What runs right now: the one model that every view (admin API, command-line tool) is made from.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"
#include "runtime/caf/actor_record.hpp"
#include "runtime/lifespan/lifespan_message.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

class registry;
class lifespan_status;

/// The handler that an actor is in.
struct work_in_hand {
  /// Type of the message; `(built-in)` for one of CAF's own types.
  std::string message;
  /// For how long the handler has been running.
  std::chrono::nanoseconds busy_for{};

  friend bool operator==(const work_in_hand&, const work_in_hand&) = default;
};

/// One actor. Identity is path and incarnation; counters go on over restarts in place and begin
/// anew when the supervisor had to make a new actor.
struct actor_snapshot {
  std::string path;
  /// False for an actor without Troupe's base: it is alive, and nothing below is known of it.
  bool observed = true;

  std::string type;
  std::uint64_t id = 0; ///< CAF's actor id; 0 before the actor was launched.
  std::uint32_t incarnation = 0;
  actor_state state = actor_state::starting;
  bool abandoned = false; ///< It did not stop in its time and nobody waits for it any more.

  std::uint64_t depth = 0;     ///< Messages waiting, the one in hand included.
  std::uint64_t enqueued = 0;  ///< Messages that arrived, refused ones included.
  std::uint64_t processed = 0; ///< Messages taken out of the mailbox.
  std::uint64_t refused = 0;   ///< Answered or dropped at the door.
  std::uint64_t unhandled = 0; ///< Messages no handler took.
  std::uint64_t failures = 0;  ///< Exceptions contained.
  std::uint32_t restarts = 0;  ///< Restarts in place.

  std::chrono::nanoseconds busy{}; ///< Time spent in handlers that have returned.
  std::chrono::nanoseconds age{};  ///< Since the actor was made; goes on after its end.
  std::optional<work_in_hand> current;
  std::optional<error> last_error;

  friend bool operator==(const actor_snapshot&, const actor_snapshot&) = default;
};

/// Everything known of one moment. Each figure is exact; together they are nearly of one instant,
/// because nobody is stopped or asked for them.
struct snapshot {
  wall_time time{};
  std::string application;
  lifespan_state state = lifespan_state::starting;
  /// Every path that has, or had, an actor, in order of first appearance. An ended actor stays as
  /// `stopped` or `failed` until another takes its path.
  std::vector<actor_snapshot> actors;
  /// Live CAF actors without Troupe's base, wherever they come from: those in `actors` that are not
  /// observed, and those that stand in no tree. Nothing when the number could not be had.
  std::optional<std::uint64_t> unobserved;

  friend bool operator==(const snapshot&, const snapshot&) = default;
};

/// Where a snapshot comes from. `actors` and `status` are not null.
struct snapshot_source {
  std::string application;
  std::shared_ptr<const registry> actors;
  std::shared_ptr<const lifespan_status> status;
  /// How many actors CAF counts as running; may be empty.
  std::function<std::size_t()> running;
};

/// Reads the counters. Not blocking beyond short locks, and in time linear in the number of actors;
/// no actor is asked, so it works as well when every actor hangs.
/// Thread safety: any thread.
[[nodiscard]] snapshot take_snapshot(const snapshot_source& from, const clock& time = real_clock());

/// The ten states, in the order of the enumeration.
inline constexpr std::array<actor_state, 10> all_actor_states{
  actor_state::starting, actor_state::idle,     actor_state::ready,    actor_state::running,
  actor_state::waiting,  actor_state::draining, actor_state::stopping, actor_state::backoff,
  actor_state::stopped,  actor_state::failed};

/// The state with this name; nothing when there is none.
[[nodiscard]] std::optional<actor_state> parse_actor_state(std::string_view name) noexcept;

/// Whether an actor in this state has ended.
[[nodiscard]] constexpr bool has_ended(actor_state state) noexcept {
  return state == actor_state::stopped || state == actor_state::failed;
}

/// Sums over the observed actors of a snapshot.
struct actor_totals {
  std::size_t actors = 0;                                      ///< Unobserved ones included.
  std::array<std::size_t, all_actor_states.size()> by_state{}; ///< Indexed by `actor_state`.
  std::uint64_t depth = 0;
  std::uint64_t enqueued = 0;
  std::uint64_t processed = 0;
  std::uint64_t refused = 0;
  std::uint64_t unhandled = 0;
  std::uint64_t failures = 0;
  std::uint64_t restarts = 0;
};

[[nodiscard]] actor_totals totals_of(const snapshot& from) noexcept;

} // namespace troupe
