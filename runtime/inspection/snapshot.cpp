// Reads the counters of all actors.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/snapshot.hpp"

#include "runtime/registry/registry.hpp"
#include "runtime/lifespan/lifespan_status.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

/// The actor may begin another message while this reads; then start and type might belong to two of
/// them.
std::optional<work_in_hand> work_of(const actor_record& record, steady_time now) {
  constexpr int attempts = 3;
  std::optional<work_in_hand> out;
  for (int i = 0; i < attempts; ++i) {
    const auto since = record.busy_since_ns.load(std::memory_order_acquire);
    if (since == 0)
      return std::nullopt;
    const auto busy_for = now.time_since_epoch() - std::chrono::nanoseconds{since};
    out = work_in_hand{current_message_name(record),
                       std::max(busy_for, std::chrono::nanoseconds{0})};
    if (record.busy_since_ns.load(std::memory_order_acquire) == since)
      break;
  }
  return out;
}

actor_snapshot read(std::string path, const actor_record& record, steady_time now) {
  actor_snapshot out;
  out.path = std::move(path);
  out.type = record.type;
  out.id = record.actor_id.load(std::memory_order_relaxed);
  out.incarnation = record.incarnation.load(std::memory_order_relaxed);
  out.abandoned = record.abandoned.load(std::memory_order_relaxed);
  // As `depth` of the record does it, outflow first, but from the very figures that are shown
  // beside it.
  out.processed = record.processed.load(std::memory_order_relaxed);
  out.refused = record.refused.load(std::memory_order_relaxed);
  out.enqueued = record.enqueued.load(std::memory_order_acquire);
  out.depth = out.enqueued - std::min(out.enqueued, out.processed + out.refused);
  out.state = record.state.load(std::memory_order_relaxed);
  if (out.state == actor_state::idle && out.depth > 0)
    out.state = actor_state::ready;
  out.unhandled = record.unhandled.load(std::memory_order_relaxed);
  out.failures = record.failures.load(std::memory_order_relaxed);
  out.restarts = record.restarts.load(std::memory_order_relaxed);
  out.busy = std::chrono::nanoseconds{record.run_ns.load(std::memory_order_relaxed)};
  out.age = std::max(now - record.spawned_at, std::chrono::nanoseconds{0});
  out.current = work_of(record, now);
  out.last_error = record.last_error();
  return out;
}

} // namespace

snapshot take_snapshot(const snapshot_source& from, const clock& time) {
  snapshot out;
  out.time = std::chrono::system_clock::now();
  out.application = from.application;
  out.state = from.status->state();
  const auto now = time.now();
  auto listed = from.actors->list();
  out.actors.reserve(listed.size());
  std::size_t alive = 0;
  for (auto& actor : listed) {
    if (actor.record) {
      out.actors.push_back(read(std::move(actor.path), *actor.record, now));
      alive += has_ended(out.actors.back().state) ? 0 : 1;
    } else {
      auto& unseen = out.actors.emplace_back();
      unseen.path = std::move(actor.path);
      unseen.observed = false;
    }
  }
  if (from.running) {
    const auto running = from.running();
    out.unobserved = running - std::min(running, alive);
  }
  return out;
}

std::optional<actor_state> parse_actor_state(std::string_view name) noexcept {
  for (const auto state : all_actor_states) {
    if (to_string(state) == name)
      return state;
  }
  return std::nullopt;
}

actor_totals totals_of(const snapshot& from) noexcept {
  actor_totals out;
  out.actors = from.actors.size();
  for (const auto& actor : from.actors) {
    if (!actor.observed)
      continue;
    ++out.by_state[static_cast<std::size_t>(actor.state)];
    out.depth += actor.depth;
    out.enqueued += actor.enqueued;
    out.processed += actor.processed;
    out.refused += actor.refused;
    out.unhandled += actor.unhandled;
    out.failures += actor.failures;
    out.restarts += actor.restarts;
  }
  return out;
}

} // namespace troupe
