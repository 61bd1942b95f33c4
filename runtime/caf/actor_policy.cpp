// How the base treats the mailbox of an actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_policy.hpp"

namespace troupe {

std::string_view to_string(overflow_policy policy) noexcept {
  switch (policy) {
    case overflow_policy::refuse:
      return "refuse";
    case overflow_policy::drop_newest:
      return "drop_newest";
    case overflow_policy::drop_oldest:
      return "drop_oldest";
  }
  return "?";
}

} // namespace troupe
