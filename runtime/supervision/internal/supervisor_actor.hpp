// The actor around the restart plan: carries its effects out and reports what happened.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/internal/child_table.hpp"
#include "runtime/supervision/internal/child_timers.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/supervisor_event.hpp"
#include "runtime/supervision/supervisor_message.hpp"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace troupe::internal {

/// The specification of a supervisor.
[[nodiscard]] child_spec make_supervisor_spec(std::string id, supervisor_shape what);

/// Not restarted in place itself: a supervisor that fails stops its children and ends, so that none is
/// orphaned and its parent makes a new one.
class supervisor_actor final : public supervised<caf::event_based_actor> {
public:
  supervisor_actor(caf::actor_config& cfg, actor_setup setup,
                   std::shared_ptr<const supervisor_shape> shape,
                   std::shared_ptr<supervisor_event_sink> events);

protected:
  caf::behavior start_incarnation() override;
  void drop_state() override;
  [[nodiscard]] bool up_at_once() const override { return false; }
  void on_stop(const stop_request& request) override;
  void on_failure(const error& why) override;

private:
  /// A child that was asked to stop or halt.
  struct asked_stop {
    std::optional<steady_time> at; ///< Empty for one that only has to end.
    std::chrono::milliseconds grace{};
  };

  // -- what happened ----------------------------------------------------------

  void on_child_up(const child_up& report);
  void on_child_crashed(const child_crashed& report);
  void on_child_start_failed(const child_start_failed& report);
  void on_child_start_ignored(const child_start_ignored& report);
  void on_child_quit(const child_quit& report);
  void on_child_halted(const child_halted& report);
  void on_child_ended(const child_ended& report);
  void child_has_ended(child_slot child, exit_class how, const error& why);
  /// A handler for reports: those of an actor that no longer stands for its child go no further.
  template <class Report>
  [[nodiscard]] auto of_child(void (supervisor_actor::*handle)(const Report&)) {
    return [this, handle](const Report& report) {
      if (table_.stands(report.actor_id, report.slot))
        (this->*handle)(report);
    };
  }
  /// The actor has ended before its first incarnation was up.
  void ended_in_start(child_slot child, exit_class how, std::optional<error> why);
  /// An incarnation has ended and its actor is suspended.
  void note_left(child_slot child, exit_class how);

  // -- questions and commands (supervisor_commands.cpp) -------------------------

  [[nodiscard]] caf::message_handler questions();
  [[nodiscard]] caf::message_handler commands();
  [[nodiscard]] child_info info_of(child_slot child) const;
  [[nodiscard]] children_list list_children() const;
  [[nodiscard]] child_counts counts() const;
  /// Runs `command` on the child of this id, or answers that there is none.
  template <class Command>
  void command_on(const std::string& id, bool wants_handle, Command command);
  [[nodiscard]] plan_token expect_answer(bool wants_handle);
  void add(const std::string& id, std::shared_ptr<const child_spec> spec,
           std::shared_ptr<const child_rules> rules, std::any args = {});

  // -- what to do -------------------------------------------------------------

  void carry_out(plan::effects effects);
  void carry_out(const plan::spawn& effect, plan::effects& next);
  void carry_out(const plan::restart_in_place& effect);
  void carry_out(const plan::resume& effect);
  void carry_out(const plan::signal_start& effect);
  void carry_out(const plan::halt& effect);
  void carry_out(const plan::stop& effect);
  void carry_out(const plan::end& effect);
  void carry_out(const plan::abandon& effect);
  void carry_out(const plan::forget& effect);
  void carry_out(const plan::arm& effect);
  void carry_out(const plan::disarm& effect);
  void carry_out(const plan::answer& effect);
  void carry_out(const plan::ready& effect);
  void carry_out(const plan::pause& effect);
  void carry_out(const plan::give_up& effect);
  void carry_out(const plan::finish& effect);

  /// Sends what asks for a stop or a halt, and arms the child's timer.
  template <class Request>
  void ask(child_slot child, std::chrono::milliseconds grace);
  [[nodiscard]] error describe(const plan::give_up& what) const;
  [[nodiscard]] result<start_function> start_of(const child_table::entry& child) const;
  void arm(child_slot child, steady_time deadline);
  void wake_in_time();
  [[nodiscard]] steady_time now() const { return clock().now(); }
  void publish(const supervisor_event& event) const { events_->publish(event); }
  void send_urgent(const child_table::entry& child, caf::message what);

  std::shared_ptr<const supervisor_shape> shape_;
  child_table table_;
  restart_plan plan_;
  std::shared_ptr<supervisor_event_sink> events_;
  std::shared_ptr<dead_letter_sink> dead_letters_;
  child_timers timers_;
  std::optional<steady_time> wake_at_; ///< When the actor's own timer is due.
  timer_id wake_timer_{};
  std::unordered_map<child_slot, asked_stop> stops_;
  struct question {
    answer_promise promise;
    bool wants_handle;
  };
  std::unordered_map<plan_token, question> questions_;
  std::unordered_map<child_slot, std::any>
    infos_; ///< What start functions gave, until it has been handed on.
  plan_token last_token_ = 0;
  std::uint64_t last_pooled_ = 0;
  std::shared_ptr<const child_rules> pooled_rules_; ///< Of a pool.
  std::optional<stop_request> stop_;
  std::optional<error> why_; ///< It ends on its own.
};

} // namespace troupe::internal
