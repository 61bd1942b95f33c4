// What outlives an incarnation of a child, in place or as a new actor.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <any>
#include <cstdint>
#include <optional>

namespace [[gnu::visibility("default")]] troupe {

/// Kept by the supervisor for each child and lent to its actor.
/// Thread safety: the actor's executor writes, and the supervisor while no actor stands for the child; the
/// messages between the two order their accesses.
struct incarnation_memory {
  /// Incarnations begun so far; the number of the next one is one more.
  std::uint32_t incarnations = 0;
  /// Attempts to bring the child back since it was last healthy for a while, the running one included; 0 in a
  /// first start.
  std::uint32_t attempt = 0;
  /// What ended the incarnation before; empty when that was no failure.
  std::optional<error> last_error;
  /// The last good snapshot, and the version its writer gave it.
  std::any checkpoint;
  std::uint32_t checkpoint_version = 0;
};

} // namespace troupe
