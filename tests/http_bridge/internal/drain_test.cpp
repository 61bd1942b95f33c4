// What a drain does with each connection.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/drain.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace troupe;
using namespace troupe::internal;
using namespace std::chrono_literals;

namespace {

const steady_time now{1h};

connection_view idle_since(steady_time when) {
  connection_view seen;
  seen.active_at = when;
  return seen;
}

} // namespace

TEST_CASE("a connection that has been idle is closed at once", "[drain]") {
  CHECK(drain_step(idle_since(now - 1s), now).action == drain_action::close);
  CHECK(drain_step(idle_since(now - drain_grace), now).action == drain_action::close);
}

TEST_CASE("a connection that was in use a moment ago gets time for the request on its way",
          "[drain]") {
  CHECK(drain_step(idle_since(now), now) == drain_decision{drain_action::wait, now + drain_grace});
  CHECK(drain_step(idle_since(now - drain_grace + 1ms), now)
        == drain_decision{drain_action::wait, now + 1ms});
}

TEST_CASE("what is owed, unsent, begun or lingering may finish, however long ago it was active",
          "[drain]") {
  for (auto part : {&connection_view::owes_answers, &connection_view::unsent,
                    &connection_view::head_begun, &connection_view::lingering}) {
    auto seen = idle_since(now - 1h);
    seen.*part = true;
    CHECK(drain_step(seen, now).action == drain_action::finish);
  }
}

TEST_CASE("a drain closes nothing that is owed an answer, and waits for nothing for ever",
          "[drain]") {
  CHECK(rc::check([](bool owes, bool unsent, bool begun, bool lingering) {
    const auto active = now - std::chrono::milliseconds{*rc::gen::inRange(0, 1'000)};
    const connection_view seen{owes, unsent, begun, lingering, active};
    const auto step = drain_step(seen, now);
    if (owes || unsent || begun || lingering)
      RC_ASSERT(step.action == drain_action::finish);
    if (step.action == drain_action::wait) {
      RC_ASSERT(step.again > now);
      RC_ASSERT(drain_step(seen, step.again).action == drain_action::close);
    }
  }));
}
