// Decides by its cause what is done about a child's failure.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/child_rules.hpp"
#include "runtime/core/result.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// An exception that came out of a child.
struct child_failure {
  const error& why;
  /// The exception itself. A factory that fails is asked about by nobody: that is a failed start.
  std::exception_ptr cause;
  /// Attempts to bring the child back since it was last healthy.
  std::uint32_t consecutive = 0;
};

/// What to do about a failure, or nothing: then the next rule, and in the end the restart type, decides. Called in
/// the supervisor; must not block. An exception out of it counts as no answer.
using failure_rule = std::function<std::optional<failure_directive>(const child_failure&)>;

/// Applies to exceptions of type `E` and what is derived from it.
template <class E>
[[nodiscard]] failure_rule on_exception(failure_directive directive) {
  return [directive](const child_failure& failure) -> std::optional<failure_directive> {
    if (!failure.cause)
      return std::nullopt;
    try {
      std::rethrow_exception(failure.cause);
    } catch (const E&) {
      return directive;
    } catch (...) {
      return std::nullopt;
    }
  };
}

/// Applies to errors of this kind.
[[nodiscard]] failure_rule on_error(errc code, failure_directive directive);

/// Applies to every failure.
[[nodiscard]] failure_rule otherwise(failure_directive directive);

/// The first of these that has an answer.
[[nodiscard]] failure_rule first_of(std::vector<failure_rule> rules);

/// The answer of `rule`, `restart` when it has none.
[[nodiscard]] failure_directive decide(const failure_rule& rule,
                                       const child_failure& failure) noexcept;

} // namespace troupe
