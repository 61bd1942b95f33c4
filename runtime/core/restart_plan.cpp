// What a supervisor does about its children.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"

#include "runtime/core/units.hpp"

#include <utility>

namespace troupe {

std::string_view to_string(restart_type type) noexcept {
  switch (type) {
    case restart_type::permanent:
      return "permanent";
    case restart_type::transient:
      return "transient";
    case restart_type::temporary:
      return "temporary";
  }
  return "?";
}

std::string_view to_string(child_phase phase) noexcept {
  switch (phase) {
    case child_phase::idle:
      return "idle";
    case child_phase::starting:
      return "starting";
    case child_phase::running:
      return "running";
    case child_phase::restarting:
      return "restarting";
    case child_phase::stopping:
      return "stopping";
    case child_phase::stopped:
      return "stopped";
    case child_phase::abandoned:
      return "abandoned";
  }
  return "?";
}

restart_plan::restart_plan(restart_limits limits, std::vector<planned_child> children)
  : window_(limits), children_(std::move(children)) {}

bool restart_plan::is_alive(const planned_child& child) noexcept {
  switch (child.phase) {
    case child_phase::starting:
    case child_phase::running:
    case child_phase::restarting:
    case child_phase::stopping:
      return true;
    case child_phase::idle:
    case child_phase::stopped:
    case child_phase::abandoned:
      return false;
  }
  return false;
}

plan::effects restart_plan::start() {
  plan::effects out;
  advance_start(out);
  return out;
}

void restart_plan::advance_start(plan::effects& out) {
  if (next_ < children_.size()) {
    children_[next_].phase = child_phase::starting;
    out.emplace_back(plan::spawn{next_++});
    return;
  }
  mode_ = mode::running;
  out.emplace_back(plan::ready{});
}

plan::effects restart_plan::started(std::size_t child) {
  plan::effects out;
  auto& c = children_[child];
  if (c.phase != child_phase::starting && c.phase != child_phase::restarting)
    return out;
  c.phase = child_phase::running;
  ++c.incarnation;
  if (mode_ == mode::starting && c.incarnation == 1)
    advance_start(out);
  return out;
}

plan::effects restart_plan::start_failed(std::size_t child, error why, bool alive,
                                         steady_time now) {
  plan::effects out;
  auto& c = children_[child];
  if (c.phase == child_phase::stopping) {
    if (!alive) {
      c.phase = child_phase::stopped;
      advance_stop(out);
    }
    return out;
  }
  if (c.phase != child_phase::starting && c.phase != child_phase::restarting)
    return out;
  if (c.incarnation == 0) {
    c.phase = alive ? child_phase::running : child_phase::stopped;
    begin_stop(exit_class::start_failed,
               error{errc::start_failed, "child \"" + c.id + "\": " + why.to_text()}, out);
    return out;
  }
  bring_back(child, alive, std::move(why), now, out);
  return out;
}

plan::effects restart_plan::crashed(std::size_t child, error why, steady_time now) {
  plan::effects out;
  auto& c = children_[child];
  // An actor that needs time to come up can crash before it has reported that it is.
  if (c.phase == child_phase::starting || c.phase == child_phase::restarting)
    return start_failed(child, std::move(why), true, now);
  // In a stop its turn comes or has come: a suspended actor ends by its stop request, too.
  if (c.phase != child_phase::running || mode_ == mode::stopping)
    return out;
  if (c.restart == restart_type::temporary) {
    c.phase = child_phase::stopping;
    out.emplace_back(plan::stop{child, c.shutdown});
    return out;
  }
  bring_back(child, true, std::move(why), now, out);
  return out;
}

plan::effects restart_plan::ended(std::size_t child, exit_class how, error why, steady_time now) {
  plan::effects out;
  auto& c = children_[child];
  if (!is_alive(c))
    return out;
  if (c.phase == child_phase::stopping || mode_ == mode::stopping) {
    c.phase = child_phase::stopped;
    if (mode_ == mode::stopping)
      advance_stop(out);
    return out;
  }
  if (c.incarnation == 0) // ended before it ever reported
    return start_failed(child, std::move(why), false, now);
  const bool again = c.restart == restart_type::permanent
                     || (c.restart == restart_type::transient && !is_normal(how));
  if (!again) {
    c.phase = child_phase::stopped;
    return out;
  }
  bring_back(child, false, std::move(why), now, out);
  return out;
}

void restart_plan::bring_back(std::size_t child, bool alive, error why, steady_time now,
                              plan::effects& out) {
  auto& c = children_[child];
  if (mode_ == mode::stopping) {
    if (!alive) {
      c.phase = child_phase::stopped;
      advance_stop(out);
    }
    return;
  }
  if (!window_.add(now)) {
    c.phase = alive ? child_phase::running : child_phase::stopped;
    const auto& limits = window_.limits();
    begin_stop(exit_class::escalated,
               error{errc::too_many_restarts, "more than " + std::to_string(limits.max_restarts)
                                                + " restarts in " + to_text(limits.period)
                                                + ", the last of child \"" + c.id
                                                + "\": " + why.to_text()},
               out);
    return;
  }
  ++c.restarts;
  c.phase = child_phase::restarting;
  if (alive)
    out.emplace_back(plan::restart_in_place{child});
  else
    out.emplace_back(plan::spawn{child});
}

plan::effects restart_plan::stop() {
  plan::effects out;
  if (mode_ == mode::starting || mode_ == mode::running)
    begin_stop(exit_class::shutdown, std::nullopt, out);
  return out;
}

void restart_plan::begin_stop(exit_class how, std::optional<error> why, plan::effects& out) {
  mode_ = mode::stopping;
  outcome_ = how;
  why_ = std::move(why);
  next_ = children_.size();
  advance_stop(out);
}

void restart_plan::advance_stop(plan::effects& out) {
  for (; next_ > 0; --next_) {
    auto& c = children_[next_ - 1];
    if (c.phase == child_phase::stopping)
      return; // one at a time, the newest first
    if (is_alive(c)) {
      c.phase = child_phase::stopping;
      out.emplace_back(plan::stop{next_ - 1, c.shutdown});
      return;
    }
  }
  mode_ = mode::finished;
  out.emplace_back(plan::finish{outcome_, why_});
}

plan::effects restart_plan::stop_expired(std::size_t child) {
  plan::effects out;
  auto& c = children_[child];
  if (c.phase != child_phase::stopping)
    return out;
  c.phase = child_phase::abandoned;
  out.emplace_back(plan::abandon{child});
  if (mode_ == mode::stopping)
    advance_stop(out);
  return out;
}

} // namespace troupe
