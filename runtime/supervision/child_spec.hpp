// What a supervisor knows about a child: how to make it, when to bring it back, how long it may take to stop.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/child_rules.hpp"
#include "runtime/core/result.hpp"
#include "runtime/caf/actor_policy.hpp"
#include "runtime/supervision/failure_rule.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>

#include <any>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

struct actor_record;
struct incarnation_memory;
struct supervisor_shape;
class dead_letter_sink;
class supervisor_event_sink;

/// What a start function is given.
struct start_args {
  caf::actor_system& system;
  /// The child's path, for example `/app/store`.
  std::string path;
  /// Whom the actor reports to.
  caf::strong_actor_ptr supervisor;
  /// Where a nested supervisor publishes its events. Never null.
  std::shared_ptr<supervisor_event_sink> events;
  /// The child's, for Troupe's base.
  actor_policy policy = {};
  /// What earlier incarnations have left; null when that is nothing.
  std::shared_ptr<incarnation_memory> memory = nullptr;
  /// Where messages go that cannot be delivered; may be null.
  std::shared_ptr<dead_letter_sink> dead_letters = nullptr;
  /// Whether `on_start` waits for `start_signal`.
  bool wait_for_start_signal = false;
  /// What the supervisor wants to be told with each report; empty: it monitors the actor.
  std::optional<std::uint32_t> slot = std::nullopt;
};

/// What a start function returns: the actor, which has been spawned but need not be up yet.
struct started_child {
  /// Null: the child is not wanted now (OTP's `ignore`). It stays listed as stopped, unless it is temporary.
  caf::strong_actor_ptr handle;
  /// Null for an actor without Troupe's base: it is taken to be up at once, is stopped by an exit message,
  /// and is made anew when it ends.
  std::shared_ptr<actor_record> record = nullptr;
  /// For whoever asked for the start (OTP's `{ok, Pid, Info}`).
  std::any info = {};
};

/// Makes the actor of a child. Called by the supervisor for its first start and again whenever it has ended
/// and is to come back; a restart in place does not call it. Must not block. An exception counts as failure.
using start_function = std::function<result<started_child>(const start_args&)>;

enum class child_type : std::uint8_t { worker, supervisor };

[[nodiscard]] std::string_view to_string(child_type type) noexcept;

/// Says not to wait for a child: it ends without its `on_stop`, and if it is in a handler it is abandoned (OTP's
/// `brutal_kill`; a running handler cannot be interrupted).
inline constexpr std::chrono::milliseconds brutal_shutdown{0};

/// Says to wait for a child as long as the stop of its whole supervisor lasts.
inline constexpr std::chrono::milliseconds unbounded_shutdown = std::chrono::milliseconds::max();

/// The longest bounded time of any kind; keeps arithmetic on deadlines far from overflow.
inline constexpr std::chrono::milliseconds longest_shutdown = std::chrono::hours{24};

/// Specification of one child (Erlang/OTP `child_spec`). Plain data; `validate` checks it.
struct child_spec {
  /// Unique in its supervisor; letters, digits, `_`, `-` and `.`, at most 64 of them.
  std::string id;
  start_function start;
  restart_type restart = restart_type::permanent;
  /// Time to end after it was asked to stop; then it is abandoned and reported. From 0 (`brutal_shutdown`) to
  /// `longest_shutdown`, or `unbounded_shutdown`, as supervisors have: their own children bound them.
  std::chrono::milliseconds shutdown{5'000};
  child_type type = child_type::worker;
  /// Whether its end may end its supervisor, see `auto_shutdown`. Not for permanent children.
  bool significant = false;
  /// Time to come up, at most `longest_shutdown`; then it is stopped and its start has failed. Zero: no limit.
  std::chrono::milliseconds init_timeout{0};
  /// A restart budget of its own, beside its supervisor's.
  std::optional<restart_limits> limits = std::nullopt;
  backoff_options backoff = {};
  /// Restarts without a healthy time between them that are tolerated; zero: no limit.
  std::uint32_t max_consecutive = 0;
  /// What to do about an exception; empty, or without an answer: what `restart` says.
  failure_rule on_failure = {};
  actor_policy policy = {};
  /// Of a supervisor: what it supervises, to be checked and added up before anything starts.
  std::shared_ptr<const supervisor_shape> shape = nullptr;
};

/// The part of a specification that the plan decides by.
[[nodiscard]] child_rules rules_of(const child_spec& spec);

/// Checks one specification, and those of the children below it.
/// @param place Where it stands, for the message: `children[2]`.
/// @returns `errc::invalid_argument` naming the field and the bad value: `children[2].shutdown: -5 ms ...`.
[[nodiscard]] result<void> validate(const child_spec& spec, std::string_view place);

/// Checks a list without starting anything: each specification, and `errc::duplicate_child` for an id that
/// stands twice.
/// @param place Of the supervisor they belong to; empty, or ends with a dot.
[[nodiscard]] result<void> validate(const std::vector<child_spec>& children,
                                    std::string_view place = {});

} // namespace troupe
