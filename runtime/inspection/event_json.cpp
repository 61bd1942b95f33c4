// Events as JSON.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/event_json.hpp"

#include "runtime/caf/actor_record.hpp"
#include "runtime/inspection/internal/json_parts.hpp"

#include <type_traits>

namespace troupe {

namespace {

using internal::json;
using internal::milliseconds;

/// Adds what is particular to an event.
struct member_writer {
  json& out;

  void operator()(const child_spawned& e) const {
    out["path"] = e.path;
    if (e.record)
      out["type"] = e.record->type;
  }
  void operator()(const child_started& e) const {
    out["path"] = e.path;
    out["incarnation"] = e.incarnation;
  }
  void operator()(const child_failed_to_start& e) const {
    out["path"] = e.path;
    out["error"] = internal::to_json(e.why);
  }
  void operator()(const child_failed& e) const {
    out["path"] = e.path;
    out["incarnation"] = e.incarnation;
    out["error"] = internal::to_json(e.why);
  }
  void operator()(const child_restarting& e) const {
    out["path"] = e.path;
    out["in_place"] = e.in_place;
    out["attempt"] = e.attempt;
    out["budget_left"] = e.budget_left;
  }
  void operator()(const child_resumed& e) const {
    out["path"] = e.path;
    out["incarnation"] = e.incarnation;
  }
  void operator()(const child_ignored& e) const { out["path"] = e.path; }
  void operator()(const supervisor_paused& e) const {
    out["path"] = e.path;
    out["child"] = e.child;
    out["length_ms"] = milliseconds(e.length);
  }
  void operator()(const child_stopped& e) const {
    out["path"] = e.path;
    out["exit"] = to_string(e.how);
    out["took_ms"] = milliseconds(e.took);
  }
  void operator()(const child_abandoned& e) const {
    out["path"] = e.child.path;
    out["waited_ms"] = e.child.waited.count();
    if (!e.child.message.empty())
      out["message"] = e.child.message;
    if (e.child.busy_for)
      out["for_ms"] = milliseconds(*e.child.busy_for);
  }
  void operator()(const supervisor_gave_up& e) const {
    out["path"] = e.path;
    out["exit"] = to_string(e.how);
    out["error"] = internal::to_json(e.why);
  }
  void operator()(const lifespan_state_entered& e) const {
    out["state"] = to_string(e.state);
    if (!e.reason.text.empty())
      out["reason"] = e.reason.text;
  }
  void operator()(const hook_called& e) const {
    out["hook"] = e.name;
    out["phase"] = e.shutdown ? "shutdown" : "startup";
    out["took_ms"] = milliseconds(e.took);
    if (e.failure)
      out["error"] = internal::to_json(*e.failure);
  }
  void operator()(const acknowledgement_missing& e) const {
    out["path"] = e.path;
    out["event"] = to_string(e.event);
    out["error"] = internal::to_json(e.why);
  }
};

} // namespace

std::string_view kind_of(const logged_event& event) noexcept {
  const auto* of_supervisor = std::get_if<supervisor_event>(&event.what);
  const auto kind
    = of_supervisor != nullptr
        ? of_supervisor->index()
        : std::variant_size_v<supervisor_event> + std::get<lifespan_occurrence>(event.what).index();
  static_assert(
    all_event_kinds.size()
    == std::variant_size_v<supervisor_event> + std::variant_size_v<lifespan_occurrence>);
  return all_event_kinds[kind];
}

std::string events_json(const event_slice& slice) {
  auto out = internal::document("troupe.events/1");
  out["last"] = slice.last;
  out["missed"] = slice.missed;
  out["dropped"] = slice.dropped;
  auto& items = out["items"] = json::array();
  for (const auto& event : slice.events) {
    json item;
    item["sequence"] = event->sequence;
    item["time"] = internal::utc_text(event->at);
    item["kind"] = kind_of(*event);
    std::visit([&](const auto& group) { std::visit(member_writer{item}, group); }, event->what);
    items.push_back(std::move(item));
  }
  return internal::to_text(out);
}

} // namespace troupe
