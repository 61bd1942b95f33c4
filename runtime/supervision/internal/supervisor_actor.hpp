// The actor around the restart plan: carries its effects out and reports what happened.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/internal/child_table.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/supervisor_event.hpp"
#include "runtime/supervision/supervisor_message.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace troupe::internal {

/// Not restarted in place itself: a supervisor that fails stops its children and ends, so that none is
/// orphaned and its parent makes a new one.
class supervisor_actor final : public supervised<caf::event_based_actor> {
public:
  supervisor_actor(caf::actor_config& cfg, actor_setup setup, supervisor_options options,
                   std::vector<child_spec> children, std::shared_ptr<supervisor_event_sink> events);

protected:
  caf::behavior start_incarnation() override;
  void drop_state() override;
  [[nodiscard]] bool up_at_once() const override { return false; }
  void on_stop(const stop_request& request) override;
  void on_failure(const error& why) override;

private:
  // -- what happened ----------------------------------------------------------

  void on_child_up(const child_up& report);
  void on_child_crashed(const child_crashed& report);
  void on_child_start_failed(const child_start_failed& report);
  void on_child_down(const caf::down_msg& down);
  void forget_stop(child_table::entry& child);
  [[nodiscard]] children_list list_children() const;

  // -- what to do -------------------------------------------------------------

  void carry_out(plan::effects effects);
  void carry_out(const plan::spawn& effect, plan::effects& next);
  void carry_out(const plan::restart_in_place& effect);
  void carry_out(const plan::stop& effect);
  void carry_out(const plan::abandon& effect);
  void carry_out(const plan::finish& effect);

  [[nodiscard]] steady_time now() const { return clock().now(); }
  void publish(const supervisor_event& event) const { events_->publish(event); }
  void send_urgent(const child_table::entry& child, caf::message what);

  supervisor_options options_;
  child_table table_;
  restart_plan plan_;
  std::shared_ptr<supervisor_event_sink> events_;
  std::optional<stop_request> stop_;
};

} // namespace troupe::internal
