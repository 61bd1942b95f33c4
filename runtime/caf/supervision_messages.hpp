// What a supervised actor and its supervisor say to each other. All of it is urgent: it overtakes the backlog.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"
#include "runtime/core/result.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>

namespace [[gnu::visibility("default")]] troupe {

// -- from the supervisor ------------------------------------------------------

/// Asks an actor to end. It may take until `deadline`; after that it is abandoned and reported.
struct stop_request {
  stop_reason reason;
  steady_time deadline;
};

/// Tells a suspended actor to begin a new incarnation. On a running actor it replaces the incarnation.
struct restart_directive {};

// -- to the supervisor --------------------------------------------------------

/// An incarnation is up.
struct child_up {
  std::uint64_t actor_id;
  std::uint32_t incarnation;
};

/// An exception was contained; the actor is suspended until it gets a directive.
struct child_crashed {
  std::uint64_t actor_id;
  std::uint32_t incarnation;
  error why;
};

/// The factory of an incarnation failed. `alive`: the actor is still there, suspended (a restart that
/// failed); otherwise it has ended (its first start).
struct child_start_failed {
  std::uint64_t actor_id;
  error why;
  bool alive;
};

// -- to itself ----------------------------------------------------------------

/// A timer of the actor is due. It counts only in the incarnation that set it.
struct timer_due {
  std::uint32_t incarnation;
  std::uint64_t id;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::restart_directive)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_crashed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_start_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::timer_due)
