// What a supervisor does about its children: the commands.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"

#include <string>
#include <utility>

namespace troupe {

result<plan::added> restart_plan::add(std::shared_ptr<const child_rules> rules, plan_token token) {
  if (mode_ == mode::stopping || mode_ == mode::finished)
    return error{errc::stopping, {}};
  if (size_ >= rules_.max_children)
    return error{errc::overloaded, "max_children is " + std::to_string(rules_.max_children)};
  plan::added out{append(std::move(rules)), {}};
  auto& c = children_[out.child];
  c.by_hand = true;
  c.fresh = true;
  wait(out.child, token, true);
  begin(out.child, out.todo);
  return out;
}

plan::effects restart_plan::terminate(child_slot child, plan_token token, steady_time now) {
  plan::effects out;
  now_ = now;
  auto& c = children_[child];
  const bool was_due = c.due;
  if (mode_ != mode::stopping) {
    set_due(c, false);
    c.init_expired = false;
  }
  wait(child, token, false);
  switch (c.phase) {
    case child_phase::idle:
    case child_phase::stopped:
    case child_phase::abandoned:
      if (c.phase == child_phase::idle)
        close(child, child_phase::stopped, out);
      else
        answer(child, false, std::nullopt, out);
      break;
    case child_phase::starting:
    case child_phase::running:
    case child_phase::restarting:
    case child_phase::halting:
      if (mode_ != mode::stopping)
        ask_to_stop(child, out);
      break;
    case child_phase::backoff:
    case child_phase::halted:
      if (mode_ != mode::stopping) {
        std::erase_if(postponed_, [&](const auto& p) { return p.first == child; });
        disarm(child, out);
        end(child, out);
      }
      return out;
    case child_phase::stopping:
      break;
  }
  if (was_due && mode_ != mode::stopping)
    advance(out);
  return out;
}

plan::effects restart_plan::restart(child_slot child, bool even_if_running, plan_token token,
                                    steady_time now) {
  plan::effects out;
  now_ = now;
  auto& c = children_[child];
  std::optional<error> refusal;
  if (mode_ == mode::stopping || mode_ == mode::finished)
    refusal = error{errc::stopping, {}};
  else if (c.phase == child_phase::running && !even_if_running)
    refusal = error{errc::already_running, {}};
  else if (c.due
           || (c.phase != child_phase::running && c.phase != child_phase::stopped
               && c.phase != child_phase::abandoned))
    refusal = error{errc::restarting, {}};
  if (refusal) {
    reply(child, token, std::move(refusal), out);
    return out;
  }
  wait(child, token, true);
  c.by_hand = true;
  if (c.phase == child_phase::running)
    ask_to_halt(child, out);
  else
    begin(child, out);
  return out;
}

plan::effects restart_plan::remove(child_slot child, plan_token token) {
  plan::effects out;
  const auto phase = children_[child].phase;
  if (phase == child_phase::stopped || phase == child_phase::abandoned) {
    reply(child, token, std::nullopt, out);
    forget(child, out);
    return out;
  }
  const bool up = phase == child_phase::running || phase == child_phase::stopping;
  reply(child, token, error{up ? errc::already_running : errc::restarting, {}}, out);
  return out;
}

plan::effects restart_plan::stop() {
  plan::effects out;
  if (mode_ == mode::starting || mode_ == mode::running)
    begin_stop(exit_class::shutdown, out);
  return out;
}

void restart_plan::change(supervisor_rules rules) {
  rules_ = rules;
  window_.limits(rules.limits);
}

void restart_plan::change(child_slot child, std::shared_ptr<const child_rules> rules) {
  if (!rules->limits)
    own_windows_.erase(child);
  else if (const auto own = own_windows_.find(child); own != own_windows_.end())
    own->second.limits(*rules->limits);
  children_[child].rules = std::move(rules);
}

} // namespace troupe
