// Names of states and events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_message.hpp"

namespace troupe {

std::string_view to_string(lifespan_state state) noexcept {
  switch (state) {
    case lifespan_state::starting:
      return "starting";
    case lifespan_state::started:
      return "started";
    case lifespan_state::ready:
      return "ready";
    case lifespan_state::lame_duck:
      return "lame_duck";
    case lifespan_state::draining:
      return "draining";
    case lifespan_state::stopping:
      return "stopping";
    case lifespan_state::stopped:
      return "stopped";
  }
  return "?";
}

std::string_view to_string(lifespan_event event) noexcept {
  switch (event) {
    case lifespan_event::startup:
      return "startup";
    case lifespan_event::started:
      return "started";
    case lifespan_event::ready:
      return "ready";
    case lifespan_event::stopping:
      return "stopping";
    case lifespan_event::drain:
      return "drain";
    case lifespan_event::shutdown:
      return "shutdown";
  }
  return "?";
}

} // namespace troupe
