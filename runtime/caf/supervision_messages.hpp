// What a supervised actor and its supervisor say to each other. All of it is urgent: it overtakes the backlog.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"
#include "runtime/core/result.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <exception>

namespace [[gnu::visibility("default")]] troupe {

// -- from the supervisor ------------------------------------------------------

/// Asks an actor to end. It may take until `deadline`; after that it is abandoned and reported.
struct stop_request {
  stop_reason reason;
  steady_time deadline;
};

/// Asks an actor to bring its incarnation to an end as a stop does, and to stay: it is suspended and keeps
/// address and mailbox until it gets a directive. For the siblings in a group restart.
struct halt_request {
  stop_reason reason;
  steady_time deadline;
};

/// Tells a suspended actor to begin a new incarnation. On a running actor it replaces the incarnation.
struct restart_directive {};

/// Tells a suspended actor to go on with the state it has.
struct resume_directive {};

/// Ends an actor at once, without its `on_stop`: a brutal stop, or one that has failed or quit and does not come back.
struct end_directive {
  exit_class how;
  error why; ///< Of an abnormal end.
};

/// All siblings have come up too (only under a supervisor with a start barrier).
struct start_signal {};

// -- to the supervisor --------------------------------------------------------
// `slot` is what the supervisor called the child when it made the actor (`actor_setup`).

/// An incarnation is up.
struct child_up {
  std::uint64_t actor_id;
  std::uint32_t incarnation;
  std::uint32_t slot = 0;
};

/// An exception was contained; the actor is suspended until it gets a directive.
struct child_crashed {
  std::uint64_t actor_id;
  std::uint32_t incarnation;
  error why;
  std::exception_ptr cause = nullptr; ///< For rules that decide by its type.
  std::uint32_t slot = 0;
};

/// The factory of an incarnation failed. `alive`: the actor is still there, suspended (a restart that
/// failed); otherwise it has ended (its first start).
struct child_start_failed {
  std::uint64_t actor_id;
  error why;
  bool alive;
  std::uint32_t slot = 0;
};

/// The factory threw `ignore_start`: the child is not wanted now. `alive` as above.
struct child_start_ignored {
  std::uint64_t actor_id;
  bool alive;
  std::uint32_t slot = 0;
};

/// The actor called `quit`. It is suspended until it is told to begin a new incarnation or to end.
struct child_quit {
  std::uint64_t actor_id;
  std::uint32_t incarnation;
  exit_class how;
  error
    why; ///< Of an abnormal end, and what asks for no restart (`errc::do_not_restart`, `errc::end_tree`).
  std::uint32_t slot = 0;
};

/// The incarnation has ended as `halt_request` asked; the actor is suspended.
struct child_halted {
  std::uint64_t actor_id;
  std::uint32_t incarnation;
  std::uint32_t slot = 0;
};

/// The actor has ended. Instead of a monitor's notice, for supervisors that keep a table.
struct child_ended {
  std::uint64_t actor_id;
  std::uint32_t slot;
  exit_class how;
  error why; ///< Of an abnormal end.
};

// -- to itself ----------------------------------------------------------------

/// A timer of the actor is due. It counts only in the incarnation that set it.
struct timer_due {
  std::uint32_t incarnation;
  std::uint64_t id;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::halt_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::restart_directive)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::resume_directive)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::end_directive)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::start_signal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_crashed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_start_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_start_ignored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_quit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_halted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::timer_due)
