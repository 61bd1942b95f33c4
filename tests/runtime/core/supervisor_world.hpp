// Plays the actors and the timers for a restart plan, and holds its model beside it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/runtime/core/supervisor_model.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <vector>

namespace troupe::tests {

/// Every effect is carried out and checked against what is; every event goes to the plan and to the
/// model, and what they do about it, and where they stand after it, must be the same.
class supervisor_world {
public:
  supervisor_world(supervisor_rules rules, std::vector<std::shared_ptr<const child_rules>> children,
                   std::uint32_t seed);

  /// One step of a script. Any number is a step; small ones are mild.
  void step(std::uint32_t script);
  /// Stops the supervisor if it still runs, and lets time pass until it has finished.
  void end();

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] std::uint32_t events() const { return events_; }

private:
  enum class state : std::uint8_t { none, coming, up, suspended };
  enum class asked : std::uint8_t { nothing, to_halt, to_stop };
  struct actor {
    state is = state::none;
    asked to = asked::nothing;
    bool failed_at_once
      = false; ///< While the plan has not heard of it, it may ask the actor to stop.
  };

  /// Gives the event to both and compares.
  template <class OfPlan, class OfModel>
  void tell(OfPlan of_plan, OfModel of_model) {
    ++events_;
    model_.now = now_;
    const bool was_stopping = plan_.stopping();
    const plan::effects effects = of_plan();
    of_model();
    judge(effects, was_stopping);
  }
  void judge(const plan::effects& effects, bool was_stopping);
  void compare();
  void carry_out();
  void check(const plan::spawn& e);
  void check(const plan::restart_in_place& e);
  void check(const plan::resume& e);
  void check(const plan::signal_start& e);
  void check(const plan::halt& e);
  void check(const plan::stop& e);
  void check(const plan::end& e);
  void check(const plan::abandon& e);
  void check(const plan::forget& e);
  void check(const plan::arm& e);
  void check(const plan::disarm& e);
  void check(const plan::answer& e);
  void check(const plan::ready& e);
  void check(const plan::pause& e);
  void check(const plan::give_up& e);
  void check(const plan::finish& e);

  bool let_an_actor_act(std::uint32_t choice);
  void come_up(child_slot child, std::uint32_t choice);
  void work(child_slot child, std::uint32_t choice);
  void obey(child_slot child, std::uint32_t choice);
  void command(std::uint32_t which, std::uint32_t choice);
  void change(child_slot child, std::uint32_t choice);
  void say_nonsense(std::uint32_t choice);
  bool let_timer_run_out();
  void let_time_pass(std::chrono::milliseconds time);
  actor& of(child_slot child);

  restart_plan plan_;
  supervisor_model model_;
  supervisor_rules rules_;
  std::vector<std::shared_ptr<const child_rules>> kinds_; ///< What `add` adds.
  std::map<child_slot, actor> actors_;
  std::map<child_slot, steady_time> timers_;
  std::deque<plan::effect> todo_;
  std::set<plan_token> waiting_;
  plan_token last_token_ = 0;
  steady_time now_{std::chrono::hours{1}};
  std::uint32_t events_ = 0;
  std::uint32_t spawn_fate_ = 0; ///< Decides what becomes of the next start functions.
  bool was_ready_ = false;
  bool finished_ = false;
};

} // namespace troupe::tests
