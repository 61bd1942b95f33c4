// The actor that holds what was accepted.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/store.hpp"

#include <caf/actor_clock.hpp>

#include <utility>

namespace hostwatch {

store::store(troupe::supervised_actor* self, troupe::stable_ref listener,
             std::shared_ptr<permit_pool> listener_places)
  : self_(self), listener_(std::move(listener)), listener_places_(std::move(listener_places)) {
  if (self->incarnation() > 1)
    since_ = std::chrono::system_clock::now();
}

caf::behavior store::make_behavior() {
  return {
    [this](const keep_samples& request) {
      auto out = samples_.keep(*request.samples, self_->clock().now());
      if (out.outcome == keep_outcome::kept)
        publish(request.samples);
      return out;
    },
    [this](const list_hosts&) {
      return host_list{samples_.hosts(self_->clock().now()), since_};
    },
    [this](const find_window& request) {
      return found_window{samples_.window(request.host, request.window, self_->clock().now()),
                          since_};
    },
    [this](const inject_fault& fault) { faults_.apply(fault.kind); },
  };
}

void store::on_stop(const troupe::stop_request&) {
  if (!faults_.ignores_stop())
    self_->quit(caf::exit_reason::user_shutdown);
}

void store::publish(const sample_batch& samples) const {
  const auto& listener = listener_.resolve();
  if (!listener)
    return;
  if (auto place = listener_places_->take())
    self_->send(caf::actor_cast<caf::actor>(listener), samples_kept{samples, std::move(place)});
}

} // namespace hostwatch
