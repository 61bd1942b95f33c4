// The actor around the restart plan: what others ask of it.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/errors.hpp"
#include "runtime/supervision/internal/supervisor_actor.hpp"

#include <caf/message_handler.hpp>
#include <caf/result.hpp>
#include <caf/unit.hpp>

#include <any>
#include <string>
#include <tuple>
#include <utility>

namespace troupe::internal {

namespace {

caf::error no_child_called(const std::string& id) {
  return to_caf({errc::child_not_found, "\"" + id + "\""});
}

/// Checks a specification that comes by a command as `validate` checks one that comes with its supervisor.
result<void> validate_for(const child_spec& spec, const supervisor_rules& rules) {
  if (auto ok = validate(spec, "child"); !ok)
    return ok;
  if (spec.significant && rules.auto_shutdown == auto_shutdown::never)
    return error{errc::invalid_argument,
                 "child.significant: true, but its supervisor's auto_shutdown is never"};
  return {};
}

/// Whether one that has been up is to come up again (OTP shows such a child without a pid).
bool between_incarnations(child_phase phase) {
  return phase == child_phase::backoff || phase == child_phase::restarting
         || phase == child_phase::halted;
}

} // namespace

// -- looking --------------------------------------------------------------------

child_info supervisor_actor::info_of(child_slot child) const {
  const auto& planned = plan_.at(child);
  const auto& entry = table_.at(child);
  return {std::string{entry.id()}, entry.path,          planned.phase,    entry.spec->type,
          entry.spec->restart,     planned.incarnation, planned.restarts, planned.consecutive};
}

children_list supervisor_actor::list_children() const {
  const auto& rules = plan_.rules();
  children_list out{
    {}, rules.limits.max_restarts, plan_.window().left(now()), rules.strategy, plan_.paused()};
  out.children.reserve(plan_.size());
  for (auto slot = plan_.first(); slot != no_child; slot = plan_.at(slot).next)
    out.children.push_back(info_of(slot));
  return out;
}

child_counts supervisor_actor::counts() const {
  child_counts out;
  out.specs = plan_.size();
  for (auto slot = plan_.first(); slot != no_child; slot = plan_.at(slot).next) {
    const auto& entry = table_.at(slot);
    const auto phase = plan_.at(slot).phase;
    out.active += entry.handle && phase != child_phase::backoff && phase != child_phase::halted ? 1
                                                                                                : 0;
    ++(entry.spec->type == child_type::supervisor ? out.supervisors : out.workers);
  }
  return out;
}

caf::message_handler supervisor_actor::questions() {
  return {
    [this](which_children) { return list_children(); },
    [this](const which_child& q) -> caf::result<child_info> {
      if (const auto child = table_.find_id(q.id))
        return info_of(*child);
      return no_child_called(q.id);
    },
    [this](count_children) { return counts(); },
    [this](const get_child_spec& q) -> caf::result<child_spec> {
      if (const auto child = table_.find_id(q.id)) {
        auto spec = *table_.at(*child).spec;
        spec.id = q.id;
        if (const auto start = start_of(table_.at(*child)))
          spec.start = *start;
        return spec;
      }
      return no_child_called(q.id);
    },
  };
}

// -- changing -------------------------------------------------------------------

caf::message_handler supervisor_actor::commands() {
  return {
    [this](const start_child& c) {
      if (shape_->start_pooled)
        make_promise().fail(
          {errc::invalid_argument, path() + " is a pool: start_pooled starts its children"});
      else if (auto ok = validate_for(c.spec, plan_.rules()); !ok)
        make_promise().fail(ok.error());
      else if (const auto child = table_.find_id(c.spec.id))
        make_promise().fail(
          {table_.at(*child).handle && !between_incarnations(plan_.at(*child).phase)
             ? errc::already_running
             : errc::already_present,
           table_.at(*child).path});
      else
        add(c.spec.id, std::make_shared<const child_spec>(c.spec),
            std::make_shared<const child_rules>(rules_of(c.spec)));
    },
    [this](const start_pooled& c) {
      if (shape_->start_pooled)
        add(std::to_string(++last_pooled_), {shape_, &shape_->pooled}, pooled_rules_,
            c.args.has_value() ? c.args : std::any{std::tuple<>{}});
      else
        make_promise().fail({errc::invalid_argument, path() + " is no pool"});
    },
    [this](const terminate_child& c) {
      command_on(c.id, false, [this](child_slot child, plan_token token) {
        return plan_.terminate(child, token, now());
      });
    },
    [this](const restart_child& c) {
      command_on(c.id, true, [this, &c](child_slot child, plan_token token) {
        return plan_.restart(child, c.even_if_running, token, now());
      });
    },
    [this](const delete_child& c) {
      command_on(c.id, false,
                 [this](child_slot child, plan_token token) { return plan_.remove(child, token); });
    },
    [this](const change_supervisor& c) -> caf::result<void> {
      if (auto ok = validate(c.options, path()); !ok)
        return to_caf(ok.error());
      if ((c.options.strategy == restart_strategy::dynamic)
          != static_cast<bool>(shape_->start_pooled))
        return to_caf({errc::invalid_argument,
                       path() + ".strategy: a pool stays a pool, and nothing else becomes one"});
      plan_.change(c.options);
      return caf::unit;
    },
    [this](const change_child& c) -> caf::result<child_info> {
      if (auto ok = validate_for(c.spec, plan_.rules()); !ok)
        return to_caf(ok.error());
      const auto child = table_.find_id(c.spec.id);
      if (!child)
        return no_child_called(c.spec.id);
      auto& entry = table_.at(*child);
      entry.args.reset();
      entry.spec = std::make_shared<const child_spec>(c.spec);
      plan_.change(*child, std::make_shared<const child_rules>(rules_of(c.spec)));
      return info_of(*child);
    },
  };
}

void supervisor_actor::add(const std::string& id, std::shared_ptr<const child_spec> spec,
                           std::shared_ptr<const child_rules> rules, std::any args) {
  const auto token = expect_answer(true);
  auto added = plan_.add(std::move(rules), token);
  if (!added) {
    questions_.extract(token).mapped().promise.fail(added.error());
    return;
  }
  table_.put(added->child, id, std::move(spec), std::move(args));
  carry_out(std::move(added->todo));
}

plan_token supervisor_actor::expect_answer(bool wants_handle) {
  questions_.emplace(++last_token_, question{make_promise(), wants_handle});
  return last_token_;
}

template <class Command>
void supervisor_actor::command_on(const std::string& id, bool wants_handle, Command command) {
  const auto child = table_.find_id(id);
  if (!child)
    make_promise().fail({errc::child_not_found, "\"" + id + "\""});
  else
    carry_out(command(*child, expect_answer(wants_handle)));
}

void supervisor_actor::carry_out(const plan::answer& effect) {
  auto asked = questions_.extract(effect.token);
  if (!asked)
    return;
  const auto& [promise, wants_handle] = asked.mapped();
  const auto& entry = table_.at(effect.child);
  if (effect.why) {
    promise.fail({effect.why->code, effect.why->detail.empty() ? entry.path : effect.why->detail});
  } else if (wants_handle) {
    child_reply reply{info_of(effect.child), entry.handle, {}};
    if (auto info = infos_.extract(effect.child))
      reply.info = std::move(info.mapped());
    promise.deliver(std::move(reply));
  } else {
    promise.deliver(info_of(effect.child));
  }
}

} // namespace troupe::internal
