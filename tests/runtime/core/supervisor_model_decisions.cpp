// The model of a supervisor: what it does about failures, and in which order.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/supervisor_model.hpp"

#include <algorithm>

namespace troupe::tests {

// -- a failure --------------------------------------------------------------------

void supervisor_model::fail(kid& k, failure what) {
  if (stopping) {
    k.where = at::halted;
    if (!k.there)
      departed(k, at::down);
    return;
  }
  if (now - k.since >= quiet_time(k.rules->backoff))
    k.in_a_row = 0;
  if (k.pending) {
    k.where = at::halted;
    return;
  }
  k.where = at::failed;
  if (group_ != stage::none || (!ready && by_group()))
    postponed_.emplace_back(k.name, what);
  else
    decide(k, what);
}

void supervisor_model::attempt_failed(kid& k, errc why) {
  const auto name = k.name;
  if (stopping) {
    k.where = at::halted;
    if (!k.there)
      departed(k, at::down);
  } else if (k.by_hand) {
    k.by_hand = k.pending = false;
    answer(name, k.for_start, why);
    send_off(k);
    settle();
  } else if (k.pending && !ready) {
    k.pending = false;
    if (rules_.on_start_failure == start_failure::go_on) {
      send_off(k);
    } else {
      k.where = k.there ? at::halted : at::down;
      start_failures_.push_back(name);
    }
    settle();
  } else if (k.pending && why == errc::do_not_restart) {
    k.pending = false;
    let_go(k);
    settle();
  } else if (k.pending || (group_ == stage::none && (ready || !by_group()))) {
    k.where = at::failed;
    if (k.pending) {
      group_ = stage::none;
      for (auto& other : kids)
        other.pending = false;
    }
    decide(k, {exit_class::start_failed, why});
    work_off();
  } else {
    k.where = at::failed;
    postponed_.emplace_back(name, failure{exit_class::start_failed, why});
  }
}

void supervisor_model::decide(kid& k, const failure& what) {
  const auto type = k.rules->restart;
  if (what.directive == failure_directive::escalate) {
    give_up(exit_class::escalated, {k.name});
  } else if (what.why == errc::end_tree) {
    give_up(exit_class::normal, {k.name});
  } else if (type == restart_type::temporary
             || (type == restart_type::transient && is_normal(what.how))
             || what.directive == failure_directive::stop || what.why == errc::do_not_restart) {
    let_go(k);
  } else if (paused) {
    begin_pause(k);
  } else {
    ++k.in_a_row;
    const bool over_own = k.rules->limits && over(k.restarts, *k.rules->limits);
    const bool over_all = over(restarts_, rules_.limits);
    const bool over_row = k.rules->max_consecutive > 0 && k.in_a_row > k.rules->max_consecutive;
    if (over_own || over_all || over_row) {
      if (rules_.on_limit == limit_action::pause)
        begin_pause(k);
      else
        give_up(exit_class::escalated, {k.name});
      return;
    }
    ++k.tries;
    const auto wait = delay(k);
    if (by_group())
      begin_group(k, wait);
    else if (wait.first.count() > 0)
      k.timer = window{now + wait.first, now + wait.second};
    else
      begin(k);
  }
}

void supervisor_model::let_go(kid& k) {
  bool last = true;
  for (const auto& other : kids)
    if (&other != &k && other.rules->significant && other.where != at::leaving
        && other.where != at::down && other.where != at::lost)
      last = false;
  const bool ends_all = k.rules->significant
                        && (rules_.auto_shutdown == auto_shutdown::any_significant
                            || (rules_.auto_shutdown == auto_shutdown::all_significant && last));
  send_off(k);
  if (ends_all && !stopping)
    begin_stop(exit_class::shutdown);
}

void supervisor_model::begin_pause(kid& k) {
  paused = true;
  deeds.push_back({"pause", k.name});
  const std::chrono::nanoseconds least = rules_.pause;
  timer = window{now + least, now + least + least / 2};
}

void supervisor_model::end_pause() {
  paused = false;
  restarts_.clear();
  kid* first = nullptr;
  for (auto& k : kids) {
    k.restarts.clear();
    if (k.timer || (k.where != at::failed && !(k.where == at::halted && ready)))
      continue;
    if (!first)
      first = &k;
    if (k.where == at::failed) {
      k.in_a_row = 0;
      ++k.tries;
    }
    if (!by_group() || !ready)
      begin(k);
  }
  if (first && by_group() && ready)
    begin_group(*first, {});
}

// -- the order --------------------------------------------------------------------

void supervisor_model::settle() {
  if (finished)
    return;
  if (stopping)
    settle_stop();
  else if (group_ != stage::none)
    settle_group();
  else if (!ready)
    settle_start();
}

void supervisor_model::settle_start() {
  const auto waits = [](const kid& k) { return k.pending; };
  const auto next = std::find_if(kids.begin(), kids.end(), waits);
  if (rules_.start == start_mode::together && next != kids.end())
    return;
  if (!start_failures_.empty()) {
    give_up(exit_class::start_failed, start_failures_);
    return;
  }
  if (next != kids.end()) {
    if (next->where == at::idle)
      begin(*next);
    return;
  }
  ready = true;
  for (const auto& k : kids)
    if (rules_.start_barrier && k.where == at::up)
      deeds.push_back({"signal", k.name});
  deeds.push_back({"ready"});
  work_off();
}

void supervisor_model::begin_group(
  kid& first, std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> delay) {
  group_ = stage::halting;
  group_delay_ = delay;
  bool member = rules_.strategy == restart_strategy::one_for_all;
  for (auto& k : kids) {
    member = member || &k == &first;
    if (!member)
      continue;
    k.pending = true;
    if (k.where == at::failed) {
      k.timer.reset();
      k.where = at::halted;
    }
    std::erase_if(postponed_, [&](const auto& p) { return p.first == k.name; });
  }
  settle();
}

void supervisor_model::make_way(kid& k) {
  const bool gone_for_good = k.rules->restart == restart_type::temporary;
  const bool working = k.where == at::coming || k.where == at::up;
  if (gone_for_good && (working || k.where == at::halting))
    tell(k, at::leaving, "stop");
  else if (working)
    tell(k, at::halting, "halt");
  else if (gone_for_good && k.where == at::halted && k.there)
    send_off(k);
  else if (gone_for_good && k.where == at::halted)
    close(k, at::down);
}

void supervisor_model::settle_group() {
  if (group_ == stage::halting) {
    bool all_out = true;
    for (const auto name : newest_first()) {
      if (!find(name)->pending)
        continue;
      make_way(*find(name));
      const auto* k = find(name);
      if (k && (k->where == at::halting || k->where == at::leaving)) {
        all_out = false;
        if (rules_.stop == stop_order::reverse_order)
          return;
      }
    }
    if (!all_out)
      return;
    group_ = group_delay_.first.count() > 0 ? stage::delayed : stage::starting;
    if (group_ == stage::delayed)
      timer = window{now + group_delay_.first, now + group_delay_.second};
  }
  if (group_ == stage::delayed)
    return;
  for (auto& k : kids) {
    if (!k.pending)
      continue;
    if (k.where != at::coming && k.where != at::leaving)
      begin(k);
    return;
  }
  group_ = stage::none;
  work_off();
}

void supervisor_model::work_off() {
  while (ready && !stopping && group_ == stage::none && !postponed_.empty()) {
    const auto [name, what] = postponed_.front();
    postponed_.erase(postponed_.begin());
    if (auto* k = find(name); k && k->where == at::failed && !k->timer)
      decide(*k, what);
  }
}

// -- the stop ---------------------------------------------------------------------

void supervisor_model::give_up(exit_class how, const std::vector<child_slot>& who) {
  for (const auto name : who)
    deeds.push_back({"give_up", name, static_cast<std::uint64_t>(how)});
  begin_stop(how);
}

void supervisor_model::begin_stop(exit_class how) {
  stopping = true;
  paused = false;
  timer.reset();
  group_ = stage::none;
  outcome_ = how;
  postponed_.clear();
  for (auto& k : kids) {
    k.pending = false;
    answer(k.name, k.for_start, errc::stopping);
  }
  settle();
}

void supervisor_model::settle_stop() {
  for (const auto name : newest_first()) {
    auto& k = *find(name);
    if (k.where == at::coming || k.where == at::up || k.where == at::halting)
      tell(k, at::leaving, "stop");
    else if ((k.where == at::failed || k.where == at::halted) && k.there)
      send_off(k);
    else if (k.where == at::failed || k.where == at::halted)
      close(k, at::down);
    const auto* left = find(name);
    if (left && left->where == at::leaving && rules_.stop == stop_order::reverse_order)
      return;
  }
  for (const auto& k : kids)
    if (k.where == at::leaving)
      return;
  finished = true;
  deeds.push_back({"finish", no_child, static_cast<std::uint64_t>(outcome_)});
}

} // namespace troupe::tests
