// The parts of the model of a tree.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/runtime/supervision/tree_model.hpp"

#include <algorithm>
#include <utility>

namespace troupe::tests {

/// The place of a child, and the actor that stands there.
struct tree_model::seat {
  enum class state : std::uint8_t { none, up, suspended };

  std::shared_ptr<const blueprint> plan;
  std::string id;
  habits its = {};
  state is = state::none;
  std::uint64_t actor = 0; ///< Which one; what another one says no longer counts.
  std::uint32_t begun = 0; ///< Incarnations, those that did not come up included.
  bool asked = false;      ///< To halt or to stop, and it has not yet.
  bool told_to_stop = false;
  node_ptr nested;
  /// How it is to end if it is not brought back, and whether that happened in the stop.
  std::optional<std::pair<exit_class, bool>> ending;
};

/// One supervisor.
struct tree_model::node {
  node(const blueprint& plan, std::string its_path, steady_time now)
    : path(std::move(its_path)), pooled(plan.pooled), model(*plan.options, rules_of(plan)) {
    model.now = now;
    for (const auto& child : plan.children) {
      auto& s = seats[static_cast<child_slot>(seats.size())];
      s.plan = std::make_shared<const blueprint>(child);
      s.id = child.id;
    }
    next_slot = static_cast<child_slot>(seats.size());
  }

  static std::vector<std::shared_ptr<const child_rules>> rules_of(const blueprint& plan) {
    std::vector<std::shared_ptr<const child_rules>> out;
    for (const auto& child : plan.children)
      out.push_back(std::make_shared<const child_rules>(child.rules));
    return out;
  }
  [[nodiscard]] const supervisor_model::kid* kid(child_slot child) const {
    const auto it = std::find_if(model.kids.begin(), model.kids.end(),
                                 [&](const auto& k) { return k.name == child; });
    return it == model.kids.end() ? nullptr : &*it;
  }
  [[nodiscard]] std::optional<child_slot> find(const std::string& id) const {
    for (const auto& [slot, s] : seats)
      if (s.id == id)
        return slot;
    return std::nullopt;
  }

  std::string path;
  std::shared_ptr<const blueprint> pooled;
  supervisor_model model;
  std::map<child_slot, seat> seats;
  child_slot next_slot = 0;
  std::uint64_t last_pooled = 0;
  bool gave_up = false;
  std::function<void()> is_up;
  std::function<void(exit_class)> has_ended;
};

template <class Event>
void tree_model::tell(const node_ptr& n, Event event) {
  n->model.now = now_;
  event(n->model);
  for (const auto& d : std::exchange(n->model.deeds, {}))
    carry_out(n, d);
}

inline std::string incarnation(std::uint32_t number) {
  return " #" + std::to_string(number);
}

} // namespace troupe::tests
