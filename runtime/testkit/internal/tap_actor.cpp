// An address whose messages are handled at once.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/internal/tap_actor.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_config.hpp>
#include <caf/default_attachable.hpp>
#include <caf/make_actor.hpp>

#include <utility>

namespace troupe::testkit::internal {

tap_actor::tap_actor(caf::actor_config& cfg, function on_message)
  : caf::monitorable_actor(cfg), on_message_(std::move(on_message)) {}

tap_actor::~tap_actor() = default;

void tap_actor::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) {
  on_message_(*what, host);
}

caf::strong_actor_ptr make_tap(caf::actor_system& system, tap_actor::function on_message) {
  caf::actor_config cfg;
  return caf::make_actor<tap_actor, caf::strong_actor_ptr>(system.next_actor_id(), system.node(),
                                                           &system, cfg, std::move(on_message));
}

void send_from(const caf::strong_actor_ptr& tap, const caf::strong_actor_ptr& to,
               caf::message_id id, caf::message what, caf::execution_unit* host) {
  to->enqueue(caf::make_mailbox_element(tap, id, {}, std::move(what)), host);
}

void watch_from(const caf::strong_actor_ptr& tap, const caf::strong_actor_ptr& whom) {
  whom->get()->attach(caf::default_attachable::make_monitor(
    whom->get()->address(), tap->get()->address(), caf::message_priority::high));
}

} // namespace troupe::testkit::internal
