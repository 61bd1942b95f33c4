// Keeps the events of supervisors and of the lifespan, and dead letters, for tests to look at.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/dead_letter.hpp"
#include "runtime/supervision/supervisor_event.hpp"
#include "runtime/lifespan/lifespan_event_sink.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

/// One line per event, short and without times, so that a test can compare a whole story:
///
///     spawned /app/a            up /app/a #1              failed /app/a #1: boom
///     restarting /app/a in place, attempt 1, 2 left       restarting /app/a anew, attempt 2, 1 left
///     failed to start /app/a: the child failed to start: no disk
///     ended /app/a: shutdown    abandoned /app/a: ...     gave up /app (escalated): ...
///     state ready               startup "db" done         shutdown "db" failed: disk full
///     no acknowledgement of drain by /app/web: ...
[[nodiscard]] std::string to_text(const supervisor_event& event);
[[nodiscard]] std::string to_text(const lifespan_occurrence& event);

/// Records every event it is given.
/// Thread safety: any thread.
class recording_sink final : public supervisor_event_sink,
                             public lifespan_event_sink,
                             public dead_letter_sink {
public:
  void publish(const supervisor_event& event) noexcept override;
  void publish(const lifespan_occurrence& event) noexcept override;
  void publish(const dead_letter& letter) noexcept override;

  /// Supervisors' events in the order of their publication. The records in them hold their actors: `clear`
  /// before an actor system that is to end.
  [[nodiscard]] std::vector<supervisor_event> supervisor_events() const;
  [[nodiscard]] std::vector<lifespan_occurrence> lifespan_events() const;

  /// Dead letters in the order of their publication. They hold their senders.
  [[nodiscard]] std::vector<dead_letter> dead_letters() const;

  /// Events of supervisors and the lifespan in the order of their publication, as lines.
  [[nodiscard]] std::vector<std::string> lines() const;
  /// How many lines begin with `prefix`.
  [[nodiscard]] std::size_t count(std::string_view prefix) const;

  void clear();

private:
  mutable std::mutex mutex_; ///< Guards everything below.
  std::vector<supervisor_event> supervisor_events_;
  std::vector<lifespan_occurrence> lifespan_events_;
  std::vector<dead_letter> dead_letters_;
  std::vector<std::string> lines_;
};

} // namespace testkit
} // namespace troupe
