// A supervisor told as plain loops over a list: what the restart plan is compared with.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/restart_plan.hpp"

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::tests {

/// One thing that a supervisor does, timers apart.
struct deed {
  std::string_view what;
  child_slot who = no_child;
  std::uint64_t about = 0;

  friend auto operator<=>(const deed&, const deed&) = default;
};

std::string to_text(const std::vector<deed>& deeds);

/// It keeps facts only, no cursor, no count and no order but the list's: after each event it goes
/// through all children and does the next thing that is to be done.
class supervisor_model {
public:
  enum class at : std::uint8_t { idle, coming, up, failed, halting, halted, leaving, down, lost };

  /// When a timer runs out: between the two, for what is added at random.
  using window = std::pair<steady_time, steady_time>;

  struct kid {
    kid(child_slot its_name, std::shared_ptr<const child_rules> its_rules)
      : name(its_name), rules(std::move(its_rules)) {}

    child_slot name;
    std::shared_ptr<const child_rules> rules;
    at where = at::idle;
    bool there = false;    ///< An actor stands for it.
    bool pending = false;  ///< The start or the group restart has still to see to it.
    bool by_hand = false;  ///< Being started by a command.
    bool fresh = false;    ///< By `add`.
    bool too_slow = false; ///< Being stopped because it did not come up in time.
    std::uint32_t ups = 0;
    std::uint32_t tries = 0;
    std::uint32_t in_a_row = 0;
    steady_time since{};
    std::vector<steady_time> restarts; ///< Against a budget of its own.
    std::optional<window> timer;
    std::vector<plan_token> for_start;
    std::vector<plan_token> for_end;
  };

  supervisor_model(supervisor_rules rules,
                   const std::vector<std::shared_ptr<const child_rules>>& children);

  void start();
  void started(child_slot name);
  void start_ignored(child_slot name, bool alive);
  void start_failed(child_slot name, errc why, bool alive);
  void crashed(child_slot name, errc why, failure_directive directive);
  void quit(child_slot name, exit_class how, errc why);
  void halted(child_slot name);
  void ended(child_slot name, exit_class how, errc why);
  void timer_expired(child_slot name);

  /// @returns whether it is allowed; `name` is what the plan calls it.
  [[nodiscard]] bool may_add() const;
  void add(child_slot name, std::shared_ptr<const child_rules> rules, plan_token token);
  void terminate(child_slot name, plan_token token);
  void restart(child_slot name, bool even_if_running, plan_token token);
  void remove(child_slot name, plan_token token);
  void stop();
  void change(supervisor_rules rules) { rules_ = rules; }
  void change(child_slot name, std::shared_ptr<const child_rules> rules) {
    find(name)->rules = std::move(rules);
  }

  [[nodiscard]] std::uint32_t budget_left() const;

  steady_time now{};
  std::list<kid> kids;
  std::vector<deed> deeds; ///< Of the events so far; whoever reads them clears them.
  std::optional<window> timer;
  bool ready = false;
  bool paused = false;
  bool stopping = false;
  bool finished = false;

private:
  enum class stage : std::uint8_t { none, halting, delayed, starting };
  struct failure {
    exit_class how;
    errc why;
    failure_directive directive = failure_directive::restart;
  };

  [[nodiscard]] kid* find(child_slot name);
  [[nodiscard]] std::vector<child_slot> newest_first() const;
  [[nodiscard]] bool by_group() const;
  [[nodiscard]] bool over(std::vector<steady_time>& stamps, const restart_limits& limits) const;
  [[nodiscard]] std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> delay(
    const kid& k) const;
  void begin(kid& k);
  void tell(kid& k, at where, std::string_view what);
  void send_off(kid& k);
  void departed(kid& k, at where);
  void close(kid& k, at where);
  void answer(child_slot name, std::vector<plan_token>& tokens, std::optional<errc> why);
  void reply(child_slot name, plan_token token, std::optional<errc> why);
  void fail(kid& k, failure what);
  void attempt_failed(kid& k, errc why);
  void decide(kid& k, const failure& what);
  void let_go(kid& k);
  void begin_pause(kid& k);
  void end_pause();
  void begin_group(kid& first, std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> delay);
  void make_way(kid& k);
  void work_off();
  void give_up(exit_class how, const std::vector<child_slot>& who);
  void begin_stop(exit_class how);
  void settle();
  void settle_start();
  void settle_group();
  void settle_stop();

  supervisor_rules rules_;
  stage group_ = stage::none;
  std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> group_delay_{};
  std::vector<steady_time> restarts_;
  std::vector<child_slot> start_failures_;
  std::vector<std::pair<child_slot, failure>> postponed_;
  exit_class outcome_ = exit_class::shutdown;
};

} // namespace troupe::tests
