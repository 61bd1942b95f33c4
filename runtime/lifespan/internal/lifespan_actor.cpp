// The actor around the lifespan plan.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/internal/lifespan_actor.hpp"

#include "runtime/caf/errors.hpp"

#include <caf/actor_clock.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <utility>

namespace troupe::internal {

namespace {

std::vector<lifespan_hook> outline(const std::vector<lifespan_functions>& hooks) {
  std::vector<lifespan_hook> out;
  for (const auto& h : hooks)
    out.push_back({h.name, static_cast<bool>(h.startup), static_cast<bool>(h.shutdown)});
  return out;
}

constexpr auto urgent = caf::message_priority::high;

} // namespace

lifespan_actor::lifespan_actor(supervised_actor* self, std::shared_ptr<const lifespan_setup> setup)
  : self_(self), setup_(std::move(setup)), plan_(setup_->options, outline(setup_->hooks)) {}

caf::behavior lifespan_actor::make_behavior() {
  self_->set_down_handler([this](caf::scheduled_actor*, caf::down_msg& down) {
    if (root_ && down.source == root_->address())
      root_down(down.reason);
  });
  return {
    [this](begin_lifespan) { carry_out(plan_.begin(now())); },
    [this](const subscribe_lifespan& request) { subscribe(request); },
    [this](const request_stop& request) { carry_out(plan_.stop(request.reason, now())); },
    [this](const hook_returned& report) {
      if (hook_in_hand_ == report.hook && hook_is_shutdown_ == report.shutdown) {
        hook_in_hand_.reset();
        setup_->events->publish(hook_called{setup_->hooks[report.hook].name, report.shutdown,
                                            now() - hook_since_, report.failure});
      }
      carry_out(plan_.hook_done(report.hook, report.shutdown, report.failure, now()));
    },
    // The report is urgent and overtakes subscriptions that children sent before it; the start must not.
    [this](const child_up&) { self_->send(self_, tree_is_up{}); },
    [this](tree_is_up) { carry_out(plan_.tree_ready(now())); },
    [this](const child_start_failed& report) {
      root_failed_to_start_ = true;
      carry_out(plan_.tree_failed(report.why, now()));
    },
  };
}

lifespan_actor::~lifespan_actor() {
  if (plan_.finished())
    return;
  // It was killed or failed itself. Somebody waits for the report, and the tree must not go on without it.
  try {
    if (root_)
      carry_out(lifespan_step::stop_tree{
        {stop_reason::kind_type::task_failed, "the lifespan ended"}, now()});
    auto report = plan_.report();
    if (!report.escalation)
      report.escalation = self_->last_error().value_or(
        error{errc::gone, "the lifespan was ended from outside"});
    report.tree_unfinished = root_ != nullptr;
    if (setup_->on_finished)
      setup_->on_finished(std::move(report));
  } catch (...) { // out of memory: the process ends by its last resort
  }
}

void lifespan_actor::carry_out(lifespan_step::effects effects) {
  pending_.insert(pending_.end(), effects.begin(), effects.end());
  if (std::exchange(carrying_out_, true))
    return;
  while (!pending_.empty()) {
    const auto effect = pending_.front();
    pending_.pop_front();
    std::visit([this](const auto& e) { carry_out(e); }, effect);
  }
  carrying_out_ = false;
}

// -- functions ------------------------------------------------------------------

void lifespan_actor::carry_out(const lifespan_step::call_hook& effect) {
  hook_in_hand_ = effect.hook;
  hook_is_shutdown_ = effect.shutdown;
  hook_since_ = now();
  setup_->runner->run([setup = setup_, effect, me = caf::actor_cast<caf::actor>(self_)] {
    const auto& hook = setup->hooks[effect.hook];
    const auto& function = effect.shutdown ? hook.shutdown : hook.startup;
    std::optional<error> failure;
    try {
      if (auto done = function(); !done)
        failure = done.error();
    } catch (...) {
      failure = current_exception_as(errc::start_failed);
    }
    caf::anon_send<urgent>(me, hook_returned{effect.hook, effect.shutdown, std::move(failure)});
  });
}

void lifespan_actor::carry_out(const lifespan_step::abandon_hook&) {
  setup_->runner->abandon();
  if (hook_in_hand_)
    setup_->events->publish(hook_called{setup_->hooks[*hook_in_hand_].name, hook_is_shutdown_,
                                        now() - hook_since_, error{errc::timed_out, "given up"}});
  hook_in_hand_.reset();
}

// -- the tree -------------------------------------------------------------------

void lifespan_actor::carry_out(const lifespan_step::start_tree&) {
  const auto path = "/" + setup_->root.id;
  auto made = [&]() -> result<started_child> {
    try {
      return setup_->root.start({.system = self_->system(),
                                 .path = path,
                                 .supervisor = caf::strong_actor_ptr{self_->ctrl()},
                                 .events = setup_->supervisor_events,
                                 .dead_letters = setup_->dead_letters});
    } catch (...) {
      return current_exception_as(errc::start_failed);
    }
  }();
  if (!made) {
    carry_out(plan_.tree_failed(made.error(), now()));
    return;
  }
  root_ = made->handle;
  self_->monitor<urgent>(root_);
  setup_->supervisor_events->publish(child_spawned{path, root_, made->record});
}

void lifespan_actor::carry_out(const lifespan_step::stop_tree& effect) {
  if (root_)
    root_->enqueue(self_->ctrl(), caf::make_message_id(urgent),
                   caf::make_message(stop_request{effect.reason, effect.deadline}),
                   self_->context());
}

void lifespan_actor::root_down(const caf::error& reason) {
  const auto how = classify(reason);
  const auto why = is_normal(how) ? std::nullopt : std::optional{from_caf(reason)};
  setup_->supervisor_events->publish(child_stopped{"/" + setup_->root.id, how, {}, false, why});
  root_ = nullptr;
  if (root_failed_to_start_)
    return;
  carry_out(plan_.tree_ended(why, now()));
}

// -- broadcast ------------------------------------------------------------------

void lifespan_actor::subscribe(const subscribe_lifespan& request) {
  if (!request.who)
    return;
  const auto address = request.who->address();
  std::erase_if(subscribers_, [&](const subscriber& s) { return s.who == address; });
  subscribers_.push_back({request.path, address});
  for (const auto& announced : announced_)
    tell_late(subscribers_.back(), announced);
}

void lifespan_actor::tell_late(const subscriber& who, lifespan_message what) {
  what.deadline = now() + setup_->options.broadcast_time;
  self_->request<urgent>(caf::actor_cast<caf::actor>(who.who), setup_->options.broadcast_time, what)
    .then([](lifespan_ack) {},
          [this, who, event = what.event](const caf::error& why) {
            if (auto failure = from_caf(why);
                failure.code != errc::gone && failure.code != errc::stopped)
              setup_->events->publish(acknowledgement_missing{event, who.path, std::move(failure)});
          });
}

void lifespan_actor::carry_out(const lifespan_step::broadcast& effect) {
  if (effect.event == lifespan_event::stopping)
    announced_.clear(); // whoever comes now need not be started first
  round_ = {round_.number + 1, effect.event, subscribers_, {}, std::nullopt};
  const auto number = round_.number;
  const auto left = std::max(effect.deadline - now(), steady_time::duration{0});
  // Our own timer bounds the wait; the request's timeout is there only because CAF keeps state for it.
  round_.timer = self_->run_after(left, [this, number] {
    if (round_.number == number && !round_.waiting.empty()) {
      for (const auto& s : std::exchange(round_.waiting, {}))
        miss(s, {errc::timed_out, {}});
      finish_round();
    }
  });
  const lifespan_message what{effect.event, effect.reason, effect.deadline};
  announced_.push_back(what);
  // Held, so that none ends for want of a reference; one that has ended meanwhile owes nothing.
  std::vector<caf::actor> targets;
  std::erase_if(round_.waiting, [&](const subscriber& s) {
    if (auto target = caf::actor_cast<caf::actor>(s.who))
      targets.push_back(std::move(target));
    else
      return true;
    return false;
  });
  for (const auto& target : targets) {
    self_->request<urgent>(target, left + std::chrono::seconds{1}, what)
      .then([this, number,
             who = target.address()](lifespan_ack) { acknowledged(number, who, std::nullopt); },
            [this, number, who = target.address()](const caf::error& why) {
              const auto failure = from_caf(why);
              // One that has ended since owes no acknowledgement.
              const bool ended = failure.code == errc::gone || failure.code == errc::stopped;
              acknowledged(number, who, ended ? std::nullopt : std::optional{failure});
            });
  }
  if (round_.waiting.empty())
    finish_round();
}

void lifespan_actor::acknowledged(std::uint64_t number, const caf::actor_addr& who,
                                  std::optional<error> failure) {
  if (number != round_.number)
    return;
  const auto it = std::find_if(round_.waiting.begin(), round_.waiting.end(),
                               [&](const subscriber& s) { return s.who == who; });
  if (it == round_.waiting.end())
    return;
  const auto s = *it;
  round_.waiting.erase(it);
  if (failure)
    miss(s, std::move(*failure));
  if (round_.waiting.empty())
    finish_round();
}

void lifespan_actor::miss(const subscriber& who, error why) {
  setup_->events->publish(acknowledgement_missing{round_.event, who.path, why});
  round_.missing.push_back({round_.event, who.path, std::move(why)});
}

void lifespan_actor::finish_round() {
  if (round_.timer)
    self_->cancel(*round_.timer);
  std::erase_if(subscribers_,
                [](const subscriber& s) { return !caf::actor_cast<caf::actor>(s.who); });
  auto done = std::exchange(round_, {round_.number + 1, {}, {}, {}, std::nullopt});
  carry_out(plan_.broadcast_done(done.event, std::move(done.missing), now()));
}

// -- the rest -------------------------------------------------------------------

void lifespan_actor::carry_out(const lifespan_step::arm& effect) {
  if (timer_)
    self_->cancel(*timer_);
  timer_ = self_->run_after(
    std::max(effect.at - now(), steady_time::duration{0}),
    [this, ticket = effect.ticket] { carry_out(plan_.timer_due(ticket, now())); });
}

void lifespan_actor::carry_out(const lifespan_step::enter& effect) {
  setup_->status->enter(effect.state);
  setup_->events->publish(lifespan_state_entered{effect.state, plan_.report().reason});
}

void lifespan_actor::carry_out(const lifespan_step::finish&) {
  if (setup_->on_finished)
    setup_->on_finished(plan_.report());
  self_->quit();
}

} // namespace troupe::internal
