// Writes the events of a bridge for people.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/http_event.hpp"

#include "runtime/core/units.hpp"

#include <fmt/format.h>

namespace troupe::http {

namespace {

std::string text(const bridge_listening& e) {
  return fmt::format("{} listens on {}", e.bridge, to_text(e.address));
}

std::string text(const bridge_drained& e) {
  if (e.in_time)
    return fmt::format("{} drained in {}", e.bridge, troupe::to_text(e.took));
  return fmt::format("{} did not drain in {}: {} requests in flight were cut off", e.bridge,
                     troupe::to_text(e.took), e.cut);
}

std::string text(const request_failed& e) {
  return fmt::format("{}: request {} failed: {}", e.bridge, e.request_id, e.why.to_text());
}

std::string text(const accept_paused& e) {
  return fmt::format("{} accepts no connections for a moment: {}", e.bridge, e.why);
}

std::string text(const reactor_stuck& e) {
  return fmt::format("{}: {} does not return", e.bridge, e.what);
}

} // namespace

http_event_sink::~http_event_sink() = default;

std::string to_text(const http_event& event) {
  return std::visit([](const auto& each) { return text(each); }, event);
}

} // namespace troupe::http
