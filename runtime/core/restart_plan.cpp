// What a supervisor does about its children: the list, one child, the events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"

#include "runtime/core/units.hpp"

#include <array>
#include <utility>

namespace troupe {

std::string_view to_string(child_phase phase) noexcept {
  static constexpr std::array<std::string_view, 10> names{
    "idle",    "starting", "running",  "backoff", "restarting",
    "halting", "halted",   "stopping", "stopped", "abandoned"};
  const auto index = static_cast<std::size_t>(phase);
  return index < names.size() ? names[index] : "?";
}

restart_plan::restart_plan(supervisor_rules rules,
                           std::vector<std::shared_ptr<const child_rules>> children,
                           std::uint32_t seed)
  : rules_(rules), window_(rules.limits), random_(seed) {
  children_.reserve(children.size());
  for (auto& child : children)
    append(std::move(child));
}

// -- the list -------------------------------------------------------------------

child_slot restart_plan::append(std::shared_ptr<const child_rules> rules) {
  auto slot = free_;
  if (slot == no_child) {
    slot = static_cast<child_slot>(children_.size());
    children_.emplace_back();
  } else {
    free_ = children_[slot].next;
    children_[slot] = {};
  }
  auto& c = children_[slot];
  c.rules = std::move(rules);
  c.previous = tail_;
  (tail_ == no_child ? head_ : children_[tail_].next) = slot;
  tail_ = slot;
  ++size_;
  return slot;
}

void restart_plan::forget(child_slot child, plan::effects& out) {
  auto& c = children_[child];
  set_due(c, false);
  (c.previous == no_child ? head_ : children_[c.previous].next) = c.next;
  (c.next == no_child ? tail_ : children_[c.next].previous) = c.previous;
  // A sequence that stands here goes on with its next child.
  if (cursor_ == child)
    cursor_ = mode_ == mode::stopping || group_ == group::halting ? c.previous : c.next;
  if (group_first_ == child)
    group_first_ = c.next;
  own_windows_.erase(child);
  c = {};
  c.next = free_;
  free_ = child;
  --size_;
  out.emplace_back(plan::forget{child});
}

// -- one child ------------------------------------------------------------------

void restart_plan::set_phase(planned_child& c, child_phase phase) noexcept {
  const auto on_the_way = [](child_phase p) {
    return p == child_phase::stopping || p == child_phase::halting;
  };
  if (on_the_way(c.phase) != on_the_way(phase))
    on_the_way(phase) ? ++stopping_ : --stopping_;
  c.phase = phase;
}

void restart_plan::set_due(planned_child& c, bool due) noexcept {
  if (c.due != due)
    due ? ++due_ : --due_;
  c.due = due;
}

void restart_plan::begin(child_slot child, plan::effects& out) {
  auto& c = children_[child];
  set_phase(c, c.incarnation == 0 ? child_phase::starting : child_phase::restarting);
  disarm(child, out);
  if (std::exchange(c.present, true))
    out.emplace_back(plan::restart_in_place{child});
  else
    out.emplace_back(plan::spawn{child});
  if (c.rules->init_timeout.count() > 0) {
    c.armed = true;
    out.emplace_back(plan::arm{child, c.rules->init_timeout});
  }
}

void restart_plan::ask_to_stop(child_slot child, plan::effects& out) {
  auto& c = children_[child];
  set_phase(c, child_phase::stopping);
  c.armed = true; // with the time to stop, in place of any other
  out.emplace_back(plan::stop{child, c.rules->shutdown});
}

void restart_plan::ask_to_halt(child_slot child, plan::effects& out) {
  auto& c = children_[child];
  set_phase(c, child_phase::halting);
  c.armed = true;
  out.emplace_back(plan::halt{child, c.rules->shutdown});
}

void restart_plan::end(child_slot child, plan::effects& out) {
  auto& c = children_[child];
  if (!c.present) {
    gone(child, child_phase::stopped, out);
    return;
  }
  set_phase(c, child_phase::stopping);
  c.armed = true;
  out.emplace_back(plan::end{child});
}

void restart_plan::gone(child_slot child, child_phase phase, plan::effects& out) {
  auto& c = children_[child];
  c.present = false;
  disarm(child, out);
  if (c.phase == child_phase::halting && mode_ != mode::stopping) {
    set_phase(c, child_phase::halted);
    if (c.by_hand && !c.due)
      begin(child, out);
    advance(out);
    return;
  }
  if (std::exchange(c.init_expired, false) && mode_ != mode::stopping) {
    set_phase(c, phase);
    attempt_failed(child, {errc::timed_out, "not up after " + to_text(c.rules->init_timeout)}, out);
    return;
  }
  close(child, phase, out);
  advance(out);
}

void restart_plan::close(child_slot child, child_phase phase, plan::effects& out) {
  auto& c = children_[child];
  set_phase(c, phase);
  c.by_hand = false;
  answer(child, true, error{errc::stopped, {}}, out);
  answer(child, false, std::nullopt, out);
  // A pool keeps no list of what has been (OTP's simple_one_for_one).
  if (c.rules->restart == restart_type::temporary || c.fresh
      || rules_.strategy == restart_strategy::dynamic)
    forget(child, out);
}

void restart_plan::disarm(child_slot child, plan::effects& out) {
  if (std::exchange(children_[child].armed, false))
    out.emplace_back(plan::disarm{child});
}

void restart_plan::wait(child_slot child, plan_token token, bool for_start) {
  if (token != 0)
    waiters_.emplace(child, waiter{token, for_start});
}

void restart_plan::answer(child_slot child, bool for_start, const std::optional<error>& why,
                          plan::effects& out) {
  if (waiters_.empty())
    return;
  auto [it, last] = waiters_.equal_range(child);
  while (it != last) {
    if (it->second.for_start == for_start) {
      out.emplace_back(plan::answer{it->second.token, child, why});
      it = waiters_.erase(it);
    } else {
      ++it;
    }
  }
}

void restart_plan::reply(child_slot child, plan_token token, std::optional<error> why,
                         plan::effects& out) {
  if (token != 0)
    out.emplace_back(plan::answer{token, child, std::move(why)});
}

// -- what happened --------------------------------------------------------------

plan::effects restart_plan::started(child_slot child, steady_time now) {
  plan::effects out;
  now_ = now;
  auto& c = children_[child];
  if (c.phase != child_phase::starting && c.phase != child_phase::restarting)
    return out;
  disarm(child, out);
  set_phase(c, child_phase::running);
  ++c.incarnation;
  c.up_at = now;
  c.by_hand = false;
  c.fresh = false;
  if (rules_.start_barrier && mode_ == mode::running)
    out.emplace_back(plan::signal_start{child});
  answer(child, true, std::nullopt, out);
  if (c.due && group_ != group::halting) { // there its turn to make way is still to come
    set_due(c, false);
    advance(out);
  }
  return out;
}

plan::effects restart_plan::start_ignored(child_slot child, bool alive, steady_time now) {
  plan::effects out;
  now_ = now;
  auto& c = children_[child];
  if (c.phase != child_phase::starting && c.phase != child_phase::restarting) {
    if (!alive)
      return ended(child, exit_class::normal, {}, now);
    return c.phase == child_phase::halting ? halted(child, now) : out;
  }
  disarm(child, out);
  c.present = alive;
  c.by_hand = false;
  c.fresh = false;
  set_due(c, false);
  answer(child, true, std::nullopt, out);
  end(child, out); // a supervisor's sequence goes on from there
  if (c.phase == child_phase::stopping)
    advance(out);
  return out;
}

plan::effects restart_plan::start_failed(child_slot child, error why, bool alive, steady_time now) {
  auto& c = children_[child];
  if (c.phase != child_phase::starting && c.phase != child_phase::restarting) {
    if (!alive)
      return ended(child, exit_class::start_failed, std::move(why), now);
    return c.phase == child_phase::halting ? halted(child, now) : plan::effects{};
  }
  plan::effects out;
  now_ = now;
  c.present = alive;
  disarm(child, out);
  attempt_failed(child, std::move(why), out);
  return out;
}

plan::effects restart_plan::crashed(child_slot child, error why, steady_time now,
                                    failure_directive directive) {
  plan::effects out;
  now_ = now;
  switch (children_[child].phase) {
    case child_phase::starting:
    case child_phase::
      restarting: // an actor that needs time to come up can crash before it has reported that it is
      return start_failed(child, std::move(why), true, now);
    case child_phase::halting:
      return halted(child, now);
    case child_phase::running:
      if (directive == failure_directive::resume && mode_ != mode::stopping)
        out.emplace_back(plan::resume{child});
      else
        failed(child, {exit_class::crashed, std::move(why), directive}, out);
      return out;
    default: // being stopped: a suspended actor ends by its stop request, too
      return out;
  }
}

plan::effects restart_plan::quit(child_slot child, exit_class how, error why, steady_time now) {
  plan::effects out;
  now_ = now;
  switch (children_[child].phase) {
    case child_phase::starting:
    case child_phase::restarting:
      return start_failed(child, std::move(why), true, now);
    case child_phase::halting:
      return halted(child, now);
    case child_phase::running:
      failed(child, {how, std::move(why)}, out);
      return out;
    default:
      return out;
  }
}

plan::effects restart_plan::halted(child_slot child, steady_time now) {
  plan::effects out;
  now_ = now;
  auto& c = children_[child];
  if (c.phase != child_phase::halting)
    return out;
  disarm(child, out);
  set_phase(c, child_phase::halted);
  if (c.by_hand && !c.due && mode_ != mode::stopping)
    begin(child, out);
  advance(out);
  return out;
}

plan::effects restart_plan::ended(child_slot child, exit_class how, error why, steady_time now) {
  plan::effects out;
  now_ = now;
  auto& c = children_[child];
  switch (c.phase) {
    case child_phase::starting:
    case child_phase::restarting:
      return start_failed(child, std::move(why), false, now);
    case child_phase::running:
      c.present = false;
      failed(child, {how, std::move(why)}, out);
      return out;
    case child_phase::halting:
    case child_phase::stopping:
      gone(child, child_phase::stopped, out);
      return out;
    case child_phase::backoff:
    case child_phase::halted: // it comes back as a new actor
      c.present = false;
      return out;
    default:
      return out;
  }
}

plan::effects restart_plan::timer_expired(child_slot child, steady_time now) {
  plan::effects out;
  now_ = now;
  if (child == no_child) {
    armed_ = false;
    if (paused_) {
      end_pause(out);
    } else if (group_ == group::delayed) {
      group_ = group::starting;
      cursor_ = group_first_;
      advance_group(out);
    }
    return out;
  }
  auto& c = children_[child];
  if (!std::exchange(c.armed, false))
    return out;
  switch (c.phase) {
    case child_phase::halting:
    case child_phase::stopping:
      out.emplace_back(plan::abandon{child});
      gone(child, child_phase::abandoned, out);
      break;
    case child_phase::starting:
    case child_phase::restarting:
      if (mode_ != mode::stopping) { // in a stop its turn comes
        c.init_expired = true;
        ask_to_stop(child, out);
      }
      break;
    case child_phase::backoff:
      if (mode_ != mode::stopping && !paused_)
        begin(child, out);
      break;
    default:
      break;
  }
  return out;
}

} // namespace troupe
