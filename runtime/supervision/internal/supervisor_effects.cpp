// The actor around the restart plan: what the plan says is to be done.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/units.hpp"
#include "runtime/caf/errors.hpp"
#include "runtime/caf/incarnation_memory.hpp"
#include "runtime/supervision/internal/supervisor_actor.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace troupe::internal {

namespace {

/// Kept back from the deadline of a nested supervisor, so that it names its own child that hangs before it is given
/// up itself.
constexpr std::chrono::milliseconds nesting_reserve{100};

/// A worker has this long, and a supervisor `nesting_reserve`, even when the deadline is over already because another
/// child has used it up: enough for one that is well, so that it is not blamed.
constexpr std::chrono::milliseconds least_grace{20};

/// What a suspended actor has to end when it is told to; it has nothing more to do.
constexpr std::chrono::milliseconds end_grace{1'000};

} // namespace

void supervisor_actor::carry_out(plan::effects effects) {
  // An effect can have consequences at once (a start function that fails); they come after the rest.
  for (std::size_t i = 0; i < effects.size(); ++i) {
    plan::effects next;
    std::visit(
      [&](const auto& e) {
        if constexpr (std::is_same_v<std::decay_t<decltype(e)>, plan::spawn>)
          carry_out(e, next);
        else
          carry_out(e);
      },
      effects[i]);
    effects.insert(effects.end(), std::make_move_iterator(next.begin()),
                   std::make_move_iterator(next.end()));
  }
}

// -- starts ---------------------------------------------------------------------

void supervisor_actor::carry_out(const plan::spawn& effect, plan::effects& next) {
  const auto child = effect.child;
  auto& entry = table_.at(child);
  const auto& planned = plan_.at(child);
  if (planned.phase == child_phase::restarting)
    publish(child_restarting{entry.path, false, planned.restarts, plan_.window().left(now())});
  auto fail = [&](error why) {
    publish(child_failed_to_start{entry.path, why});
    next = plan_.start_failed(child, std::move(why), false, now());
  };
  try {
    auto memory = entry.record ? entry.record->memory : nullptr;
    if (!memory && planned.incarnation > 0) { // also after one that was abandoned the numbers go on
      memory = std::make_shared<incarnation_memory>();
      memory->incarnations = planned.incarnation;
    }
    if (memory)
      memory->attempt = planned.consecutive;
    const auto start = start_of(entry);
    if (!start) {
      fail(start.error());
      return;
    }
    auto made = (*start)({.system = system(),
                          .path = entry.path,
                          .supervisor = caf::strong_actor_ptr{ctrl()},
                          .events = events_,
                          .policy = entry.spec->policy,
                          .memory = std::move(memory),
                          .dead_letters = dead_letters_,
                          .wait_for_start_signal = plan_.rules().start_barrier,
                          .slot = child});
    if (!made) {
      fail(made.error());
      return;
    }
    if (made->info.has_value())
      infos_.insert_or_assign(child, std::move(made->info));
    if (!made->handle) {
      publish(child_ignored{entry.path});
      next = plan_.start_ignored(child, false, now());
      return;
    }
    table_.bind(child, std::move(*made));
    publish(child_spawned{entry.path, entry.handle, entry.record});
    if (!entry.record) {
      monitor<caf::message_priority::high>(entry.handle);
      publish(child_started{entry.path, planned.incarnation + 1});
      next = plan_.started(child, now());
    }
  } catch (...) {
    fail(current_exception_as(errc::start_failed));
  }
}

result<start_function> supervisor_actor::start_of(const child_table::entry& child) const {
  return child.args.has_value() ? shape_->start_pooled(child.args) : child.spec->start;
}

void supervisor_actor::carry_out(const plan::restart_in_place& effect) {
  const auto& entry = table_.at(effect.child);
  const auto& planned = plan_.at(effect.child);
  publish(child_restarting{entry.path, true, planned.restarts, plan_.window().left(now())});
  if (entry.record->memory)
    entry.record->memory->attempt = planned.consecutive;
  send_urgent(entry, caf::make_message(restart_directive{}));
}

void supervisor_actor::carry_out(const plan::resume& effect) {
  const auto& entry = table_.at(effect.child);
  publish(child_resumed{entry.path, plan_.at(effect.child).incarnation});
  send_urgent(entry, caf::make_message(resume_directive{}));
}

void supervisor_actor::carry_out(const plan::signal_start& effect) {
  const auto& entry = table_.at(effect.child);
  if (entry.record)
    send_urgent(entry, caf::make_message(start_signal{}));
}

void supervisor_actor::carry_out(const plan::ready&) {
  announce();
}

// -- stops ----------------------------------------------------------------------

template <class Request>
void supervisor_actor::ask(child_slot child, std::chrono::milliseconds grace) {
  auto& entry = table_.at(child);
  if (!entry
         .handle) // its start function has just failed in the same batch, and the plan will be told
    return;
  const bool nested = entry.spec->type == child_type::supervisor;
  const auto started = now();
  const auto own = std::max(grace, least_grace);
  auto deadline = grace == unbounded_shutdown ? steady_time::max() : started + own;
  if (stop_ && stop_->deadline < deadline)
    deadline = std::max(stop_->deadline,
                        started + std::min(nested ? nesting_reserve : least_grace, own));
  const bool bounded = deadline != steady_time::max();
  stops_.insert_or_assign(
    child,
    asked_stop{started, bounded ? std::chrono::ceil<std::chrono::milliseconds>(deadline - started)
                                : unbounded_shutdown});
  if (!entry.record) {
    caf::anon_send_exit(entry.handle, grace == brutal_shutdown ? caf::exit_reason::kill
                                                               : caf::exit_reason::user_shutdown);
  } else if (grace == brutal_shutdown) {
    send_urgent(entry, caf::make_message(end_directive{exit_class::killed, {}}));
  } else {
    const auto told = bounded && nested ? std::max(started, deadline - nesting_reserve) : deadline;
    const auto reason = stop_
                          ? stop_->reason
                          : stop_reason{stop_reason::kind_type::requested, "stopped by " + path()};
    send_urgent(entry, caf::make_message(Request{reason, told}));
  }
  arm(child, deadline);
}

void supervisor_actor::carry_out(const plan::stop& effect) {
  ask<stop_request>(effect.child, effect.grace);
}

void supervisor_actor::carry_out(const plan::halt& effect) {
  ask<halt_request>(effect.child, effect.grace);
}

void supervisor_actor::carry_out(const plan::end& effect) {
  const auto& entry = table_.at(effect.child);
  if (!entry.handle)
    return;
  // A stop that meets a child between two incarnations ends it in order.
  const auto how = plan_.stopping() && !entry.left_in_stop ? exit_class::shutdown : entry.left;
  const bool failed_in_stop = plan_.stopping() && !is_normal(how);
  stops_.insert_or_assign(
    effect.child, asked_stop{failed_in_stop ? std::optional{now()} : std::nullopt, end_grace});
  send_urgent(entry,
              caf::make_message(end_directive{
                how, is_normal(how) ? error{} : entry.record->last_error().value_or(error{})}));
  arm(effect.child, now() + end_grace);
}

void supervisor_actor::carry_out(const plan::abandon& effect) {
  auto& entry = table_.at(effect.child);
  const auto grace = stops_.extract(effect.child).mapped().grace;
  if (entry.record) {
    entry.record->abandoned.store(true, std::memory_order_relaxed);
    publish(child_abandoned{describe_unstopped(*entry.record, grace)});
  } else {
    publish(child_abandoned{{entry.path, {}, std::nullopt, grace}});
  }
  if (!entry.record)
    demonitor(entry.handle);
  table_.release(effect.child);
  entry.record
    = nullptr; // what is still running keeps its memory, and the next actor starts without
}

void supervisor_actor::carry_out(const plan::forget& effect) {
  timers_.disarm(effect.child);
  infos_.erase(effect.child);
  stops_.erase(effect.child);
  if (auto& entry = table_.at(effect.child); entry.handle && !entry.record)
    demonitor(entry.handle);
  table_.erase(effect.child);
}

// -- the supervisor itself --------------------------------------------------------

void supervisor_actor::carry_out(const plan::arm& effect) {
  arm(effect.child, now() + std::chrono::duration_cast<steady_time::duration>(effect.delay));
}

void supervisor_actor::carry_out(const plan::disarm& effect) {
  timers_.disarm(effect.child);
}

void supervisor_actor::carry_out(const plan::pause& effect) {
  publish(supervisor_paused{path(), table_.at(effect.child).path, effect.length});
}

void supervisor_actor::carry_out(const plan::give_up& effect) {
  why_ = describe(effect);
  publish(supervisor_gave_up{path(), effect.how, *why_});
  if (effect.how == exit_class::start_failed && !stop_)
    stop_ = stop_request{{stop_reason::kind_type::start_failed, why_->to_text()},
                         now() + plan_.rules().rollback};
}

error supervisor_actor::describe(const plan::give_up& what) const {
  std::string causes;
  for (const auto& cause : what.causes) {
    if (!causes.empty())
      causes += "; ";
    causes += "child \"" + std::string{table_.at(cause.child).id()} + "\": " + cause.why.to_text();
  }
  if (what.how == exit_class::start_failed)
    return {errc::start_failed, causes};
  if (what.how == exit_class::normal)
    return {errc::do_not_restart, causes};
  if (what.limits)
    return {errc::too_many_restarts, "more than " + std::to_string(what.limits->max_restarts)
                                       + " restarts in " + to_text(what.limits->period)
                                       + ", the last of " + causes};
  if (what.consecutive != 0)
    return {errc::too_many_restarts, "more than " + std::to_string(what.consecutive)
                                       + " restarts in a row, the last of " + causes};
  return {errc::too_many_restarts, "asked for by a rule, about " + causes};
}

void supervisor_actor::carry_out(const plan::finish& effect) {
  if (!why_)
    end(caf::exit_reason::user_shutdown);
  else if (effect.how == exit_class::start_failed)
    fail_start(*why_);
  else
    end(to_caf(*why_));
}

void supervisor_actor::send_urgent(const child_table::entry& child, caf::message what) {
  child.handle->enqueue(ctrl(), caf::make_message_id(caf::message_priority::high), std::move(what),
                        context());
}

} // namespace troupe::internal
