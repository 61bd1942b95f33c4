// The actor around the restart plan: what happened to children, and their end.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/internal/supervisor_actor.hpp"

#include "runtime/caf/errors.hpp"
#include "runtime/caf/incarnation_memory.hpp"

#include <caf/actor_clock.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message_handler.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace troupe::internal {

namespace {

std::vector<std::shared_ptr<const child_rules>> rules_of_all(
  const std::vector<child_spec>& children) {
  std::vector<std::shared_ptr<const child_rules>> out;
  out.reserve(children.size());
  for (const auto& spec : children)
    out.push_back(std::make_shared<const child_rules>(rules_of(spec)));
  return out;
}

/// The jitter of two supervisors differs, and that of one is the same in every run.
std::uint32_t seed_of(const std::string& path) {
  return static_cast<std::uint32_t>(std::hash<std::string>{}(path)) | 1u;
}

} // namespace

supervisor_actor::supervisor_actor(caf::actor_config& cfg, actor_setup setup,
                                   std::shared_ptr<const supervisor_shape> shape,
                                   std::shared_ptr<supervisor_event_sink> events)
  : supervised<caf::event_based_actor>(cfg, setup), shape_(std::move(shape)), table_(path()),
    plan_(shape_->options, rules_of_all(shape_->children), seed_of(path())),
    events_(std::move(events)), dead_letters_(std::move(setup.dead_letters)) {
  for (child_slot i = 0; i < shape_->children.size(); ++i) {
    const auto& spec = shape_->children[i];
    table_.put(i, spec.id, {shape_, &spec});
  }
  if (shape_->start_pooled)
    pooled_rules_ = std::make_shared<const child_rules>(rules_of(shape_->pooled));
}

caf::behavior supervisor_actor::start_incarnation() {
  set_down_handler([this](caf::scheduled_actor*, caf::down_msg& down) {
    if (const auto child = table_.find_plain(down.source.id()))
      child_has_ended(*child, classify(down.reason), from_caf(down.reason));
  });
  carry_out(plan_.start());
  // What children report comes first: it is what there is most of.
  return caf::message_handler{
    of_child(&supervisor_actor::on_child_up),
    of_child(&supervisor_actor::on_child_crashed),
    of_child(&supervisor_actor::on_child_ended),
    of_child(&supervisor_actor::on_child_start_failed),
    of_child(&supervisor_actor::on_child_start_ignored),
    of_child(&supervisor_actor::on_child_quit),
    of_child(&supervisor_actor::on_child_halted),
  }
    .or_else(questions())
    .or_else(commands());
}

void supervisor_actor::drop_state() {
  // Only on the way out: whoever is left must not become an orphan. Nobody is the sender, because nothing may
  // refer to this actor any more.
  const auto why = stop_reason{stop_reason::kind_type::requested, path() + " ended"};
  for (auto slot = plan_.first(); slot != no_child; slot = plan_.at(slot).next) {
    const auto& entry = table_.at(slot);
    if (entry.handle && entry.record)
      entry.handle->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                            caf::make_message(stop_request{why, now()}), nullptr);
    else if (entry.handle)
      caf::anon_send_exit(entry.handle, caf::exit_reason::kill);
  }
}

void supervisor_actor::on_stop(const stop_request& request) {
  stop_ = request;
  if (!plan_.finished())
    carry_out(plan_.stop());
}

void supervisor_actor::on_failure(const error& why) {
  publish(supervisor_gave_up{path(), exit_class::crashed, why});
  end(to_caf(why));
}

// -- what happened --------------------------------------------------------------

void supervisor_actor::on_child_up(const child_up& report) {
  const auto child = report.slot;
  publish(child_started{table_.at(child).path, report.incarnation});
  carry_out(plan_.started(child, now()));
}

