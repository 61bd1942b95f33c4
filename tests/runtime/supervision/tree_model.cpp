// A whole tree of supervisors as a model.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/tree_model_parts.hpp"

#include <algorithm>
#include <utility>

namespace troupe::tests {

using at = supervisor_model::at;

tree_model::tree_model(const blueprint& root, std::string path, steady_time now)
  : root_(std::make_shared<node>(root, std::move(path), now)), now_(now) {
  root_->is_up = [] {};
  root_->has_ended = [this](exit_class how) { outcome_ = how; };
  tell(root_, [](supervisor_model& m) { m.start(); });
  run();
}

tree_model::~tree_model() = default;

// -- looking ------------------------------------------------------------------------

void tree_model::visit(const node_ptr& from,
                       const std::function<void(const node_ptr&)>& what) const {
  if (from->model.finished)
    return;
  what(from);
  for (const auto& [slot, s] : from->seats)
    if (s.nested)
      visit(s.nested, what);
}

tree_model::node_ptr tree_model::find(const std::string& path) const {
  node_ptr found;
  visit(root_, [&](const node_ptr& n) {
    if (n->path == path)
      found = n;
  });
  return found;
}

std::vector<std::string> tree_model::supervisors() const {
  std::vector<std::string> out;
  visit(root_, [&](const node_ptr& n) { out.push_back(n->path); });
  return out;
}

std::vector<std::string> tree_model::workers() const {
  std::vector<std::string> out;
  visit(root_, [&](const node_ptr& n) {
    for (const auto& [slot, s] : n->seats)
      if (!s.plan->options && s.is == seat::state::up)
        out.push_back(path_of(*n, s));
  });
  return out;
}

std::vector<tree_model::line_of_child> tree_model::children(const std::string& path) const {
  std::vector<line_of_child> out;
  const auto n = find(path);
  for (const auto& k : n->model.kids)
    out.push_back({n->seats.at(k.name).id, k.where, k.ups, k.tries, k.in_a_row});
  return out;
}

std::uint32_t tree_model::budget_left(const std::string& path) const {
  const auto n = find(path);
  n->model.now = now_;
  return n->model.budget_left();
}

bool tree_model::is_pool(const std::string& path) const {
  return find(path)->pooled != nullptr;
}

std::vector<std::string> tree_model::take_lines() {
  return std::exchange(lines_, {});
}

std::string tree_model::path_of(const node& n, const seat& child) {
  return n.path + "/" + child.id;
}

// -- events ---------------------------------------------------------------------------

void tree_model::run() {
  while (!queue_.empty()) {
    const auto next = std::move(queue_.front());
    queue_.pop_front();
    next();
  }
}

void tree_model::carry_out(const node_ptr& n, const deed& d) {
  if (d.what == "spawn")
    spawn(n, d.who);
  else if (d.what == "restart")
    restart_in_place(n, d.who);
  else if (d.what == "halt")
    ask_to_halt(n, d.who);
  else if (d.what == "stop")
    ask_to_stop(n, d.who);
  else if (d.what == "end")
    end(n, d.who);
  else if (d.what == "answer")
    answers_[d.about / 100] = d.about % 100;
  else if (d.what == "ready")
    n->is_up();
  else if (d.what == "finish")
    finish(n, static_cast<exit_class>(d.about));
  else if (d.what == "forget")
    n->seats.erase(d.who);
  else if (d.what == "abandon") {
    auto& s = n->seats.at(d.who);
    write("abandoned " + path_of(*n, s));
    s.is = seat::state::none;
    s.actor = 0;
    if (const auto* k = n->kid(d.who)) // it may be forgotten in the same breath
      s.begun = k->ups;
  } else if (d.what == "give_up" && !std::exchange(n->gave_up, true)) {
    write("gave up " + n->path + " (" + std::string{to_string(static_cast<exit_class>(d.about))}
          + ")");
  }
}

void tree_model::finish(const node_ptr& n, exit_class how) {
  n->has_ended(n->gave_up ? how : exit_class::shutdown);
}

void tree_model::down(const node_ptr& n, child_slot child, std::uint64_t actor, exit_class how,
                      errc why) {
  const auto found = n->seats.find(child);
  if (n->model.finished || found == n->seats.end() || found->second.actor != actor)
    return;
  auto& s = found->second;
  write("ended " + path_of(*n, s) + ": " + std::string{to_string(how)});
  s.is = seat::state::none;
  s.actor = 0;
  s.nested = nullptr;
  tell(n, [&](supervisor_model& m) { m.ended(child, how, why); });
}

// -- what the test does -------------------------------------------------------------------------

void tree_model::act(const std::string& worker, deed_of_worker what) {
  node_ptr where;
  child_slot child = no_child;
  visit(root_, [&](const node_ptr& n) {
    for (const auto& [slot, s] : n->seats)
      if (path_of(*n, s) == worker)
        where = n, child = slot;
  });
  auto& s = where->seats.at(child);
  if (what == deed_of_worker::be_killed) {
    post([this, where, child, actor = s.actor] { down(where, child, actor, exit_class::killed); });
    run();
    return;
  }
  struct meaning {
    exit_class how;
    errc why;
  };
  static const std::map<deed_of_worker, meaning> meanings{
    {deed_of_worker::crash, {exit_class::crashed, errc::crashed}},
    {deed_of_worker::quit, {exit_class::normal, errc::unknown}},
    {deed_of_worker::quit_by_stop, {exit_class::shutdown, errc::unknown}},
    {deed_of_worker::quit_failed, {exit_class::crashed, errc::io_error}},
    {deed_of_worker::quit_for_good, {exit_class::normal, errc::do_not_restart}},
    {deed_of_worker::quit_tree, {exit_class::normal, errc::end_tree}}};
  const auto [how, why] = meanings.at(what);
  if (s.told_to_stop) { // it ends, and nobody decides about that
    post([this, where, child, actor = s.actor, h = how] { down(where, child, actor, h); });
    run();
    return;
  }
  if (s.asked) { // it has halted, in whichever way
    leave_by_halt(where, child);
    run();
    return;
  }
  s.is = seat::state::suspended;
  s.ending = {how, where->model.stopping};
  if (!is_normal(how))
    write("failed " + worker + incarnation(s.begun));
  tell(where, [&, h = how, w = why](supervisor_model& m) {
    if (what == deed_of_worker::crash)
      m.crashed(child, w, failure_directive::restart);
    else
      m.quit(child, h, w);
  });
  run();
}

void tree_model::command(const std::string& supervisor, order what, const std::string& id,
                         plan_token token, const blueprint* added) {
  const auto n = find(supervisor);
  const auto child = n->find(id);
  const auto refuse = [&](errc why) { answers_[token] = static_cast<std::uint64_t>(why); };
  if (what == order::add) {
    if (!n->pooled && child) {
      const auto& k = *n->kid(*child);
      const bool between = k.where == at::failed || k.where == at::halted
                           || (k.where == at::coming && k.ups > 0);
      refuse(k.there && !between ? errc::already_running : errc::already_present);
      return;
    }
    const auto new_id = n->pooled ? std::to_string(++n->last_pooled) : id;
    if (!n->model.may_add()) {
      refuse(n->model.stopping ? errc::stopping : errc::overloaded);
      return;
    }
    const auto slot = n->next_slot++;
    auto& s = n->seats[slot];
    s.plan = n->pooled ? n->pooled : std::make_shared<const blueprint>(*added);
    s.id = new_id;
    tell(n, [&](supervisor_model& m) {
      m.add(slot, std::make_shared<const child_rules>(s.plan->rules), token);
    });
  } else if (!child) {
    refuse(errc::child_not_found);
  } else {
    tell(n, [&](supervisor_model& m) {
      if (what == order::terminate)
        m.terminate(*child, token);
      else if (what == order::remove)
        m.remove(*child, token);
      else
        m.restart(*child, what == order::restart_anyway, token);
    });
  }
  run();
}

void tree_model::stop() {
  if (!root_->model.finished && !root_->model.stopping)
    tell(root_, [](supervisor_model& m) { m.stop(); });
  run();
}

void tree_model::advance(std::chrono::nanoseconds time) {
  const auto until = now_ + time;
  for (;;) {
    node_ptr where;
    child_slot child = no_child;
    auto first = until + std::chrono::nanoseconds{1};
    visit(root_, [&](const node_ptr& n) {
      if (n->model.timer && n->model.timer->first < first)
        where = n, child = no_child, first = n->model.timer->first;
      for (const auto& k : n->model.kids)
        if (k.timer && k.timer->first < first)
          where = n, child = k.name, first = k.timer->first;
    });
    if (!where)
      break;
    now_ = std::max(now_, first);
    tell(where, [&](supervisor_model& m) { m.timer_expired(child); });
    run();
  }
  now_ = until;
}

} // namespace troupe::tests
