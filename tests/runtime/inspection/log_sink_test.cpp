// Events become lines that people can read and that no text in them can forge.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/log_sink.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <string>
#include <vector>

using namespace troupe;

namespace {

class memory final : public spdlog::sinks::base_sink<std::mutex> {
public:
  std::vector<std::string> take() {
    const std::scoped_lock lock{mutex_};
    return std::exchange(lines_, {});
  }

protected:
  void sink_it_(const spdlog::details::log_msg& line) override {
    lines_.push_back(std::string{spdlog::level::to_string_view(line.level).data()} + " "
                     + std::string{line.payload.data(), line.payload.size()});
  }
  void flush_() override {}

private:
  std::vector<std::string> lines_;
};

/// What the log wrote while `f` ran.
template <class F>
std::vector<std::string> lines_of(F f) {
  start_logging("test");
  static const auto kept = [] {
    auto sink = std::make_shared<memory>();
    spdlog::default_logger()->sinks() = {sink};
    spdlog::default_logger()->set_level(spdlog::level::debug);
    return sink;
  }();
  flush_logs();
  (void)kept->take();
  f();
  flush_logs();
  return kept->take();
}

template <class Event>
std::string line_of(const Event& event) {
  const auto lines = lines_of([&] { log_sink{}.publish(event); });
  return lines.size() == 1 ? lines.front() : std::to_string(lines.size()) + " lines";
}

} // namespace

TEST_CASE("control characters in a text are escaped, so that it stays one line", "[log_sink]") {
  const auto lines = lines_of([] { log_line(log_level::info, "a\nb\x1b[31m\x7f{}"); });
  CHECK(lines == std::vector<std::string>{"info a\\x0ab\\x1b[31m\\x7f{}"});
  CHECK(line_of(supervisor_event{child_failed{"/app/a", 1, {errc::crashed, "two\nlines"}}})
        == "error /app/a failed in incarnation 1: two\\x0alines");
}

TEST_CASE("what goes wrong in a supervisor is an error, a restart a warning, the rest is quiet",
          "[log_sink]") {
  using event = supervisor_event;
  CHECK(line_of(event{child_spawned{"/app/a", nullptr, nullptr}}) == "0 lines");
  CHECK(line_of(event{child_started{"/app/a", 1}}) == "debug /app/a is up");
  CHECK(line_of(event{child_started{"/app/a", 2}}) == "info /app/a is up again, incarnation 2");
  CHECK(line_of(event{child_failed_to_start{"/app/a", {errc::start_failed, "no disk"}}})
        == "error /app/a failed to start: the start failed: no disk");
  CHECK(line_of(event{child_restarting{"/app/a", true, 1, 2}})
        == "warning /app/a restarts in place, restart 1, 2 left in the budget");
  CHECK(line_of(event{child_restarting{"/app/a", false, 2, 1}})
        == "warning /app/a restarts as a new actor, restart 2, 1 left in the budget");
  CHECK(line_of(event{child_stopped{"/app/a", exit_class::shutdown, {}}})
        == "debug /app/a ended: shutdown");
  CHECK(line_of(event{child_stopped{"/app/a", exit_class::killed, {}}})
        == "error /app/a ended: killed");
  CHECK(line_of(event{
          child_abandoned{{"/app/a", "work", std::chrono::seconds{3}, std::chrono::seconds{1}}}})
        == "error did not stop: /app/a: handling work for 3 s, was given 1 s");
  CHECK(line_of(event{supervisor_gave_up{
          "/app", exit_class::escalated, {errc::too_many_restarts, "more than 3"}}})
        == "error /app gives up: the restart budget is spent: more than 3");
}

TEST_CASE("the lifespan's states are told with their reason", "[log_sink]") {
  using event = lifespan_occurrence;
  CHECK(line_of(event{lifespan_state_entered{lifespan_state::ready, {}}}) == "info ready");
  CHECK(line_of(event{lifespan_state_entered{lifespan_state::draining,
                                             {stop_reason::kind_type::signal, "SIGTERM"}}})
        == "info draining (SIGTERM)");
  CHECK(line_of(event{hook_called{"db", false, std::chrono::milliseconds{3}, std::nullopt}})
        == "debug startup handler \"db\" done in 3 ms");
  CHECK(line_of(event{
          hook_called{"db", true, std::chrono::seconds{2}, error{errc::io_error, "disk full"}}})
        == "error shutdown handler \"db\" failed after 2 s: disk full");
  CHECK(line_of(
          event{acknowledgement_missing{lifespan_event::drain, "/app/http", {errc::timed_out, ""}}})
        == "error /app/http did not acknowledge drain: no answer in time");
}

TEST_CASE("more lines than the queue holds drop the oldest and block nobody", "[log_sink]") {
  const auto lines = lines_of([] {
    for (std::size_t i = 0; i < 4 * log_queue_limit; ++i)
      log_line(log_level::debug, "line");
    log_line(log_level::info, "the last one");
  });
  REQUIRE_FALSE(lines.empty());
  CHECK(lines.size() <= 4 * log_queue_limit + 1);
  CHECK(lines.back() == "info the last one");
}
