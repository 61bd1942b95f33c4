// The restart plan told in words, for tests that read as stories.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/restart_plan.hpp"
#include "runtime/core/units.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::tests {

inline const steady_time t0{std::chrono::hours{1}};
inline const error boom{errc::crashed, "boom"};

constexpr auto permanent = restart_type::permanent;
constexpr auto transient = restart_type::transient;
constexpr auto temporary = restart_type::temporary;

/// A child of this type that has 100 ms to stop and comes back at once.
inline child_rules quick(restart_type type = permanent) {
  child_rules out;
  out.restart = type;
  out.shutdown = std::chrono::milliseconds{100};
  out.backoff = backoff_options::off();
  return out;
}

inline std::shared_ptr<const child_rules> shared(const child_rules& rules) {
  return std::make_shared<const child_rules>(rules);
}

inline restart_plan plan_of(const supervisor_rules& rules,
                            const std::vector<child_rules>& children) {
  std::vector<std::shared_ptr<const child_rules>> out;
  for (const auto& child : children)
    out.push_back(shared(child));
  return restart_plan{rules, std::move(out)};
}

/// A plan whose children are all up since `t0`.
inline restart_plan running(const supervisor_rules& rules,
                            const std::vector<child_rules>& children) {
  auto out = plan_of(rules, children);
  (void)out.start();
  for (child_slot child = 0; child < children.size(); ++child)
    (void)out.started(child, t0);
  return out;
}

inline supervisor_rules with(restart_strategy strategy,
                             restart_limits limits = {100, std::chrono::seconds{5}}) {
  supervisor_rules out;
  out.strategy = strategy;
  out.limits = limits;
  return out;
}

/// Effects as one line: `spawn 0, arm 0 20 ms`. `disarm` is left out: no story turns on it,
/// and the property test counts every timer.
inline std::string text(const plan::effects& effects) {
  struct visitor {
    static std::string of(const char* what, child_slot child) {
      return child == no_child ? what : std::string{what} + ' ' + std::to_string(child);
    }
    std::string operator()(const plan::spawn& e) const { return of("spawn", e.child); }
    std::string operator()(const plan::restart_in_place& e) const { return of("restart", e.child); }
    std::string operator()(const plan::resume& e) const { return of("resume", e.child); }
    std::string operator()(const plan::signal_start& e) const { return of("signal", e.child); }
    std::string operator()(const plan::halt& e) const {
      return of("halt", e.child) + " in " + to_text(e.grace);
    }
    std::string operator()(const plan::stop& e) const {
      return of("stop", e.child) + " in " + to_text(e.grace);
    }
    std::string operator()(const plan::end& e) const { return of("end", e.child); }
    std::string operator()(const plan::abandon& e) const { return of("abandon", e.child); }
    std::string operator()(const plan::forget& e) const { return of("forget", e.child); }
    std::string operator()(const plan::arm& e) const {
      return of("arm", e.child) + ' ' + to_text(e.delay);
    }
    std::string operator()(const plan::disarm&) const { return {}; }
    std::string operator()(const plan::answer& e) const {
      return "answer #" + std::to_string(e.token) + ' '
             + (e.why ? std::string{to_string(e.why->code)} : "ok");
    }
    std::string operator()(const plan::ready&) const { return "ready"; }
    std::string operator()(const plan::pause& e) const {
      return of("pause", e.child) + ' ' + to_text(e.length);
    }
    std::string operator()(const plan::give_up& e) const {
      std::string out = "give up " + std::string{to_string(e.how)};
      for (const auto& cause : e.causes)
        out += ' ' + std::to_string(cause.child) + ':' + cause.why.detail;
      return out;
    }
    std::string operator()(const plan::finish& e) const {
      return "finish " + std::string{to_string(e.how)};
    }
  };
  std::string out;
  for (const auto& effect : effects) {
    const auto words = std::visit(visitor{}, effect);
    if (!words.empty())
      out += (out.empty() ? "" : ", ") + words;
  }
  return out;
}

/// The one effect of this kind; the default when there is none.
template <class Effect>
Effect only(const plan::effects& effects) {
  for (const auto& effect : effects)
    if (const auto* found = std::get_if<Effect>(&effect))
      return *found;
  return {};
}

} // namespace troupe::tests
