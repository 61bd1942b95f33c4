// Messages that could not be delivered or were lost, and why.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/dead_letter.hpp"

namespace troupe {

std::string_view to_string(dead_letter_reason reason) noexcept {
  switch (reason) {
    case dead_letter_reason::crashed_receiver:
      return "crashed_receiver";
    case dead_letter_reason::restarting:
      return "restarting";
    case dead_letter_reason::overloaded:
      return "overloaded";
    case dead_letter_reason::ended:
      return "ended";
    case dead_letter_reason::gone:
      return "gone";
  }
  return "?";
}

dead_letter_sink::~dead_letter_sink() = default;

} // namespace troupe
