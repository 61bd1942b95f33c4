// What can be read about an actor from outside while it runs, without asking it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"
#include "runtime/core/result.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>

namespace [[gnu::visibility("default")]] troupe {

/// What an actor is doing. `ready` means messages wait and it is not running; it is derived when read.
enum class actor_state : std::uint8_t {
  starting,
  idle,
  ready,
  running,
  waiting,
  draining,
  stopping,
  backoff, ///< Failed, between two incarnations.
  stopped,
  failed,
};

[[nodiscard]] std::string_view to_string(actor_state state) noexcept;

struct incarnation_memory;

/// Counters and names of one actor, shared between the actor (the writer) and whoever inspects it. It
/// outlives the actor, so that its end can still be read.
///
/// Invariants: `enqueued` and `refused` have many writers; every other atomic is written by the actor's
/// current executor only and is therefore a load and store, never a read-modify-write. A message is counted in
/// `enqueued` before, and with release, so a reader who acquires `processed` and `refused` first sees at least as
/// many in `enqueued`. The figures are each exact and together only nearly of one instant.
struct actor_record {
  actor_record(std::string at, std::string_view of_type);
  ~actor_record();
  actor_record(const actor_record&) = delete;
  actor_record& operator=(const actor_record&) = delete;

  const std::string path;  ///< Survives restarts, for example `/app/store`.
  const std::string& type; ///< The state's `type_name`; kept once for all actors and for ever.
  const steady_time spawned_at;
  std::atomic<std::uint64_t> actor_id{0};

  /// Messages that arrived, refused ones included; one that is tried again has arrived twice.
  std::atomic<std::uint64_t> enqueued{0};
  /// Lost instead of handled: restarting, stash or mailbox full, left over at the end.
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> processed{0}; ///< Messages taken out of the mailbox.
  std::atomic<std::uint64_t> run_ns{0};    ///< Time spent in handlers.
  std::atomic<std::uint32_t> unhandled{0}; ///< Messages no handler took.
  std::atomic<std::uint32_t> failures{0};  ///< Exceptions contained.
  std::atomic<std::uint32_t> incarnation{0};
  std::atomic<std::uint32_t> restarts{0}; ///< Incarnations begun after the first.
  std::atomic<actor_state> state{actor_state::starting};
  std::atomic<bool> abandoned{false}; ///< Its supervisor no longer waits for it.

  /// Steady-clock nanoseconds at which the handler in hand began; 0 when there is none.
  std::atomic<std::int64_t> busy_since_ns{0};
  /// Type of the message in hand; null for CAF's own types and when there is none.
  std::atomic<const std::type_info*> current_message{nullptr};

  /// Messages waiting right now; none when it has ended, whatever was left or is still sent to it.
  [[nodiscard]] std::uint64_t depth() const noexcept;
  /// `state` with `ready` worked out.
  [[nodiscard]] actor_state visible_state() const noexcept;

  /// What its incarnations leave to each other, made when there is something; for the actor's executor, and for its
  /// supervisor while it is suspended or has ended.
  std::shared_ptr<incarnation_memory> memory;

  [[nodiscard]] std::optional<error> last_error() const;
  void last_error(error why);

private:
  std::unique_ptr<const error>
    last_error_; ///< Guarded by one of a few mutexes that all records share.
};

/// The record's message in hand as a readable type name, for example `troupe::http::request`.
[[nodiscard]] std::string current_message_name(const actor_record& record);

/// A type's name as people write it.
[[nodiscard]] std::string readable_name(const std::type_info& type);

} // namespace troupe
