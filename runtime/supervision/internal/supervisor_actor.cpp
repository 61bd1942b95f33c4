// The actor around the restart plan.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/supervisor_actor.hpp"

#include "runtime/caf/errors.hpp"

#include <caf/actor_clock.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace troupe::internal {

namespace {

/// Kept back from the deadline of a nested supervisor, so that it names its own child that hangs before it is given
/// up itself.
constexpr std::chrono::milliseconds nesting_reserve{100};

/// A worker has this long, and a supervisor `nesting_reserve`, even when the deadline is over already because another
/// child has used it up: enough for one that is well, so that it is not blamed.
constexpr std::chrono::milliseconds least_grace{20};

} // namespace

supervisor_actor::supervisor_actor(caf::actor_config& cfg, actor_setup setup,
                                   supervisor_options options, std::vector<child_spec> children,
                                   std::shared_ptr<supervisor_event_sink> events)
  : supervised<caf::event_based_actor>(cfg, std::move(setup)), options_(options),
    table_(path(), std::move(children)), plan_(options.limits, table_.planned()),
    events_(std::move(events)) {}

caf::behavior supervisor_actor::start_incarnation() {
  set_down_handler([this](caf::scheduled_actor*, caf::down_msg& down) { on_child_down(down); });
  carry_out(plan_.start());
  return {
    [this](const child_up& report) { on_child_up(report); },
    [this](const child_crashed& report) { on_child_crashed(report); },
    [this](const child_start_failed& report) { on_child_start_failed(report); },
    [this](which_children) { return list_children(); },
  };
}

void supervisor_actor::drop_state() {
  // Only on the way out: whoever is left must not become an orphan.
  for (std::size_t i = 0; i < table_.size(); ++i)
    if (table_.at(i).handle)
      send_urgent(table_.at(i), caf::make_message(stop_request{
                                  {stop_reason::kind_type::requested, path() + " ended"}, now()}));
}

void supervisor_actor::on_stop(const stop_request& request) {
  stop_ = request;
  if (plan_.finished())
    return;
  carry_out(plan_.stop());
}

void supervisor_actor::on_failure(const error& why) {
  publish(supervisor_gave_up{path(), exit_class::crashed, why});
  quit(to_caf(why));
}

// -- what happened --------------------------------------------------------------

void supervisor_actor::on_child_up(const child_up& report) {
  const auto child = table_.find(report.actor_id);
  if (!child)
    return;
  publish(child_started{table_.at(*child).path, report.incarnation});
  carry_out(plan_.started(*child));
}

void supervisor_actor::on_child_crashed(const child_crashed& report) {
  const auto child = table_.find(report.actor_id);
  if (!child)
    return;
  publish(child_failed{table_.at(*child).path, report.incarnation, report.why});
  carry_out(plan_.crashed(*child, report.why, now()));
}

void supervisor_actor::on_child_start_failed(const child_start_failed& report) {
  const auto child = table_.find(report.actor_id);
  if (!child)
    return;
  auto& entry = table_.at(*child);
  publish(child_failed_to_start{entry.path, report.why});
  if (!report.alive) {
    publish(child_stopped{entry.path, exit_class::start_failed, {}, false, report.why});
    forget_stop(entry);
    table_.release(*child);
  }
  carry_out(plan_.start_failed(*child, report.why, report.alive, now()));
}

void supervisor_actor::on_child_down(const caf::down_msg& down) {
  const auto child = table_.find(down.source.id());
  if (!child)
    return;
  auto& entry = table_.at(*child);
  const auto how = classify(down.reason);
  const auto why = from_caf(down.reason);
  publish(child_stopped{
    entry.path, how,
    entry.stop_asked_at ? now() - *entry.stop_asked_at : std::chrono::nanoseconds{0},
    entry.stop_asked_at.has_value(), is_normal(how) ? std::nullopt : std::optional{why}});
  forget_stop(entry);
  table_.release(*child);
  carry_out(plan_.ended(*child, how, why, now()));
}

void supervisor_actor::forget_stop(child_table::entry& child) {
  child.stop_asked_at.reset();
  if (child.stop_timer)
    cancel(*std::exchange(child.stop_timer, std::nullopt));
}

children_list supervisor_actor::list_children() const {
  children_list out{{}, options_.limits.max_restarts, plan_.window().left(now())};
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const auto& planned = plan_.children()[i];
    out.children.push_back({planned.id, table_.at(i).path, planned.phase, table_.at(i).spec.type,
                            planned.restart, planned.incarnation, planned.restarts});
  }
  return out;
}

