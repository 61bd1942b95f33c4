// A child that did not stop in its time, and what it was doing.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace [[gnu::visibility("default")]] troupe {

struct actor_record;

/// One line of the report of a stop. It is a picture of the moment the supervisor gave up waiting; the
/// actor may have ended since.
struct unstopped_child {
  std::string path;
  /// Type of the message it was handling; empty when it was in no handler.
  std::string message;
  /// For how long it had been in that handler.
  std::optional<std::chrono::nanoseconds> busy_for;
  /// The time it was given.
  std::chrono::milliseconds waited{};

  /// `/app/hog: handling void for 3 s, was given 500 ms`.
  [[nodiscard]] std::string to_text() const;

  friend bool operator==(const unstopped_child&, const unstopped_child&) = default;
};

/// Looks at an actor that is being given up.
[[nodiscard]] unstopped_child describe_unstopped(const actor_record& record,
                                                 std::chrono::milliseconds waited);

} // namespace troupe
