// Decides by its cause what is done about a child's failure.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/failure_rule.hpp"

#include <utility>

namespace troupe {

failure_rule on_error(errc code, failure_directive directive) {
  return [=](const child_failure& failure) {
    return failure.why.code == code ? std::optional{directive} : std::nullopt;
  };
}

failure_rule otherwise(failure_directive directive) {
  return [=](const child_failure&) { return std::optional{directive}; };
}

failure_rule first_of(std::vector<failure_rule> rules) {
  return
    [rules = std::move(rules)](const child_failure& failure) -> std::optional<failure_directive> {
      for (const auto& rule : rules)
        if (const auto answer = rule ? rule(failure) : std::nullopt)
          return answer;
      return std::nullopt;
    };
}

failure_directive decide(const failure_rule& rule, const child_failure& failure) noexcept {
  try {
    return rule ? rule(failure).value_or(failure_directive::restart) : failure_directive::restart;
  } catch (...) {
    return failure_directive::restart;
  }
}

} // namespace troupe
