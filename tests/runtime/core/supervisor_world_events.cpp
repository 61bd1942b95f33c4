// The world around a restart plan: what happens in it.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/supervisor_world.hpp"

#include <rapidcheck.h>

#include <algorithm>

namespace troupe::tests {

using namespace std::chrono_literals;

namespace {

error why(errc code) {
  return {code, {}};
}

} // namespace

void supervisor_world::step(std::uint32_t script) {
  if (finished_)
    return;
  const auto kind = script % 32;
  const auto choice = script / 256;
  let_time_pass(std::chrono::milliseconds{script / 32 % 8});
  if (finished_)
    return;
  if (kind < 18) {
    if (!let_an_actor_act(choice))
      let_timer_run_out();
  } else if (kind < 22) {
    let_timer_run_out();
  } else if (kind < 24) {
    let_time_pass(std::chrono::milliseconds{choice % 64});
  } else if (kind < 30) {
    command(kind - 24, choice);
  } else if (kind < 31) {
    say_nonsense(choice);
  } else if (choice % 8 == 7) {
    RC_LOG() << "stop" << std::endl;
    tell([&] { return plan_.stop(); }, [&] { model_.stop(); });
  }
  carry_out();
}

void supervisor_world::end() {
  for (int joined = 0; joined < 2 && !finished_; ++joined) {
    RC_LOG() << "stop" << std::endl;
    tell([&] { return plan_.stop(); }, [&] { model_.stop(); });
    carry_out();
  }
  while (!finished_)
    RC_ASSERT(let_timer_run_out()); // a stop cannot hang
  say_nonsense(0);
  RC_ASSERT(todo_.empty());
}

// -- time -------------------------------------------------------------------------

bool supervisor_world::let_timer_run_out() {
  const auto next = std::min_element(
    timers_.begin(), timers_.end(),
    [](const auto& a, const auto& b) { return a.second < b.second; });
  if (next == timers_.end())
    return false;
  const auto [child, at] = *next;
  timers_.erase(next);
  now_ = std::max(now_, at);
  RC_LOG() << "timer of " << (child == no_child ? std::string{"all"} : std::to_string(child))
           << std::endl;
  tell([&, c = child] { return plan_.timer_expired(c, now_); },
       [&, c = child] { model_.timer_expired(c); });
  carry_out();
  return true;
}

void supervisor_world::let_time_pass(std::chrono::milliseconds time) {
  const auto until = now_ + time;
  while (
    std::any_of(timers_.begin(), timers_.end(), [&](const auto& t) { return t.second <= until; }))
    let_timer_run_out();
  now_ = until;
}

// -- actors -----------------------------------------------------------------------

bool supervisor_world::let_an_actor_act(std::uint32_t choice) {
  std::vector<child_slot> busy;
  std::vector<child_slot> all;
  for (const auto& [slot, a] : actors_) {
    if (a.is != state::none)
      all.push_back(slot);
    if (a.is == state::coming || a.to != asked::nothing)
      busy.push_back(slot);
  }
  const auto& among = busy.empty() || choice % 4 == 3 ? all : busy;
  if (among.empty())
    return false;
  const auto child = among[choice / 4 % among.size()];
  const auto rest = choice / 4 / static_cast<std::uint32_t>(among.size());
  const auto& a = actors_[child];
  if (a.to != asked::nothing)
    obey(child, rest);
  else if (a.is == state::coming)
    come_up(child, rest);
  else
    work(child, rest);
  return true;
}

void supervisor_world::come_up(child_slot child, std::uint32_t choice) {
  auto& a = actors_[child];
  const auto kind = choice % 16;
  const bool alive = choice / 16 % 2 == 0;
  const auto code = choice / 32 % 8 == 7 ? errc::do_not_restart : errc::io_error;
  const auto asked_before = a.to;
  if (kind < 13) {
    RC_LOG() << "child " << child << " is up" << std::endl;
    a.is = state::up;
    tell([&] { return plan_.started(child, now_); }, [&] { model_.started(child); });
    return;
  }
  a.is = alive ? state::suspended : state::none;
  if (!alive || asked_before == asked::to_halt)
    a.to = asked::nothing;
  if (kind == 13) {
    RC_LOG() << "child " << child << " cannot be made" << (alive ? ", alive" : "") << std::endl;
    tell([&] { return plan_.start_failed(child, why(code), alive, now_); },
         [&] { model_.start_failed(child, code, alive); });
  } else if (kind == 14) {
    RC_LOG() << "child " << child << " is not wanted" << (alive ? ", alive" : "") << std::endl;
    tell([&] { return plan_.start_ignored(child, alive, now_); },
         [&] { model_.start_ignored(child, alive); });
  } else if (alive && choice / 256 % 2 == 0) {
    RC_LOG() << "child " << child << " quits before it is up" << std::endl;
    tell([&] { return plan_.quit(child, exit_class::normal, why(code), now_); },
         [&] { model_.quit(child, exit_class::normal, code); });
  } else if (alive) {
    RC_LOG() << "child " << child << " crashes before it is up" << std::endl;
    tell([&] { return plan_.crashed(child, why(code), now_); },
         [&] { model_.crashed(child, code, failure_directive::restart); });
  } else {
    RC_LOG() << "child " << child << " ends before it is up" << std::endl;
    tell([&] { return plan_.ended(child, exit_class::killed, why(code), now_); },
         [&] { model_.ended(child, exit_class::killed, code); });
  }
}

void supervisor_world::work(child_slot child, std::uint32_t choice) {
  auto& a = actors_[child];
  const auto kind = choice % 16;
  const bool rarely = choice / 16 % 16 == 15;
  if (a.is == state::suspended && kind < 12)
    return;
  if (a.is == state::suspended || kind >= 13) {
    const auto how = kind == 13   ? exit_class::normal
                     : kind == 14 ? exit_class::shutdown
                                  : exit_class::killed;
    RC_LOG() << "child " << child << " ends " << to_string(how) << std::endl;
    a = {};
    tell([&] { return plan_.ended(child, how, why(errc::unknown), now_); },
         [&] { model_.ended(child, how, errc::unknown); });
    return;
  }
  a.is = state::suspended;
  if (kind < 9) {
    const auto directive = kind < 6               ? failure_directive::restart
                           : kind == 6            ? failure_directive::resume
                           : kind == 7 || !rarely ? failure_directive::stop
                                                  : failure_directive::escalate;
    RC_LOG() << "child " << child << " crashes: " << to_string(directive) << std::endl;
    tell([&] { return plan_.crashed(child, why(errc::crashed), now_, directive); },
         [&] { model_.crashed(child, errc::crashed, directive); });
    return;
  }
  const auto how = kind == 9    ? exit_class::normal
                   : kind == 10 ? exit_class::shutdown
                                : exit_class::crashed;
  const auto code = kind != 12 ? errc::unknown : rarely ? errc::end_tree : errc::do_not_restart;
  RC_LOG() << "child " << child << " quits " << to_string(how) << ' ' << to_string(code)
           << std::endl;
  tell([&] { return plan_.quit(child, how, why(code), now_); },
       [&] { model_.quit(child, how, code); });
}

void supervisor_world::obey(child_slot child, std::uint32_t choice) {
  auto& a = actors_[child];
  const auto kind = choice % 8;
  if (kind == 0) // it takes its time
    return;
  if (kind == 1 && a.is == state::coming) {
    come_up(child, choice / 8);
  } else if (kind == 1 && a.is == state::up) {
    RC_LOG() << "child " << child << " fails on the way out" << std::endl;
    a.is = state::suspended;
    if (a.to == asked::to_halt)
      a.to = asked::nothing;
    if (choice / 8 % 2 == 0)
      tell([&] { return plan_.crashed(child, why(errc::crashed), now_); },
           [&] { model_.crashed(child, errc::crashed, failure_directive::restart); });
    else
      tell([&] { return plan_.quit(child, exit_class::normal, {}, now_); },
           [&] { model_.quit(child, exit_class::normal, errc::unknown); });
  } else if (kind > 2 && a.to == asked::to_halt) {
    RC_LOG() << "child " << child << " has halted" << std::endl;
    a = {state::suspended, asked::nothing, false};
    tell([&] { return plan_.halted(child, now_); }, [&] { model_.halted(child); });
  } else {
    const auto how = kind == 2 ? exit_class::killed : exit_class::shutdown;
    RC_LOG() << "child " << child << " has ended" << std::endl;
    a = {};
    tell([&] { return plan_.ended(child, how, {}, now_); },
         [&] { model_.ended(child, how, errc::unknown); });
  }
}

// -- commands ---------------------------------------------------------------------

void supervisor_world::command(std::uint32_t which, std::uint32_t choice) {
  if (which == 0 || actors_.empty()) {
    const auto& rules = kinds_[choice % kinds_.size()];
    const auto token = ++last_token_;
    RC_LOG() << "add" << std::endl;
    RC_ASSERT(plan_.finished() == finished_);
    const bool allowed = model_.may_add();
    auto added = plan_.add(rules, token);
    RC_ASSERT(added.has_value() == allowed);
    if (!added) {
      RC_ASSERT(added.error().code == (model_.stopping ? errc::stopping : errc::overloaded));
      return;
    }
    RC_ASSERT(!actors_.contains(added->child)); // a slot is used again only after `forget`
    actors_[added->child] = {};
    waiting_.insert(token);
    tell([&] { return std::move(added->todo); }, [&] { model_.add(added->child, rules, token); });
    return;
  }
  const auto child
    = std::next(actors_.begin(), static_cast<std::ptrdiff_t>(choice % actors_.size()))->first;
  if (which == 5) {
    change(child, choice / 16);
    return;
  }
  const auto token = ++last_token_;
  waiting_.insert(token);
  if (which == 1) {
    RC_LOG() << "terminate " << child << std::endl;
    tell([&] { return plan_.terminate(child, token, now_); },
         [&] { model_.terminate(child, token); });
  } else if (which == 2) {
    RC_LOG() << "remove " << child << std::endl;
    tell([&] { return plan_.remove(child, token); }, [&] { model_.remove(child, token); });
  } else {
    RC_LOG() << (which == 3 ? "restart " : "restart even if running ") << child << std::endl;
    tell([&] { return plan_.restart(child, which == 4, token, now_); },
         [&] { model_.restart(child, which == 4, token); });
  }
}

/// New rules, with the old budgets: what a window has forgotten under its old limits is for its own
/// test.
void supervisor_world::change(child_slot child, std::uint32_t choice) {
  if (choice % 4 == 3) {
    rules_.strategy = static_cast<restart_strategy>(choice / 4 % 4);
    rules_.on_limit = static_cast<limit_action>(choice / 16 % 2);
    RC_LOG() << "change to " << to_string(rules_.strategy) << std::endl;
    plan_.change(rules_);
    model_.change(rules_);
  } else if (choice % 4 == 2 && !plan_.at(child).due) { // how one comes back is decided already
    auto rules = *kinds_[choice / 4 % kinds_.size()];
    rules.limits = plan_.at(child).rules->limits;
    RC_LOG() << "change " << child << " to " << to_string(rules.restart) << std::endl;
    plan_.change(child, std::make_shared<const child_rules>(rules));
    model_.change(child, std::make_shared<const child_rules>(rules));
  }
}

/// Reports that are late or fit nobody: they must change nothing.
void supervisor_world::say_nonsense(std::uint32_t choice) {
  for (const auto& [slot, a] : actors_) {
    const auto phase = plan_.at(slot).phase;
    if (a.is != state::coming)
      RC_ASSERT(plan_.started(slot, now_).empty());
    if (phase != child_phase::halting)
      RC_ASSERT(plan_.halted(slot, now_).empty());
    if (!timers_.contains(slot))
      RC_ASSERT(plan_.timer_expired(slot, now_).empty());
    if (a.is == state::none && phase != child_phase::starting)
      RC_ASSERT(plan_.crashed(slot, why(errc::crashed), now_).empty());
    if (choice % 2 == 0 && a.is == state::none)
      RC_ASSERT(plan_.ended(slot, exit_class::killed, {}, now_).empty());
  }
  if (!timers_.contains(no_child))
    RC_ASSERT(plan_.timer_expired(no_child, now_).empty());
}

} // namespace troupe::tests