void supervisor_actor::on_child_crashed(const child_crashed& report) {
  const auto child = report.slot;
  const auto& entry = table_.at(child);
  publish(child_failed{entry.path, report.incarnation, report.why});
  const auto& rule = entry.spec->on_failure;
  const auto directive = rule
                           ? decide(rule, {report.why, report.cause, plan_.at(child).consecutive})
                           : failure_directive::restart;
  note_left(child, exit_class::crashed);
  carry_out(plan_.crashed(child, report.why, now(), directive));
}

void supervisor_actor::on_child_start_failed(const child_start_failed& report) {
  const auto child = report.slot;
  publish(child_failed_to_start{table_.at(child).path, report.why});
  if (report.alive) {
    note_left(child, exit_class::start_failed);
  } else {
    ended_in_start(child, exit_class::start_failed, report.why);
  }
  carry_out(plan_.start_failed(child, report.why, report.alive, now()));
}

void supervisor_actor::on_child_start_ignored(const child_start_ignored& report) {
  const auto child = report.slot;
  publish(child_ignored{table_.at(child).path});
  if (report.alive) {
    note_left(child, exit_class::normal);
  } else {
    ended_in_start(child, exit_class::normal, std::nullopt);
  }
  carry_out(plan_.start_ignored(child, report.alive, now()));
}

void supervisor_actor::on_child_quit(const child_quit& report) {
  const auto child = report.slot;
  note_left(child, report.how);
  if (!is_normal(report.how))
    publish(child_failed{table_.at(child).path, report.incarnation, report.why});
  carry_out(plan_.quit(child, report.how, report.why, now()));
}

void supervisor_actor::on_child_halted(const child_halted& report) {
  const auto child = report.slot;
  stops_.erase(child);
  note_left(child, exit_class::shutdown);
  carry_out(plan_.halted(child, now()));
}

void supervisor_actor::on_child_ended(const child_ended& report) {
  child_has_ended(report.slot, report.how, report.why);
}

void supervisor_actor::ended_in_start(child_slot child, exit_class how, std::optional<error> why) {
  publish(child_stopped{table_.at(child).path, how, {}, false, std::move(why)});
  stops_.erase(child);
  table_.release(child);
}

void supervisor_actor::child_has_ended(child_slot child, exit_class how, const error& why) {
  const auto& entry = table_.at(child);
  if (entry.record && entry.record->memory && !is_normal(how))
    entry.record->memory->last_error = why;
  const auto asked = stops_.extract(child);
  std::optional<steady_time> asked_at;
  if (asked)
    asked_at = asked.mapped().at;
  const bool as_wanted = is_normal(how)
                         || (asked_at && how == exit_class::killed
                             && entry.spec->shutdown == brutal_shutdown);
  publish(child_stopped{entry.path, how, asked_at ? now() - *asked_at : std::chrono::nanoseconds{0},
                        asked_at.has_value(), as_wanted ? std::nullopt : std::optional{why}});
  table_.release(child);
  carry_out(plan_.ended(child, how, why, now()));
}

void supervisor_actor::note_left(child_slot child, exit_class how) {
  auto& entry = table_.at(child);
  entry.left = how;
  entry.left_in_stop = plan_.stopping();
}

// -- timers ---------------------------------------------------------------------

void supervisor_actor::arm(child_slot child, steady_time deadline) {
  timers_.arm(child, deadline);
  wake_in_time();
}

void supervisor_actor::wake_in_time() {
  const auto next = timers_.next();
  // One that goes off for nothing, because its timer was disarmed, is cheaper than to set it again each time.
  if (!next || (wake_at_ && *wake_at_ <= *next))
    return;
  if (wake_at_)
    cancel(wake_timer_);
  wake_at_ = next;
  wake_timer_ = run_after(std::max(*next - now(), steady_time::duration{0}), [this] {
    wake_at_.reset();
    while (const auto child = timers_.take_due(now()))
      carry_out(plan_.timer_expired(*child, now()));
    wake_in_time();
  });
}

} // namespace troupe::internal
