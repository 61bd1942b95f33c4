// What a supervisor knows about a child: how to make it, when to bring it back, how long it may take to stop.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/restart_plan.hpp"
#include "runtime/core/result.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

struct actor_record;
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
};

/// What a start function returns: the actor, which has been spawned but need not be up yet.
struct started_child {
  caf::strong_actor_ptr handle;
  /// Null for an actor without Troupe's base: it is taken to be up at once, is stopped by an exit message,
  /// and is made anew when it ends.
  std::shared_ptr<actor_record> record;
};

/// Makes the actor of a child. Called by the supervisor for its first start and again whenever it has ended
/// and is to come back; a restart in place does not call it. Must not block. An exception counts as failure.
using start_function = std::function<result<started_child>(const start_args&)>;

enum class child_type : std::uint8_t { worker, supervisor };

[[nodiscard]] std::string_view to_string(child_type type) noexcept;

/// Says to wait for a child as long as the stop of its whole supervisor lasts.
inline constexpr std::chrono::milliseconds unbounded_shutdown = std::chrono::milliseconds::max();

/// The longest bounded `shutdown`; keeps arithmetic on deadlines far from overflow.
inline constexpr std::chrono::milliseconds longest_shutdown = std::chrono::hours{24};

/// Specification of one child (Erlang/OTP `child_spec`). Plain data; `validate` checks it.
struct child_spec {
  /// Unique in its supervisor; letters, digits, `_`, `-` and `.`, at most 64 of them.
  std::string id;
  start_function start;
  restart_type restart = restart_type::permanent;
  /// Time to end after it was asked to stop; then it is abandoned and reported. From 0 to `longest_shutdown`, or
  /// `unbounded_shutdown`, as supervisors have: their own children bound them.
  std::chrono::milliseconds shutdown{5'000};
  child_type type = child_type::worker;
};

/// Checks one specification.
/// @param place Where it stands, for the message: `children[2]`.
/// @returns `errc::invalid_argument` naming the field and the bad value.
[[nodiscard]] result<void> validate(const child_spec& spec, std::string_view place);

/// Checks a list without starting anything: each specification, and `errc::duplicate_child` for an id that
/// stands twice.
[[nodiscard]] result<void> validate(const std::vector<child_spec>& children);

} // namespace troupe
