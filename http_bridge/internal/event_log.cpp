// Chooses the level of each event.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/event_log.hpp"

#include "runtime/inspection/log_sink.hpp"

namespace troupe::internal {

namespace {

struct levels {
  log_level operator()(const http::bridge_listening&) const { return log_level::info; }
  log_level operator()(const http::bridge_drained& e) const {
    return e.in_time ? log_level::debug : log_level::warning;
  }
  log_level operator()(const http::request_failed&) const { return log_level::error; }
  log_level operator()(const http::accept_paused&) const { return log_level::warning; }
  log_level operator()(const http::reactor_stuck&) const { return log_level::error; }
};

} // namespace

void event_log::publish(const http::http_event& event) noexcept {
  try {
    log_line(std::visit(levels{}, event), http::to_text(event));
  } catch (...) { // out of memory: a lost line is better than a lost reactor
  }
}

} // namespace troupe::internal
