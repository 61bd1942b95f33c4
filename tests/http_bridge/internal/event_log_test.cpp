// Events of a bridge as log lines.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/log_sink.hpp"
#include "http_bridge/internal/event_log.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include <memory>

using namespace troupe;
using namespace troupe::http;

namespace {

/// The log writes to spdlog's default logger.
struct captured_log {
  std::shared_ptr<spdlog::logger> before = spdlog::default_logger();
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> lines
    = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(16);

  captured_log() { spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", lines)); }
  ~captured_log() { spdlog::set_default_logger(before); }
};

} // namespace

TEST_CASE("a failed request is an error in the log, with its id", "[event_log]") {
  start_logging("test");
  captured_log log;
  internal::event_log{}.publish(request_failed{"/app/http", "0a1b", {errc::crashed, "boom"}});
  const auto lines = log.lines->last_raw();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].level == spdlog::level::err);
  CHECK(std::string_view{lines[0].payload.data(), lines[0].payload.size()}.find("0a1b")
        != std::string_view::npos);
}
