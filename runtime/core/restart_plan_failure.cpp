// What a supervisor does about a failure: decide, take from the budgets, wait, pause or give up.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"

#include <utility>

namespace troupe {

bool restart_plan::by_group() const noexcept {
  return rules_.strategy == restart_strategy::one_for_all
         || rules_.strategy == restart_strategy::rest_for_one;
}

double restart_plan::random() {
  return static_cast<double>(random_() - std::minstd_rand::min())
         / static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min() + 1.0);
}

void restart_plan::failed(child_slot child, failure what, plan::effects& out) {
  auto& c = children_[child];
  if (mode_ == mode::stopping) { // it is only recorded; what is left of it ends when its turn comes
    set_phase(c, child_phase::halted);
    if (!c.present)
      gone(child, child_phase::stopped, out);
    return;
  }
  if (now_ - c.up_at >= quiet_time(c.rules->backoff))
    c.consecutive = 0;
  if (c.due) { // it was to make way for the group restart that is on, and comes back with it
    set_phase(c, child_phase::halted);
    return;
  }
  set_phase(c, child_phase::backoff);
  if (group_ != group::none || (mode_ == mode::starting && by_group()))
    postponed_.emplace_back(child, std::move(what));
  else
    decide(child, what, out);
}

void restart_plan::attempt_failed(child_slot child, error why, plan::effects& out) {
  auto& c = children_[child];
  if (mode_ == mode::stopping) {
    set_phase(c, child_phase::halted);
    if (!c.present)
      gone(child, child_phase::stopped, out);
    return;
  }
  if (c.by_hand) {
    c.by_hand = false;
    const bool was_due = c.due;
    set_due(c, false);
    answer(child, true, why, out);
    end(child, out);
    if (was_due)
      advance(out);
    return;
  }
  if (mode_ == mode::starting && c.due) {
    first_start_failed(child, std::move(why), out);
    return;
  }
  set_phase(c, child_phase::backoff);
  if (!c.due && (group_ != group::none || (mode_ == mode::starting && by_group()))) {
    postponed_.emplace_back(child, failure{exit_class::start_failed, std::move(why)});
    return;
  }
  if (c.due) { // in a group restart
    set_due(c, false);
    if (why.code == errc::do_not_restart) { // the others do not depend on it
      let_go(child, out);
      advance(out);
      return;
    }
    cancel_group();
  }
  decide(child, {exit_class::start_failed, std::move(why)}, out);
  handle_postponed(out);
}

void restart_plan::first_start_failed(child_slot child, error why, plan::effects& out) {
  auto& c = children_[child];
  set_due(c, false);
  if (rules_.on_start_failure == start_failure::go_on) {
    set_phase(c, child_phase::halted);
    end(child, out);
    if (c.phase == child_phase::stopping)
      advance(out);
    return;
  }
  set_phase(c, c.present ? child_phase::halted : child_phase::stopped);
  start_failures_.push_back({child, std::move(why)});
  advance_start(out);
}

void restart_plan::decide(child_slot child, const failure& what, plan::effects& out) {
  auto& c = children_[child];
  if (what.directive == failure_directive::escalate) {
    begin_stop({exit_class::escalated, {{child, what.why}}, std::nullopt}, out);
    return;
  }
  if (what.why.code == errc::end_tree) {
    begin_stop({exit_class::normal, {{child, what.why}}, std::nullopt}, out);
    return;
  }
  const bool wanted = c.rules->restart == restart_type::permanent
                      || (c.rules->restart == restart_type::transient && !is_normal(what.how));
  if (!wanted || what.directive == failure_directive::stop
      || what.why.code == errc::do_not_restart) {
    let_go(child, out);
    return;
  }
  if (paused_) { // a further failure prolongs the pause
    begin_pause(child, out);
    return;
  }
  if (!spend(child, what.why, out))
    return;
  const auto delay = backoff_delay(c.rules->backoff, c.consecutive, random());
  if (by_group()) {
    begin_group(child, delay, out);
  } else if (delay.count() > 0) {
    c.armed = true;
    out.emplace_back(plan::arm{child, delay});
  } else {
    begin(child, out);
  }
}

bool restart_plan::spend(child_slot child, const error& why, plan::effects& out) {
  auto& c = children_[child];
  ++c.consecutive;
  std::optional<restart_limits> broken;
  if (c.rules->limits && !own_windows_.try_emplace(child, *c.rules->limits).first->second.add(now_))
    broken = c.rules->limits;
  if (!window_.add(now_))
    broken = rules_.limits;
  const bool too_many_in_a_row = c.rules->max_consecutive != 0
                                 && c.consecutive > c.rules->max_consecutive;
  if (!broken && !too_many_in_a_row) {
    ++c.restarts;
    return true;
  }
  if (rules_.on_limit == limit_action::pause)
    begin_pause(child, out);
  else
    begin_stop({exit_class::escalated,
                {{child, why}},
                broken,
                too_many_in_a_row ? c.rules->max_consecutive : 0},
               out);
  return false;
}

void restart_plan::let_go(child_slot child, plan::effects& out) {
  // Only what a child does by itself counts here; it has, or it would not be let go.
  const bool ends_all = children_[child].rules->significant
                        && (rules_.auto_shutdown == auto_shutdown::any_significant
                            || (rules_.auto_shutdown == auto_shutdown::all_significant
                                && !significant_left(child)));
  end(child, out);
  if (ends_all && mode_ != mode::stopping && mode_ != mode::finished)
    begin_stop(exit_class::shutdown, out);
}

bool restart_plan::significant_left(child_slot besides) const {
  for (auto slot = head_; slot != no_child; slot = children_[slot].next) {
    const auto& c = children_[slot];
    const bool active = c.phase != child_phase::stopping && c.phase != child_phase::stopped
                        && c.phase != child_phase::abandoned;
    if (slot != besides && c.rules->significant && active)
      return true;
  }
  return false;
}

void restart_plan::begin_pause(child_slot child, plan::effects& out) {
  const auto length = std::chrono::nanoseconds{static_cast<std::int64_t>(
    static_cast<double>(std::chrono::nanoseconds{rules_.pause}.count()) * (1 + random() / 2))};
  paused_ = true;
  armed_ = true;
  out.emplace_back(plan::pause{child, length});
  out.emplace_back(plan::arm{no_child, length});
}

void restart_plan::end_pause(plan::effects& out) {
  paused_ = false;
  window_ = restart_window{rules_.limits};
  own_windows_.clear();
  // New rules may have made a group of them before all were up; the start goes on as it is.
  const bool together = by_group() && mode_ == mode::running;
  auto first = no_child;
  for (auto slot = head_; slot != no_child; slot = children_[slot].next) {
    auto& c = children_[slot];
    // Halted are those of a group restart that failed on the way; in the start those that failed to
    // come up.
    const bool left_over = c.phase == child_phase::halted && mode_ == mode::running;
    if ((c.phase != child_phase::backoff && !left_over) || c.armed)
      continue;
    if (first == no_child)
      first = slot;
    if (c.phase == child_phase::backoff) {
      c.consecutive = 0;
      ++c.restarts;
    }
    if (!together)
      begin(slot, out);
  }
  if (first != no_child && together)
    begin_group(first, {}, out);
}

} // namespace troupe
