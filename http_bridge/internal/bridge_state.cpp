// Opens, drains and stops the engine as the application's lifespan says.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/bridge_state.hpp"

#include "runtime/caf/errors.hpp"
#include "runtime/caf/system_setup.hpp"
#include "runtime/lifespan/lifespan.hpp"
#include "http_bridge/engine/asio_engine.hpp"
#include "http_bridge/internal/bridge_actor.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe::internal {

namespace {

/// Kept of a deadline to acknowledge in time: the wheel is up to a tick late.
constexpr std::chrono::milliseconds margin{100};
constexpr std::chrono::milliseconds look_again{2};

} // namespace

result<std::unique_ptr<http::engine>> open_engine(const bridge_setup& setup,
                                                  const http::endpoint& where,
                                                  caf::actor_system& system,
                                                  const std::string& path) {
  const auto& options = setup.options;
  if (auto fine = validate(options); !fine)
    return fine.error();
  if (const auto& fine = setup.routes.check(); !fine)
    return fine.error();
  http::engine_options wanted;
  wanted.name = path;
  wanted.reactors = options.reactors > 0 ? options.reactors : available_cores();
  wanted.bounds = options.limits;
  wanted.in_flight = options.in_flight;
  wanted.server_name = options.server_name;
  wanted.events = options.events;
  wanted.counters = options.status->cells();
  return http::make_asio_engine(where, std::move(wanted),
                                [&](http::reactor_port& port, std::size_t) {
                                  return std::make_unique<bridge_actor>(system, setup.routes, port);
                                });
}

bridge_state::bridge_state(supervised_actor* self, std::shared_ptr<const bridge_setup> setup,
                           std::shared_ptr<bridge_legacy> legacy)
  : self_(self), setup_(std::move(setup)), engine_(std::move(legacy->engine)) {
  if (!engine_) {
    auto opened = open_engine(*setup_, legacy->address, self_->system(), self_->path());
    if (!opened)
      throw std::runtime_error(opened.error().to_text());
    engine_ = std::move(*opened);
  }
}

bridge_state::~bridge_state() {
  setup_->options.status->address(std::nullopt);
}

caf::behavior bridge_state::make_behavior() {
  subscribe();
  return {
    [this](const lifespan_message& message) { return follow(message); },
    [this](const engine_drained& end) { drained(end.cut); },
  };
}

void bridge_state::subscribe() {
  if (!setup_->options.follow_lifespan) {
    if (auto opened = accept(); !opened)
      throw std::runtime_error(opened.error().to_text());
    return;
  }
  const auto where = setup_->actors->ref(lifespan_path);
  if (const auto& lifespan = where.resolve())
    // Urgent as all that comes after it, or the news that this child is up would overtake it.
    caf::anon_send<caf::message_priority::high>(
      caf::actor_cast<caf::actor>(lifespan),
      subscribe_lifespan{self_->path(), caf::strong_actor_ptr{self_->ctrl()}});
  // An incarnation after the first has missed `started`.
  const auto state = setup_->status->state();
  if (setup_->status->has_started() && state <= lifespan_state::lame_duck)
    if (auto opened = accept(); !opened)
      throw std::runtime_error(opened.error().to_text());
}

caf::result<lifespan_ack> bridge_state::follow(const lifespan_message& message) {
  switch (message.event) {
    case lifespan_event::started:
      if (auto opened = accept(); !opened)
        return to_caf(opened.error());
      break;
    case lifespan_event::stopping:
      engine_->notice_stopping();
      break;
    case lifespan_event::drain:
      drain(message);
      return caf::delegated<lifespan_ack>{};
    case lifespan_event::startup:
    case lifespan_event::ready:
    case lifespan_event::shutdown:
      break;
  }
  return lifespan_ack{};
}

result<void> bridge_state::accept() {
  if (std::exchange(accepting_, true))
    return {};
  if (auto opened = engine_->accept(); !opened)
    return opened;
  setup_->options.status->address(engine_->address());
  setup_->options.events->publish(http::bridge_listening{self_->path(), engine_->address()});
  return {};
}

void bridge_state::drain(const lifespan_message& message) {
  drain_promise_ = self_->make_promise();
  drain_began_ = std::chrono::steady_clock::now();
  drain_deadline_ = std::min(message.deadline - margin, drain_began_ + setup_->options.drain_time);
  engine_->drain(drain_deadline_, [me = caf::weak_actor_ptr{self_->ctrl()}](std::size_t cut) {
    if (const auto bridge = caf::actor_cast<caf::actor>(me))
      caf::anon_send<caf::message_priority::high>(bridge, engine_drained{cut});
  });
}

void bridge_state::drained(std::size_t cut) {
  const auto now = std::chrono::steady_clock::now();
  setup_->options.events->publish(http::bridge_drained{
    self_->path(), std::chrono::duration_cast<std::chrono::milliseconds>(now - drain_began_),
    now < drain_deadline_, cut});
  drain_promise_.deliver(lifespan_ack{});
}

void bridge_state::on_stop(const stop_request& request) {
  engine_->stop();
  wait_for_end(request.deadline - margin);
}

void bridge_state::wait_for_end(steady_time deadline) {
  if (engine_->ended()) {
    self_->quit();
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now < deadline) {
    // Looked at, not waited for: a scheduler thread is not ours to hold.
    self_->run_after(look_again, [this, deadline] { wait_for_end(deadline); });
    return;
  }
  // The supervisor gives this actor up and reports it; who is to blame is said here.
  for (const auto& what : engine_->join(now))
    setup_->options.events->publish(http::reactor_stuck{self_->path(), what});
}

} // namespace troupe::internal
