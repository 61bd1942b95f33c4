// Adds up the figures of the reactors.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/counter_cells.hpp"

namespace troupe::internal {

void counter_cells::add_to(http::http_counters& sum) const noexcept {
  sum.connections += connections.value();
  sum.in_flight += in_flight.value();
  sum.streams += streams.value();
  sum.accepted += accepted.value();
  sum.requests += requests.value();
  sum.responses += responses.value();
  sum.streams_started += streams_started.value();
  sum.bad_requests += bad_requests.value();
  sum.not_routed += not_routed.value();
  sum.overloaded += overloaded.value();
  sum.draining += draining.value();
  sum.head_timeouts += head_timeouts.value();
  sum.body_timeouts += body_timeouts.value();
  sum.idle_timeouts += idle_timeouts.value();
  sum.write_timeouts += write_timeouts.value();
  sum.request_timeouts += request_timeouts.value();
  sum.late_answers += late_answers.value();
  sum.handler_failures += handler_failures.value();
  sum.clients_gone += clients_gone.value();
  sum.streams_overflowed += streams_overflowed.value();
  sum.accept_pauses += accept_pauses.value();
}

counter_cells& counter_set::add() {
  std::lock_guard guard{mutex_};
  return *cells_.emplace_back(std::make_unique<counter_cells>());
}

http::http_counters counter_set::sum() const {
  std::lock_guard guard{mutex_};
  http::http_counters out;
  for (const auto& each : cells_)
    each->add_to(out);
  return out;
}

} // namespace troupe::internal
