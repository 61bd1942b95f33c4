// A supervisor told as plain loops over a list: what the restart plan is compared with.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/supervisor_model.hpp"

#include <algorithm>

namespace troupe::tests {

using namespace std::chrono_literals;

std::string to_text(const std::vector<deed>& deeds) {
  std::string out;
  for (const auto& d : deeds) {
    out += (out.empty() ? "" : ", ") + std::string{d.what};
    if (d.who != no_child)
      out += ' ' + std::to_string(d.who);
    if (d.about != 0)
      out += " (" + std::to_string(d.about) + ')';
  }
  return out.empty() ? "nothing" : out;
}

supervisor_model::supervisor_model(supervisor_rules rules,
                                   const std::vector<std::shared_ptr<const child_rules>>& children)
  : rules_(rules) {
  for (const auto& child : children)
    kids.emplace_back(static_cast<child_slot>(kids.size()), child);
}

// -- looking ----------------------------------------------------------------------

supervisor_model::kid* supervisor_model::find(child_slot name) {
  const auto it = std::find_if(kids.begin(), kids.end(),
                               [&](const kid& k) { return k.name == name; });
  return it == kids.end() ? nullptr : &*it;
}

std::vector<child_slot> supervisor_model::newest_first() const {
  std::vector<child_slot> out;
  for (auto k = kids.rbegin(); k != kids.rend(); ++k)
    out.push_back(k->name);
  return out;
}

bool supervisor_model::by_group() const {
  return rules_.strategy == restart_strategy::one_for_all
         || rules_.strategy == restart_strategy::rest_for_one;
}

bool supervisor_model::over(std::vector<steady_time>& stamps, const restart_limits& limits) const {
  stamps.push_back(now);
  return std::count_if(stamps.begin(), stamps.end(),
                       [&](auto s) { return now - s <= limits.period; })
         > static_cast<std::ptrdiff_t>(limits.max_restarts);
}

std::uint32_t supervisor_model::budget_left() const {
  const auto used = std::count_if(restarts_.begin(), restarts_.end(),
                                  [&](auto s) { return now - s <= rules_.limits.period; });
  return rules_.limits.max_restarts
         - std::min(static_cast<std::uint32_t>(used), rules_.limits.max_restarts);
}

std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> supervisor_model::delay(
  const kid& k) const {
  const auto& b = k.rules->backoff;
  auto doublings = k.in_a_row - 1;
  if (b.first_at_once && doublings-- == 0)
    return {};
  std::chrono::nanoseconds least = b.min_backoff;
  const std::chrono::nanoseconds most = b.max_backoff;
  for (; doublings > 0 && least < most; --doublings)
    least *= 2;
  least = std::min(least, most);
  return {least, std::min(least
                            + std::chrono::nanoseconds{static_cast<long>(
                              static_cast<double>(least.count()) * b.jitter)},
                          most)};
}

// -- one child --------------------------------------------------------------------

void supervisor_model::begin(kid& k) {
  k.where = at::coming;
  deeds.push_back({k.there ? "restart" : "spawn", k.name});
  k.there = true;
  k.timer.reset();
  if (k.rules->init_timeout > 0ms)
    k.timer = window{now + k.rules->init_timeout, now + k.rules->init_timeout};
}

void supervisor_model::tell(kid& k, at where, std::string_view what) {
  k.where = where;
  deeds.push_back({what, k.name, static_cast<std::uint64_t>(k.rules->shutdown.count())});
  k.timer = window{now + k.rules->shutdown, now + k.rules->shutdown};
}

void supervisor_model::send_off(kid& k) {
  if (!k.there) {
    departed(k, at::down);
    return;
  }
  k.where = at::leaving;
  deeds.push_back({"end", k.name});
  k.timer = window{now + 1s, now + 1s};
}

void supervisor_model::departed(kid& k, at where) {
  k.there = false;
  k.timer.reset();
  if (k.where == at::halting && !stopping) {
    k.where = at::halted;
    if (k.by_hand && !k.pending)
      begin(k);
  } else if (std::exchange(k.too_slow, false) && !stopping) {
    k.where = where;
    attempt_failed(k, errc::timed_out);
    return;
  } else {
    close(k, where);
  }
  settle();
}

void supervisor_model::close(kid& k, at where) {
  k.where = where;
  k.timer.reset();
  k.by_hand = false;
  answer(k.name, k.for_start, errc::stopped);
  answer(k.name, k.for_end, std::nullopt);
  if (k.rules->restart != restart_type::temporary && !k.fresh
      && rules_.strategy != restart_strategy::dynamic)
    return;
  const auto name = k.name;
  deeds.push_back({"forget", name});
  std::erase_if(postponed_, [&](const auto& p) { return p.first == name; });
  kids.remove_if([&](const kid& other) { return other.name == name; });
}

void supervisor_model::answer(child_slot name, std::vector<plan_token>& tokens,
                              std::optional<errc> why) {
  for (const auto token : std::exchange(tokens, {}))
    reply(name, token, why);
}

void supervisor_model::reply(child_slot name, plan_token token, std::optional<errc> why) {
  if (token != 0)
    deeds.push_back({"answer", name, token * 100 + (why ? static_cast<std::uint64_t>(*why) : 0)});
}

// -- what happened ----------------------------------------------------------------

void supervisor_model::start() {
  for (auto& k : kids)
    k.pending = true;
  if (rules_.start == start_mode::together)
    for (auto& k : kids)
      begin(k);
  settle();
}

void supervisor_model::started(child_slot name) {
  auto& k = *find(name);
  if (k.where != at::coming)
    return;
  k.where = at::up;
  k.timer.reset();
  k.since = now;
  k.by_hand = k.fresh = false;
  ++k.ups;
  if (group_ != stage::halting)
    k.pending = false;
  if (rules_.start_barrier && ready && !stopping)
    deeds.push_back({"signal", name});
  answer(name, k.for_start, std::nullopt);
  settle();
}

void supervisor_model::start_ignored(child_slot name, bool alive) {
  auto& k = *find(name);
  if (k.where != at::coming) {
    alive ? halted(name) : ended(name, exit_class::normal, errc::unknown);
    return;
  }
  k.timer.reset();
  k.there = alive;
  k.pending = k.by_hand = k.fresh = false;
  answer(name, k.for_start, std::nullopt);
  send_off(k);
  settle();
}

void supervisor_model::start_failed(child_slot name, errc why, bool alive) {
  auto& k = *find(name);
  if (k.where != at::coming) {
    alive ? halted(name) : ended(name, exit_class::start_failed, why);
    return;
  }
  k.timer.reset();
  k.there = alive;
  attempt_failed(k, why);
}

void supervisor_model::crashed(child_slot name, errc why, failure_directive directive) {
  auto& k = *find(name);
  if (k.where == at::coming)
    start_failed(name, why, true);
  else if (k.where == at::halting)
    halted(name);
  else if (k.where == at::up && directive == failure_directive::resume && !stopping)
    deeds.push_back({"resume", name});
  else if (k.where == at::up)
    fail(k, {exit_class::crashed, why, directive});
}

void supervisor_model::quit(child_slot name, exit_class how, errc why) {
  auto& k = *find(name);
  if (k.where == at::up)
    fail(k, {how, why});
  else
    crashed(name, why, failure_directive::restart);
}

void supervisor_model::halted(child_slot name) {
  auto& k = *find(name);
  if (k.where != at::halting)
    return;
  k.timer.reset();
  k.where = at::halted;
  if (k.by_hand && !k.pending && !stopping)
    begin(k);
  settle();
}

void supervisor_model::ended(child_slot name, exit_class how, errc why) {
  auto& k = *find(name);
  switch (k.where) {
    case at::coming:
      start_failed(name, why, false);
      break;
    case at::up:
      k.there = false;
      fail(k, {how, why});
      break;
    case at::halting:
    case at::leaving:
      departed(k, at::down);
      break;
    default:
      k.there = false;
  }
}

void supervisor_model::timer_expired(child_slot name) {
  if (name == no_child) {
    timer.reset();
    if (paused) {
      end_pause();
    } else if (group_ == stage::delayed) {
      group_ = stage::starting;
      settle();
    }
    return;
  }
  auto& k = *find(name);
  k.timer.reset();
  if (k.where == at::halting || k.where == at::leaving) {
    deeds.push_back({"abandon", name});
    departed(k, at::lost);
  } else if (k.where == at::coming && !stopping) {
    k.too_slow = true;
    tell(k, at::leaving, "stop");
  } else if (k.where == at::failed && !stopping && !paused) {
    begin(k);
  }
}

// -- commands ---------------------------------------------------------------------

bool supervisor_model::may_add() const {
  return !stopping && kids.size() < rules_.max_children;
}

void supervisor_model::add(child_slot name, std::shared_ptr<const child_rules> rules,
                           plan_token token) {
  kids.emplace_back(name, std::move(rules));
  kids.back().by_hand = kids.back().fresh = true;
  if (token != 0)
    kids.back().for_start.push_back(token);
  begin(kids.back());
}

void supervisor_model::terminate(child_slot name, plan_token token) {
  auto& k = *find(name);
  if (k.where == at::down || k.where == at::lost || finished) {
    k.pending = false;
    reply(name, token, std::nullopt);
    return;
  }
  k.for_end.push_back(token);
  if (k.where == at::idle) {
    k.pending = false;
    close(k, at::down);
  } else if (!stopping) {
    k.pending = k.too_slow = false;
    std::erase_if(postponed_, [&](const auto& p) { return p.first == name; });
    if (k.where == at::failed || k.where == at::halted)
      send_off(k);
    else if (k.where != at::leaving)
      tell(k, at::leaving, "stop");
  }
  settle();
}

void supervisor_model::restart(child_slot name, bool even_if_running, plan_token token) {
  auto& k = *find(name);
  const bool has_ended = k.where == at::down || k.where == at::lost;
  if (stopping) {
    reply(name, token, errc::stopping);
  } else if (k.where == at::up && !even_if_running) {
    reply(name, token, errc::already_running);
  } else if (k.pending || (k.where != at::up && !has_ended)) {
    reply(name, token, errc::restarting);
  } else {
    k.for_start.push_back(token);
    k.by_hand = true;
    if (has_ended)
      begin(k);
    else
      tell(k, at::halting, "halt");
  }
}

void supervisor_model::remove(child_slot name, plan_token token) {
  auto& k = *find(name);
  if (k.where == at::down || k.where == at::lost) {
    reply(name, token, std::nullopt);
    k.fresh = true; // nothing of it is kept
    close(k, at::down);
  } else {
    reply(name, token,
          k.where == at::up || k.where == at::leaving ? errc::already_running : errc::restarting);
  }
}

void supervisor_model::stop() {
  if (!stopping)
    begin_stop(exit_class::shutdown);
}

} // namespace troupe::tests