// -- what to do -----------------------------------------------------------------

void supervisor_actor::carry_out(plan::effects effects) {
  // An effect can have consequences at once (a start function that fails); they come after the rest.
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const auto effect = effects[i];
    plan::effects next;
    std::visit(
      [&](const auto& e) {
        using effect_type = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<effect_type, plan::spawn>)
          carry_out(e, next);
        else if constexpr (std::is_same_v<effect_type, plan::ready>)
          announce();
        else
          carry_out(e);
      },
      effect);
    effects.insert(effects.end(), next.begin(), next.end());
  }
}

void supervisor_actor::carry_out(const plan::spawn& effect, plan::effects& next) {
  auto& entry = table_.at(effect.child);
  const auto& planned = plan_.children()[effect.child];
  if (planned.restarts > 0)
    publish(child_restarting{entry.path, false, planned.restarts, plan_.window().left(now())});
  auto fail = [&](error why) {
    publish(child_failed_to_start{entry.path, why});
    next = plan_.start_failed(effect.child, std::move(why), false, now());
  };
  try {
    auto made = entry.spec.start({system(), entry.path, caf::strong_actor_ptr{ctrl()}, events_});
    if (!made) {
      fail(made.error());
      return;
    }
    const bool reports = made->record != nullptr;
    table_.bind(effect.child, std::move(*made));
    monitor<caf::message_priority::high>(entry.handle);
    publish(child_spawned{entry.path, entry.handle, entry.record});
    if (!reports) {
      publish(child_started{entry.path, planned.incarnation + 1});
      next = plan_.started(effect.child);
    }
  } catch (...) {
    fail(current_exception_as(errc::start_failed));
  }
}

void supervisor_actor::carry_out(const plan::restart_in_place& effect) {
  const auto& entry = table_.at(effect.child);
  const auto& planned = plan_.children()[effect.child];
  publish(child_restarting{entry.path, true, planned.restarts, plan_.window().left(now())});
  send_urgent(entry, caf::make_message(restart_directive{}));
}

void supervisor_actor::carry_out(const plan::stop& effect) {
  auto& entry = table_.at(effect.child);
  const bool nested = entry.spec.type == child_type::supervisor;
  const auto started = now();
  auto deadline = steady_time::max();
  if (effect.grace != unbounded_shutdown)
    deadline = started + effect.grace;
  if (stop_ && stop_->deadline < deadline)
    deadline = std::max(stop_->deadline,
                        started + std::min(nested ? nesting_reserve : least_grace, effect.grace));
  const bool bounded = deadline != steady_time::max();
  entry.stop_asked_at = started;
  entry.grace = bounded ? std::chrono::ceil<std::chrono::milliseconds>(deadline - started)
                        : unbounded_shutdown;
  if (entry.record) {
    const auto told = bounded && nested ? std::max(started, deadline - nesting_reserve) : deadline;
    const auto reason = stop_
                          ? stop_->reason
                          : stop_reason{stop_reason::kind_type::requested, "stopped by " + path()};
    send_urgent(entry, caf::make_message(stop_request{reason, told}));
  } else {
    caf::anon_send_exit(entry.handle, caf::exit_reason::user_shutdown);
  }
  if (bounded)
    entry.stop_timer = run_after(deadline - started, [this, child = effect.child] {
      table_.at(child).stop_timer.reset();
      carry_out(plan_.stop_expired(child));
    });
}

void supervisor_actor::carry_out(const plan::abandon& effect) {
  auto& entry = table_.at(effect.child);
  if (entry.record) {
    entry.record->abandoned.store(true, std::memory_order_relaxed);
    publish(child_abandoned{describe_unstopped(*entry.record, entry.grace)});
  } else {
    publish(child_abandoned{{entry.path, {}, std::nullopt, entry.grace}});
  }
  demonitor(entry.handle);
  entry.stop_asked_at.reset();
  table_.release(effect.child);
}

void supervisor_actor::carry_out(const plan::finish& effect) {
  if (effect.why) {
    publish(supervisor_gave_up{path(), effect.how, *effect.why});
    if (effect.how == exit_class::start_failed)
      fail_start(*effect.why);
    else
      quit(to_caf(*effect.why));
    return;
  }
  quit(caf::exit_reason::user_shutdown);
}

void supervisor_actor::send_urgent(const child_table::entry& child, caf::message what) {
  child.handle->enqueue(ctrl(), caf::make_message_id(caf::message_priority::high), std::move(what),
                        context());
}

} // namespace troupe::internal
