// What a supervisor does in order: the start, a group restart, the stop.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"

#include <utility>

namespace troupe {

void restart_plan::advance(plan::effects& out) {
  if (mode_ == mode::stopping)
    advance_stop(out);
  else if (group_ != group::none)
    advance_group(out);
  else if (mode_ == mode::starting)
    advance_start(out);
}

// -- the start ------------------------------------------------------------------

plan::effects restart_plan::start() {
  plan::effects out;
  if (mode_ != mode::starting)
    return out;
  for (auto slot = head_; slot != no_child; slot = children_[slot].next)
    set_due(children_[slot], true);
  cursor_ = head_;
  if (rules_.start == start_mode::together)
    for (auto slot = head_; slot != no_child; slot = children_[slot].next)
      begin(slot, out);
  advance_start(out);
  return out;
}

void restart_plan::advance_start(plan::effects& out) {
  const bool together = rules_.start == start_mode::together;
  if (!start_failures_.empty() && (!together || due_ == 0)) {
    begin_stop({exit_class::start_failed, std::exchange(start_failures_, {}), std::nullopt}, out);
    return;
  }
  if (together && due_ > 0)
    return;
  for (; cursor_ != no_child; cursor_ = children_[cursor_].next) {
    if (!children_[cursor_].due)
      continue;
    if (children_[cursor_].phase == child_phase::idle)
      begin(cursor_, out);
    return;
  }
  mode_ = mode::running;
  if (rules_.start_barrier)
    for (auto slot = head_; slot != no_child; slot = children_[slot].next)
      if (children_[slot].phase == child_phase::running)
        out.emplace_back(plan::signal_start{slot});
  out.emplace_back(plan::ready{});
  handle_postponed(out);
}

// -- a group restart --------------------------------------------------------------

void restart_plan::begin_group(child_slot cause, std::chrono::nanoseconds delay,
                               plan::effects& out) {
  group_ = group::halting;
  group_delay_ = delay;
  group_first_ = rules_.strategy == restart_strategy::one_for_all ? head_ : cause;
  for (auto slot = group_first_; slot != no_child; slot = children_[slot].next) {
    auto& c = children_[slot];
    set_due(c, true); // also those that were stopped by hand come back (OTP)
    if (c.phase == child_phase::backoff) {
      disarm(slot, out);
      set_phase(c, child_phase::halted);
    }
  }
  std::erase_if(postponed_, [&](const auto& p) { return children_[p.first].due; });
  cursor_ = tail_;
  if (rules_.stop == stop_order::together) {
    for (auto slot = tail_; slot != no_child;) {
      const auto previous = slot == group_first_ ? no_child : children_[slot].previous;
      make_way(slot, out);
      slot = previous;
    }
  }
  advance_group(out);
}

void restart_plan::make_way(child_slot child, plan::effects& out) {
  auto& c = children_[child];
  const bool temporary = c.rules->restart == restart_type::temporary; // it does not come back
  switch (c.phase) {
    case child_phase::starting:
    case child_phase::running:
    case child_phase::restarting:
      temporary ? ask_to_stop(child, out) : ask_to_halt(child, out);
      break;
    case child_phase::halting:
      if (temporary)
        ask_to_stop(child, out);
      break;
    case child_phase::halted:
      if (!temporary)
        break;
      if (c.present)
        end(child, out);
      else
        close(child, child_phase::stopped, out);
      break;
    default:
      break;
  }
}

void restart_plan::cancel_group() {
  group_ = group::none;
  for (auto slot = group_first_; slot != no_child; slot = children_[slot].next)
    set_due(children_[slot], false);
}

void restart_plan::advance_group(plan::effects& out) {
  if (group_ == group::halting) {
    while (cursor_ != no_child) {
      const auto slot = cursor_;
      const auto& c = children_[slot];
      if (c.due) {
        make_way(slot, out);
        if (cursor_ != slot)
          continue; // it has been forgotten, and the cursor moved on
        if (c.phase == child_phase::halting || c.phase == child_phase::stopping)
          return;
      }
      cursor_ = slot == group_first_ ? no_child : c.previous;
    }
    group_ = group::delayed;
    if (group_delay_.count() > 0) {
      armed_ = true;
      out.emplace_back(plan::arm{no_child, group_delay_});
      return;
    }
    group_ = group::starting;
    cursor_ = group_first_;
  }
  if (group_ != group::starting)
    return;
  for (; cursor_ != no_child; cursor_ = children_[cursor_].next) {
    const auto& c = children_[cursor_];
    if (!c.due)
      continue;
    if (c.phase != child_phase::starting && c.phase != child_phase::restarting
        && c.phase != child_phase::stopping)
      begin(cursor_, out);
    return;
  }
  group_ = group::none;
  handle_postponed(out);
}

void restart_plan::handle_postponed(plan::effects& out) {
  while (!postponed_.empty() && group_ == group::none && mode_ == mode::running) {
    const auto [slot, what] = std::move(postponed_.front());
    postponed_.pop_front();
    if (children_[slot].phase == child_phase::backoff && !children_[slot].armed)
      decide(slot, what, out);
  }
}

// -- the stop -------------------------------------------------------------------

void restart_plan::begin_stop(plan::give_up why, plan::effects& out) {
  const auto how = why.how;
  out.emplace_back(std::move(why));
  begin_stop(how, out);
}

void restart_plan::begin_stop(exit_class how, plan::effects& out) {
  mode_ = mode::stopping;
  outcome_ = how;
  group_ = group::none;
  paused_ = false;
  postponed_.clear();
  if (std::exchange(armed_, false))
    out.emplace_back(plan::disarm{no_child});
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    if (it->second.for_start) {
      out.emplace_back(plan::answer{it->second.token, it->first, error{errc::stopping, {}}});
      it = waiters_.erase(it);
    } else {
      ++it;
    }
  }
  for (auto slot = head_; slot != no_child; slot = children_[slot].next)
    set_due(children_[slot], false);
  cursor_ = tail_;
  advance_stop(out);
}

void restart_plan::advance_stop(plan::effects& out) {
  while (cursor_ != no_child) {
    const auto slot = cursor_;
    auto& c = children_[slot];
    switch (c.phase) {
      case child_phase::starting:
      case child_phase::running:
      case child_phase::restarting:
      case child_phase::halting:
        ask_to_stop(slot, out);
        break;
      case child_phase::backoff:
      case child_phase::halted:
        if (c.present) {
          end(slot, out);
          break;
        }
        disarm(slot, out);
        close(slot, child_phase::stopped, out);
        if (cursor_ != slot)
          continue; // it has been forgotten, and the cursor moved on
        break;
      default:
        break;
    }
    if (rules_.stop == stop_order::reverse_order && c.phase == child_phase::stopping)
      return;
    cursor_ = c.previous;
  }
  if (stopping_ > 0)
    return;
  mode_ = mode::finished;
  out.emplace_back(plan::finish{outcome_});
}

} // namespace troupe
