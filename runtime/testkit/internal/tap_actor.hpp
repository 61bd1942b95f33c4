// An address whose messages are handled at once, by whoever sends them.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/actor_control_block.hpp>
#include <caf/actor_system.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/monitorable_actor.hpp>

#include <functional>

namespace troupe::testkit::internal {

/// Never scheduled: `on_message` runs in the sender's thread, inside the send. It therefore needs no turn of a
/// scheduler to see a message, and must neither block nor call back into a lock the sender may hold.
class tap_actor final : public caf::monitorable_actor {
public:
  using function = std::function<void(caf::mailbox_element&, caf::execution_unit*)>;

  tap_actor(caf::actor_config& cfg, function on_message);
  ~tap_actor() override;

  using caf::monitorable_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  [[nodiscard]] const char* name() const override { return "tap"; }

private:
  function on_message_;
};

[[nodiscard]] caf::strong_actor_ptr make_tap(caf::actor_system& system,
                                             tap_actor::function on_message);

/// Sends from `tap`; `host` null means that the scheduler runs the receiver.
void send_from(const caf::strong_actor_ptr& tap, const caf::strong_actor_ptr& to,
               caf::message_id id, caf::message what, caf::execution_unit* host = nullptr);

/// Makes `tap` get a down message when `whom` ends; at once if it has.
void watch_from(const caf::strong_actor_ptr& tap, const caf::strong_actor_ptr& whom);

} // namespace troupe::testkit::internal
