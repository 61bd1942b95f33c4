// The model of a tree: what becomes of its children.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/tree_model_parts.hpp"

#include <algorithm>
#include <utility>

namespace troupe::tests {

void tree_model::spawn(const node_ptr& n, child_slot child) {
  auto& s = n->seats.at(child);
  const auto& k = *n->kid(child);
  const auto path = path_of(*n, s);
  if (k.ups > 0)
    write("restarting " + path + " anew, attempt " + std::to_string(k.tries) + ", "
          + std::to_string(n->model.budget_left()) + " left");
  write("spawned " + path);
  s.actor = ++actors_;
  s.its = habits_.try_emplace(path, s.plan->worker).first->second;
  s.is = seat::state::none;
  s.asked = s.told_to_stop = false;
  const auto actor = s.actor;
  const auto number = s.begun + 1;
  const auto report = [this, n, child, actor](auto what) {
    post([this, n, child, actor, what] {
      const auto found = n->seats.find(child);
      if (!n->model.finished && found != n->seats.end() && found->second.actor == actor)
        what(found->second);
    });
  };
  const auto up = [this, n, child, number](seat& its) {
    write("up " + path_of(*n, its) + incarnation(number));
    tell(n, [&](supervisor_model& m) { m.started(child); });
  };
  const auto failed = [this, n, child](seat& its) {
    write("failed to start " + path_of(*n, its));
    write("ended " + path_of(*n, its) + ": start_failed");
    its.actor = 0;
    its.is = seat::state::none;
    its.nested = nullptr;
    tell(n, [&](supervisor_model& m) { m.start_failed(child, errc::start_failed, false); });
  };
  s.begun = number;
  if (s.plan->options) {
    s.is = seat::state::up;
    s.nested = std::make_shared<node>(*s.plan, path, now_);
    s.nested->is_up = [report, up] { report(up); };
    s.nested->has_ended = [this, n, child, actor, report, failed](exit_class how) {
      if (how == exit_class::start_failed)
        report(failed);
      else
        post([this, n, child, actor, how] {
          // One that was ended by a child's wish does not come back either.
          down(n, child, actor, how,
               how == exit_class::normal ? errc::do_not_restart : errc::unknown);
        });
    };
    post([this, nested = s.nested] { tell(nested, [](supervisor_model& m) { m.start(); }); });
    return;
  }
  report([this, path, report, up, failed](seat& its) { // it begins to run
    if (its.its.fails_to_start.contains(++constructions_[path])) {
      report(failed);
    } else {
      its.is = seat::state::up;
      report(up);
    }
  });
}

void tree_model::restart_in_place(const node_ptr& n, child_slot child) {
  auto& s = n->seats.at(child);
  const auto& k = *n->kid(child);
  const auto path = path_of(*n, s);
  write("restarting " + path + " in place, attempt " + std::to_string(k.tries) + ", "
        + std::to_string(n->model.budget_left()) + " left");
  s.ending.reset();
  const auto number = ++s.begun;
  const auto actor = s.actor;
  const bool fails = s.its.fails_to_start.contains(++constructions_[path]);
  s.is = fails ? seat::state::suspended : seat::state::up;
  s.asked = false;
  post([this, n, child, actor, number, fails, path] {
    const auto found = n->seats.find(child);
    if (n->model.finished || found == n->seats.end() || found->second.actor != actor)
      return;
    if (fails) {
      write("failed to start " + path);
      found->second.ending = {exit_class::start_failed, n->model.stopping};
      tell(n, [&](supervisor_model& m) { m.start_failed(child, errc::start_failed, true); });
    } else {
      write("up " + path + incarnation(number));
      tell(n, [&](supervisor_model& m) { m.started(child); });
    }
  });
}

void tree_model::ask_to_halt(const node_ptr& n, child_slot child) {
  auto& s = n->seats.at(child);
  if (s.nested) {
    ask_to_stop(n, child);
    return;
  }
  const auto actor = s.actor;
  const bool suspended = s.is == seat::state::suspended;
  if (s.plan->rules.shutdown.count() == 0) {
    post([this, n, child, actor] { down(n, child, actor, exit_class::killed); });
    return;
  }
  if (suspended || (!std::exchange(s.asked, true) && s.its.stops != manner::deaf))
    leave_by_halt(n, child);
}

void tree_model::leave_by_halt(const node_ptr& n, child_slot child) {
  auto& s = n->seats.at(child);
  s.is = seat::state::suspended;
  s.asked = false;
  post([this, n, child, actor = s.actor] {
    const auto found = n->seats.find(child);
    if (n->model.finished || found == n->seats.end() || found->second.actor != actor)
      return;
    found->second.ending = {exit_class::shutdown, n->model.stopping};
    tell(n, [&](supervisor_model& m) { m.halted(child); });
  });
}

void tree_model::ask_to_stop(const node_ptr& n, child_slot child) {
  auto& s = n->seats.at(child);
  if (s.nested) {
    post([this, nested = s.nested] {
      if (!nested->model.finished && !nested->model.stopping)
        tell(nested, [](supervisor_model& m) { m.stop(); });
    });
    return;
  }
  const auto actor = s.actor;
  auto how = exit_class::shutdown;
  if (s.plan->rules.shutdown.count() == 0)
    how = exit_class::killed;
  else if (std::exchange(s.told_to_stop, true)
           || (s.is != seat::state::suspended && std::exchange(s.asked, true)))
    return;
  else if (s.is != seat::state::suspended && s.its.stops == manner::deaf)
    return;
  else if (s.is != seat::state::suspended && s.its.stops == manner::failing)
    how = exit_class::crashed;
  post([this, n, child, actor, how] { down(n, child, actor, how); });
}

void tree_model::end(const node_ptr& n, child_slot child) {
  auto& s = n->seats.at(child);
  auto how = exit_class::shutdown;
  if (s.ending && (!n->model.stopping || s.ending->second))
    how = s.ending->first;
  s.ending.reset();
  post([this, n, child, actor = s.actor, how] { down(n, child, actor, how); });
}

} // namespace troupe::tests
