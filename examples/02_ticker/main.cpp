// The classic: a startup handler prepares state, a supervised ticker logs the time, a shutdown handler runs last.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/application/application.hpp"
#include "actors/ticker.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <ctime>
#include <string>

namespace {

/// What the startup handler finds out and the ticker uses.
struct clock_zone {
  std::string name;
};

/// `12:34:56`, local time.
std::string time_of_day() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  char text[sizeof "12:34:56"];
  std::strftime(text, sizeof text, "%H:%M:%S", localtime_r(&now, &parts));
  return text;
}

} // namespace

int main() {
  troupe::application app{"02_ticker"};

  app.on_startup("zone", [&app] {
    tzset();
    return app.state().emplace<clock_zone>(std::string{tzname[0]});
  });

  app.add(troupe::actors::make_ticker(
    "clock", {.period = std::chrono::seconds{1}},
    [&app](const troupe::actors::tick&) {
      spdlog::info("it is {} {}", time_of_day(), app.state().find<clock_zone>()->name);
    },
    [] { spdlog::info("the ticker has stopped"); }));

  app.on_shutdown("goodbye", [] { spdlog::info("goodbye"); });

  return troupe::run(app);
}
