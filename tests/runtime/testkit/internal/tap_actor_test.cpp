// Tests of the address that handles messages inside the send.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/internal/tap_actor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::testkit;

TEST_CASE("a tap handles a message before the send returns, with its sender", "[tap_actor]") {
  virtual_time_system time;
  int got = 0;
  caf::strong_actor_ptr from;
  const auto tap = internal::make_tap(time.system(),
                                      [&](caf::mailbox_element& what, caf::execution_unit*) {
                                        got = what.content().get_as<int>(0);
                                        from = what.sender;
                                      });
  const auto sender = internal::make_tap(time.system(),
                                         [](caf::mailbox_element&, caf::execution_unit*) {});
  internal::send_from(sender, tap, caf::make_message_id(), caf::make_message(7));
  CHECK(got == 7);
  CHECK(from == sender);
  CHECK(time.running() == 0); // it is no actor that anybody would wait for
  from = nullptr;
}
