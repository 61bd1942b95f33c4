// Checks a bridge's options and makes its child specification.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/bridge.hpp"

#include "runtime/core/units.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/application/application.hpp"
#include "http_bridge/internal/bridge_state.hpp"
#include "http_bridge/internal/event_log.hpp"

#include <fmt/format.h>

#include <utility>

namespace troupe::http {

bridge_status::bridge_status() : cells_(std::make_shared<internal::counter_set>()) {
  // nop
}

bridge_status::~bridge_status() = default;

std::optional<endpoint> bridge_status::address() const {
  std::lock_guard guard{mutex_};
  return address_;
}

void bridge_status::address(std::optional<endpoint> where) {
  std::lock_guard guard{mutex_};
  address_ = std::move(where);
}

http_counters bridge_status::counters() const {
  return cells_->sum();
}

result<void> validate(const bridge_options& options) {
  if (auto fine = validate(options.listen); !fine)
    return fine;
  if (options.reactors > 256)
    return error{errc::invalid_argument,
                 fmt::format("reactors: {} (at most 256)", options.reactors)};
  if (auto fine = validate(options.limits); !fine)
    return fine;
  if (options.in_flight == 0)
    return error{errc::invalid_argument, "in_flight: 0 (at least 1)"};
  if (options.drain_time < options.drain_time.zero())
    return error{errc::invalid_argument, "drain_time: " + troupe::to_text(options.drain_time)};
  if (!is_field_value(options.server_name))
    return error{errc::invalid_argument, "server_name: not a field value"};
  return {};
}

child_spec make_bridge(application& app, std::string id, bridge_options options, router routes) {
  if (!options.events)
    options.events = std::make_shared<internal::event_log>();
  if (!options.status)
    options.status = std::make_shared<bridge_status>();
  auto setup = std::make_shared<const internal::bridge_setup>(internal::bridge_setup{
    std::move(options), std::move(routes), app.shared_actors(), app.status()});
  child_spec spec;
  spec.id = std::move(id);
  spec.start = [setup](const start_args& at) -> result<started_child> {
    // Bound here and not by the actor, so that the start fails with the error itself.
    auto bound = internal::open_engine(*setup, setup->options.listen, at.system, at.path);
    if (!bound)
      return std::move(bound).error();
    auto legacy = std::make_shared<internal::bridge_legacy>();
    legacy->engine = std::move(*bound);
    legacy->address = legacy->engine->address();
    return start_as<internal::bridge_state>(setup, legacy)(at);
  };
  return spec;
}

} // namespace troupe::http
