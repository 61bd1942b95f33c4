// The event log as JSON.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/inspection/event_log.hpp"

#include <array>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

/// What an event is called in JSON and in tables: the name of its struct.
[[nodiscard]] std::string_view kind_of(const logged_event& event) noexcept;

/// Every name that `kind_of` can give.
inline constexpr std::array<std::string_view, 14> all_event_kinds{
  "child_spawned",    "child_started",          "child_failed_to_start", "child_failed",
  "child_restarting", "child_resumed",          "child_ignored",         "child_stopped",
  "child_abandoned",  "supervisor_paused",      "supervisor_gave_up",    "lifespan_state_entered",
  "hook_called",      "acknowledgement_missing"};

/// Schema `troupe.events/1`; the members are listed in docs/inspection.md.
[[nodiscard]] std::string events_json(const event_slice& slice);

} // namespace troupe
