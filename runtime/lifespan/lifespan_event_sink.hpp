// What happens in the life of the application, as a closed set of events.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/exit_class.hpp"
#include "runtime/core/result.hpp"
#include "runtime/lifespan/lifespan_message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>

namespace [[gnu::visibility("default")]] troupe {

struct lifespan_state_entered {
  lifespan_state state;
  stop_reason reason; ///< Of the stop; empty during the start.
};

/// A startup or shutdown function has returned, failed or been given up.
struct hook_called {
  std::string name;
  bool shutdown;
  std::chrono::nanoseconds took;
  std::optional<error> failure;
};

/// A subscriber did not acknowledge, or answered with an error.
struct acknowledgement_missing {
  lifespan_event event;
  std::string path;
  error why;
};

using lifespan_occurrence
  = std::variant<lifespan_state_entered, hook_called, acknowledgement_missing>;

/// Thread safety: `publish` is called from scheduler threads, one at a time; it must not block or throw.
class lifespan_event_sink {
public:
  virtual ~lifespan_event_sink();

  virtual void publish(const lifespan_occurrence& event) noexcept = 0;
};

} // namespace troupe
