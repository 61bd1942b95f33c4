// Writes events as log lines.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/log_sink.hpp"

#include "runtime/core/units.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <future>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace troupe {

namespace {

std::atomic<bool> started{false};

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    else
      out += c;
  }
  return out;
}

struct supervisor_lines {
  void operator()(const child_spawned&) const {} // `child_started` says more
  void operator()(const child_started& e) const {
    if (e.incarnation > 1)
      log_line(log_level::info,
               fmt::format("{} is up again, incarnation {}", e.path, e.incarnation));
    else
      log_line(log_level::debug, fmt::format("{} is up", e.path));
  }
  void operator()(const child_failed_to_start& e) const {
    log_line(log_level::error, fmt::format("{} failed to start: {}", e.path, e.why.to_text()));
  }
  void operator()(const child_failed& e) const {
    log_line(log_level::error,
             fmt::format("{} failed in incarnation {}: {}", e.path, e.incarnation, e.why.detail));
  }
  void operator()(const child_restarting& e) const {
    log_line(log_level::warning,
             fmt::format("{} restarts {}, restart {}, {} left in the budget", e.path,
                         e.in_place ? "in place" : "as a new actor", e.attempt, e.budget_left));
  }
  void operator()(const child_resumed& e) const {
    log_line(log_level::warning,
             fmt::format("{} goes on in incarnation {}", e.path, e.incarnation));
  }
  void operator()(const child_ignored& e) const {
    log_line(log_level::info, fmt::format("{} is not wanted now", e.path));
  }
  void operator()(const supervisor_paused& e) const {
    log_line(log_level::error, fmt::format("{} restarts nobody for {}, because of {}", e.path,
                                           to_text(e.length), e.child));
  }
  void operator()(const child_stopped& e) const {
    log_line(is_normal(e.how) ? log_level::debug : log_level::error,
             fmt::format("{} ended: {}", e.path, to_string(e.how)));
  }
  void operator()(const child_abandoned& e) const {
    log_line(log_level::error, fmt::format("did not stop: {}", e.child.to_text()));
  }
  void operator()(const supervisor_gave_up& e) const {
    log_line(log_level::error, fmt::format("{} gives up: {}", e.path, e.why.to_text()));
  }
};

struct lifespan_lines {
  void operator()(const lifespan_state_entered& e) const {
    if (e.reason.text.empty())
      log_line(log_level::info, fmt::format("{}", to_string(e.state)));
    else
      log_line(log_level::info, fmt::format("{} ({})", to_string(e.state), e.reason.text));
  }
  void operator()(const hook_called& e) const {
    const char* kind = e.shutdown ? "shutdown" : "startup";
    if (e.failure)
      log_line(log_level::error, fmt::format("{} handler \"{}\" failed after {}: {}", kind, e.name,
                                             to_text(e.took), e.failure->detail));
    else
      log_line(log_level::debug,
               fmt::format("{} handler \"{}\" done in {}", kind, e.name, to_text(e.took)));
  }
  void operator()(const acknowledgement_missing& e) const {
    log_line(log_level::error, fmt::format("{} did not acknowledge {}: {}", e.path,
                                           to_string(e.event), e.why.to_text()));
  }
};

/// Formatting may run out of memory; a lost line is better than a lost actor.
template <class Lines, class Event>
void write(const Event& event) noexcept {
  try {
    std::visit(Lines{}, event);
  } catch (...) {
    return;
  }
}

} // namespace

void start_logging(std::string_view application) {
  if (started.exchange(true))
    return;
  spdlog::init_thread_pool(log_queue_limit, 1);
  auto logger = std::make_shared<spdlog::async_logger>(
    std::string{application}, std::make_shared<spdlog::sinks::stderr_sink_mt>(),
    spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-7l %n: %v", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
}

void log_line(log_level level, std::string_view text) {
  if (started.load(std::memory_order_acquire))
    spdlog::default_logger_raw()->log(to_spdlog(level), "{}", printable(text));
}

void flush_logs(std::chrono::milliseconds limit) {
  if (!started.load(std::memory_order_acquire))
    return;
  // spdlog's flush of an asynchronous logger is itself a queued message: wait until the queue is empty and the
  // device has taken the rest, on a thread that may be left behind when the device hangs.
  auto done = std::make_shared<std::promise<void>>();
  auto waited = done->get_future();
  std::thread{[done, limit] {
    const auto pool = spdlog::thread_pool();
    const auto deadline = std::chrono::steady_clock::now() + limit;
    spdlog::default_logger_raw()->flush();
    while (pool && pool->queue_size() > 0 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::microseconds{200});
    for (const auto& sink : spdlog::default_logger_raw()->sinks())
      sink->flush();
    done->set_value();
  }}.detach();
  waited.wait_for(limit);
}

void log_sink::publish(const supervisor_event& event) noexcept {
  write<supervisor_lines>(event);
}

void log_sink::publish(const lifespan_occurrence& event) noexcept {
  write<lifespan_lines>(event);
}

} // namespace troupe
