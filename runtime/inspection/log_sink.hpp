// Writes events as log lines. The only place that formats them.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/supervisor_event.hpp"
#include "runtime/lifespan/lifespan_event_sink.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

enum class log_level : std::uint8_t { debug, info, warning, error };

/// Lines waiting to be written; when more come the oldest are dropped.
inline constexpr std::size_t log_queue_limit = 8'192;

/// Makes the process's log: lines to stderr with the time in UTC, written by a thread of its own, so that no
/// actor waits for the device. It becomes spdlog's default logger, so programs log with spdlog directly. A
/// second call changes nothing.
void start_logging(std::string_view application);

/// Writes one line. Not blocking. Before `start_logging` it goes nowhere. Control characters in `text` are
/// written as `\xNN`.
void log_line(log_level level, std::string_view text);

/// Waits until the lines given so far are written, at most `limit`.
void flush_logs(std::chrono::milliseconds limit = std::chrono::milliseconds{1'000});

/// Turns what supervisors and the lifespan report into log lines.
/// Thread safety: any thread.
class log_sink final : public supervisor_event_sink, public lifespan_event_sink {
public:
  void publish(const supervisor_event& event) noexcept override;
  void publish(const lifespan_occurrence& event) noexcept override;
};

} // namespace troupe
