// The life of an application: its states, and the events broadcast to whoever subscribes.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/exit_class.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

/// Where an application stands. It goes through them in this order; a failed start goes straight to `stopping`.
enum class lifespan_state : std::uint8_t {
  starting,
  started,   ///< Every child is up, the port is about to open.
  ready,     ///< Serving.
  lame_duck, ///< Says it is not ready, still serves: load balancers turn away.
  draining,  ///< No new work; what is in flight finishes.
  stopping,  ///< Children end, then the shutdown handlers run.
  stopped,
};

/// What is broadcast. Each is sent to every subscriber at once and acknowledged by each.
enum class lifespan_event : std::uint8_t {
  startup,  ///< Every child is up.
  started,  ///< Begin to take work: the HTTP bridge opens its port.
  ready,    ///< The application is ready.
  stopping, ///< Notice: a stop was asked for. End long-lived streams now.
  drain,    ///< Take no new work and acknowledge when nothing is in flight.
  shutdown, ///< The children are about to be stopped.
};

[[nodiscard]] std::string_view to_string(lifespan_state state) noexcept;
[[nodiscard]] std::string_view to_string(lifespan_event event) noexcept;

/// Sent to every subscriber as an urgent request; the answer is `lifespan_ack` or an error. An answer to
/// `startup` or `started` that is an error, or missing at the deadline, fails the start. In a stop it is
/// reported, and the stop goes on.
struct lifespan_message {
  lifespan_event event;
  stop_reason reason; ///< Of the stop; empty during the start.
  steady_time deadline;
};

/// "Done."
struct lifespan_ack {};

/// Subscribes `who` under the name `path`; send it to the actor at `/lifespan`. A second subscription of the
/// same actor replaces the first. Subscribers that have ended are forgotten. Whoever subscribes after an event
/// (a child of the start that was overtaken, a new incarnation) is told the events so far, in order: those of
/// the start, or, in a stop, those of the stop.
struct subscribe_lifespan {
  std::string path;
  caf::strong_actor_ptr who;
};

/// Asks the application to stop; send it to the actor at `/lifespan`. The first reason is kept.
struct request_stop {
  stop_reason reason;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::lifespan_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::lifespan_ack)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::subscribe_lifespan)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::request_stop)
