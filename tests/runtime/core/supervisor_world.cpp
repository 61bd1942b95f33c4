// Plays the actors and the timers for a restart plan, and holds its model beside it.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/core/supervisor_world.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <iterator>

namespace troupe::tests {

using namespace std::chrono_literals;

namespace {

error why(errc code) {
  return {code, {}};
}

/// What the model says about the same; timers have no deed.
void add_deed(const plan::effect& effect, std::vector<deed>& out) {
  struct visitor {
    std::vector<deed>& out;
    void operator()(const plan::spawn& e) const { out.push_back({"spawn", e.child}); }
    void operator()(const plan::restart_in_place& e) const { out.push_back({"restart", e.child}); }
    void operator()(const plan::resume& e) const { out.push_back({"resume", e.child}); }
    void operator()(const plan::signal_start& e) const { out.push_back({"signal", e.child}); }
    void operator()(const plan::halt& e) const {
      out.push_back({"halt", e.child, static_cast<std::uint64_t>(e.grace.count())});
    }
    void operator()(const plan::stop& e) const {
      out.push_back({"stop", e.child, static_cast<std::uint64_t>(e.grace.count())});
    }
    void operator()(const plan::end& e) const { out.push_back({"end", e.child}); }
    void operator()(const plan::abandon& e) const { out.push_back({"abandon", e.child}); }
    void operator()(const plan::forget& e) const { out.push_back({"forget", e.child}); }
    void operator()(const plan::arm&) const {}
    void operator()(const plan::disarm&) const {}
    void operator()(const plan::answer& e) const {
      out.push_back(
        {"answer", e.child, e.token * 100 + (e.why ? static_cast<std::uint64_t>(e.why->code) : 0)});
    }
    void operator()(const plan::ready&) const { out.push_back({"ready"}); }
    void operator()(const plan::pause& e) const { out.push_back({"pause", e.child}); }
    void operator()(const plan::give_up& e) const {
      for (const auto& cause : e.causes)
        out.push_back({"give_up", cause.child, static_cast<std::uint64_t>(e.how)});
    }
    void operator()(const plan::finish& e) const {
      out.push_back({"finish", no_child, static_cast<std::uint64_t>(e.how)});
    }
  };
  std::visit(visitor{out}, effect);
}

/// Those who wait for the same have no order among themselves.
void sort_answers(std::vector<deed>& deeds) {
  auto answers = std::stable_partition(deeds.begin(), deeds.end(),
                                       [](const deed& d) { return d.what != "answer"; });
  std::sort(answers, deeds.end());
}

bool same_phase(child_phase phase, const supervisor_model::kid& kid) {
  using at = supervisor_model::at;
  switch (kid.where) {
    case at::idle:
      return phase == child_phase::idle;
    case at::coming:
      return phase == (kid.ups == 0 ? child_phase::starting : child_phase::restarting);
    case at::up:
      return phase == child_phase::running;
    case at::failed:
      return phase == child_phase::backoff;
    case at::halting:
      return phase == child_phase::halting;
    case at::halted:
      return phase == child_phase::halted;
    case at::leaving:
      return phase == child_phase::stopping;
    case at::down:
      return phase == child_phase::stopped;
    case at::lost:
      return phase == child_phase::abandoned;
  }
  return false;
}

} // namespace

supervisor_world::supervisor_world(supervisor_rules rules,
                                   std::vector<std::shared_ptr<const child_rules>> children,
                                   std::uint32_t seed)
  : plan_(rules, rules.strategy == restart_strategy::dynamic ? decltype(children){} : children,
          seed),
    model_(rules, rules.strategy == restart_strategy::dynamic ? decltype(children){} : children),
    rules_(rules), kinds_(std::move(children)), spawn_fate_(seed) {
  for (const auto& kid : model_.kids)
    actors_[kid.name] = {};
  tell([&] { return plan_.start(); }, [&] { model_.start(); });
  carry_out();
}

// -- the event, twice -------------------------------------------------------------

void supervisor_world::judge(const plan::effects& effects, bool was_stopping) {
  std::vector<deed> done;
  for (const auto& effect : effects)
    add_deed(effect, done);
  auto expected = std::exchange(model_.deeds, {});
  RC_LOG() << "  " << to_text(done) << std::endl;
  sort_answers(done);
  sort_answers(expected);
  if (done != expected)
    RC_LOG() << "  the model: " << to_text(expected) << std::endl;
  RC_ASSERT(done == expected);
  if (was_stopping)
    for (const auto& d : done)
      RC_ASSERT(d.what != "spawn" && d.what != "restart" && d.what != "resume"
                && d.what != "signal");
  todo_.insert(todo_.end(), effects.begin(), effects.end());
}

void supervisor_world::compare() {
  model_.now = now_;
  RC_ASSERT(plan_.finished() == model_.finished);
  RC_ASSERT((plan_.stopping() || plan_.finished()) == model_.stopping);
  RC_ASSERT(plan_.paused() == model_.paused);
  RC_ASSERT(plan_.window().left(now_) == model_.budget_left());
  RC_ASSERT(plan_.size() == model_.kids.size());
  auto same_timer = [&](child_slot slot, std::optional<supervisor_model::window>& expected) {
    const auto it = timers_.find(slot);
    RC_ASSERT((it != timers_.end()) == expected.has_value());
    if (expected) {
      RC_ASSERT(it->second >= expected->first);
      RC_ASSERT(it->second <= expected->second);
      expected = supervisor_model::window{it->second, it->second};
    }
  };
  same_timer(no_child, model_.timer);
  auto slot = plan_.first();
  child_slot before = no_child;
  for (auto& kid : model_.kids) {
    RC_ASSERT(slot == kid.name);
    const auto& child = plan_.at(slot);
    RC_ASSERT(same_phase(child.phase, kid));
    RC_ASSERT(child.present == kid.there);
    RC_ASSERT(child.due == kid.pending);
    RC_ASSERT(child.incarnation == kid.ups);
    RC_ASSERT(child.restarts == kid.tries);
    RC_ASSERT(child.consecutive == kid.in_a_row);
    RC_ASSERT(child.previous == before);
    RC_ASSERT(actors_.contains(slot));
    RC_ASSERT(kid.there == (actors_[slot].is != state::none));
    same_timer(slot, kid.timer);
    before = std::exchange(slot, child.next);
  }
  RC_ASSERT(slot == no_child);
  RC_ASSERT(plan_.last() == before);
}

// -- effects ----------------------------------------------------------------------

supervisor_world::actor& supervisor_world::of(child_slot child) {
  RC_ASSERT(actors_.contains(child)); // nothing is done about a forgotten one
  return actors_[child];
}

void supervisor_world::carry_out() {
  while (!todo_.empty()) {
    RC_ASSERT(!finished_); // after the end nothing more is asked for
    const auto effect = std::move(todo_.front());
    todo_.pop_front();
    std::visit([this](const auto& e) { check(e); }, effect);
  }
  for (auto& [slot, a] : actors_)
    a.failed_at_once = false;
  compare();
}

void supervisor_world::check(const plan::spawn& e) {
  auto& a = of(e.child);
  RC_ASSERT(a.is == state::none); // never two actors for one child
  a = {state::coming, asked::nothing, false};
  spawn_fate_ = spawn_fate_ * 48271 % 0x7fffffff;
  const auto fate = spawn_fate_ / 16 % 32;
  if (fate == 0) {
    a = {state::none, asked::nothing, true};
    RC_LOG() << "child " << e.child << " cannot be made" << std::endl;
    tell([&] { return plan_.start_failed(e.child, why(errc::io_error), false, now_); },
         [&] { model_.start_failed(e.child, errc::io_error, false); });
  } else if (fate < 8) {
    a.is = state::up;
    RC_LOG() << "child " << e.child << " is up at once" << std::endl;
    tell([&] { return plan_.started(e.child, now_); }, [&] { model_.started(e.child); });
  }
}

void supervisor_world::check(const plan::restart_in_place& e) {
  auto& a = of(e.child);
  RC_ASSERT(a.is == state::suspended);
  RC_ASSERT(a.to == asked::nothing);
  a.is = state::coming;
}

void supervisor_world::check(const plan::resume& e) {
  auto& a = of(e.child);
  RC_ASSERT(a.is == state::suspended);
  a.is = state::up;
}

void supervisor_world::check(const plan::signal_start& e) {
  RC_ASSERT(rules_.start_barrier);
  RC_ASSERT(was_ready_ || std::any_of(todo_.begin(), todo_.end(), [](const auto& next) {
              return std::holds_alternative<plan::ready>(next);
            })); // not before all are up
  RC_ASSERT(of(e.child).is == state::up);
}

void supervisor_world::check(const plan::halt& e) {
  auto& a = of(e.child);
  timers_[e.child] = now_ + e.grace;
  if (std::exchange(a.failed_at_once, false))
    return;
  RC_ASSERT(a.is == state::coming || a.is == state::up);
  RC_ASSERT(a.to == asked::nothing);
  a.to = asked::to_halt;
}

void supervisor_world::check(const plan::stop& e) {
  auto& a = of(e.child);
  timers_[e.child] = now_ + e.grace;
  if (std::exchange(a.failed_at_once, false))
    return;
  RC_ASSERT(a.is != state::none);
  RC_ASSERT(a.to != asked::to_stop);
  a.to = asked::to_stop;
}

void supervisor_world::check(const plan::end& e) {
  auto& a = of(e.child);
  RC_ASSERT(a.is == state::suspended);
  RC_ASSERT(a.to == asked::nothing);
  a.to = asked::to_stop;
  timers_[e.child] = now_ + 1s;
}

void supervisor_world::check(const plan::abandon& e) {
  auto& a = of(e.child);
  RC_ASSERT(a.is != state::none);
  RC_ASSERT(a.to != asked::nothing);
  a = {};
}

void supervisor_world::check(const plan::forget& e) {
  RC_ASSERT(of(e.child).is == state::none);
  RC_ASSERT(!timers_.contains(e.child));
  actors_.erase(e.child);
}

void supervisor_world::check(const plan::arm& e) {
  if (e.child != no_child)
    of(e.child);
  timers_[e.child] = now_ + std::chrono::duration_cast<steady_time::duration>(e.delay);
}

void supervisor_world::check(const plan::disarm& e) {
  RC_ASSERT(timers_.erase(e.child) == 1u);
}

void supervisor_world::check(const plan::answer& e) {
  RC_ASSERT(waiting_.erase(e.token) == 1u); // everybody is answered once
}

void supervisor_world::check(const plan::ready&) {
  RC_ASSERT(!std::exchange(was_ready_, true));
}

void supervisor_world::check(const plan::pause& e) {
  RC_ASSERT(of(e.child).is != state::up);
}

void supervisor_world::check(const plan::give_up& e) {
  RC_ASSERT(!e.causes.empty());
  RC_ASSERT(e.how != exit_class::start_failed || !was_ready_);
  RC_ASSERT(e.causes.size() == 1u || rules_.start == start_mode::together);
}

void supervisor_world::check(const plan::finish&) {
  finished_ = true;
  RC_ASSERT(todo_.empty());
  RC_ASSERT(waiting_.empty());
  RC_ASSERT(timers_.empty());
  for (const auto& [slot, a] : actors_)
    RC_ASSERT(a.is == state::none);
}

} // namespace troupe::tests
