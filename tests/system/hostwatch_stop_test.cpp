// hostwatch's stop: under load, twice, and with children that do not want to.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/hostwatch_service.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <atomic>
#include <csignal>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace harness;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::int64_t new_year = 1'767'225'600'000;

/// What the clients of a load have seen together.
struct load_report {
  std::atomic<int> answered{0};
  std::atomic<int> unavailable{0};
  /// A connection that was just made and got no answer: the server may never have accepted it.
  std::atomic<int> never_accepted{0};
  std::mutex mutex;
  std::vector<std::string> wrong;

  void note(std::string what) {
    const std::scoped_lock lock{mutex};
    wrong.push_back(std::move(what));
  }
};

/// Asks on one connection after the other until nobody listens any more. Every request on a connection that the server
/// has answered on before has to be answered: the server says which answer is the last one of a connection.
void client(std::uint16_t port, const std::string& method, const std::string& target,
            const std::string& body, load_report& report) {
  for (;;) {
    http_connection connection{port};
    if (!connection.open())
      return;
    for (bool fresh = true;; fresh = false) {
      answer got;
      connection.send(method, target, body);
      const auto outcome = connection.read(got);
      if (outcome == read_outcome::nothing && fresh) {
        ++report.never_accepted;
        break;
      }
      if (outcome != read_outcome::complete) {
        report.note(method + " " + target + ": no answer, outcome "
                    + std::to_string(static_cast<int>(outcome)));
        return;
      }
      if (got.status == 503)
        ++report.unavailable;
      else if (got.status == 200 || got.status == 202)
        ++report.answered;
      else
        report.note(method + " " + target + ": " + std::to_string(got.status) + " " + got.body);
      if (got.last())
        break;
    }
  }
}

} // namespace

TEST_CASE("SIGTERM under load: no request that was accepted goes unanswered", "[hostwatch][stop]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.post("/samples", sample_body("web-1", new_year))->status == 202);
  load_report report;
  constexpr int clients = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i)
    threads.emplace_back([&, i] {
      if (i % 3 == 0)
        client(service.port(), "GET", "/hosts/web-1/summary", {}, report);
      else if (i % 3 == 1)
        client(service.port(), "POST", "/samples", "[" + sample_body("web-2", new_year) + "]",
               report);
      else
        client(service.port(), "GET", "/livez", {}, report);
    });
  while (report.answered < 500)
    std::this_thread::sleep_for(1ms);
  // Some of the requests are in flight for a while when the signal comes.
  REQUIRE(service.fault("reporter", "slow") == 202);
  std::this_thread::sleep_for(50ms);
  service.program().send_signal(SIGTERM);
  for (auto& thread : threads)
    thread.join();
  const auto end = service.program().wait_for_end();
  INFO(service.program().story());
  REQUIRE(end);
  CHECK(end->code == 0);
  CHECK(report.wrong == std::vector<std::string>{});
  CHECK(report.never_accepted <= clients);
}

TEST_CASE("requests in flight at SIGTERM get their real answers", "[hostwatch][stop]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.post("/samples", sample_body("web-1", new_year))->status == 202);
  REQUIRE(service.fault("reporter", "slow") == 202);
  std::vector<http_connection> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.emplace_back(service.port());
    waiting.back().send("GET", "/hosts/web-1/summary");
  }
  std::this_thread::sleep_for(100ms); // they have been read by now
  service.program().send_signal(SIGTERM);
  for (auto& each : waiting) {
    answer got;
    CHECK(each.read(got) == read_outcome::complete);
    CHECK(got.status == 200);
    CHECK(got.last());
  }
  const auto end = service.program().wait_for_end();
  INFO(service.program().story());
  REQUIRE(end);
  CHECK(end->code == 0);
}

TEST_CASE("SIGTERM and SIGINT both stop in order, with code 0", "[hostwatch][stop]") {
  for (const int number : {SIGTERM, SIGINT}) {
    CAPTURE(number);
    hostwatch_service service;
    service.program().send_signal(number);
    const auto end = service.program().wait_for_end();
    INFO(service.program().story());
    REQUIRE(end);
    CHECK(end->code == 0);
    const auto log = service.program().err();
    // Shutdown handlers run in reverse order, after the children.
    const auto proc = log.find("proc: undone");
    const auto open_files = log.find("open_files: undone");
    REQUIRE(proc != std::string::npos);
    REQUIRE(open_files != std::string::npos);
    CHECK(proc < open_files);
  }
}

TEST_CASE("a second signal ends a stop that takes long, with 128 and its number",
          "[hostwatch][stop]") {
  for (const auto& [number, code] : {std::pair{SIGTERM, 143}, std::pair{SIGINT, 130}}) {
    CAPTURE(number);
    hostwatch_service service{{"--enable-faults"}};
    REQUIRE(service.fault("store", "ignore_stop") == 202);
    service.program().send_signal(SIGTERM);
    REQUIRE(service.program().wait_for_line("stopping (SIGTERM)"));
    const auto asked = std::chrono::steady_clock::now();
    service.program().send_signal(number);
    const auto end = service.program().wait_for_end();
    INFO(service.program().story());
    REQUIRE(end);
    CHECK(end->code == code);
    CHECK(end->at - asked < 1s);
    CHECK(service.program().has_line("forced by a second"));
  }
}

TEST_CASE("a child that ignores the stop is named, and ends nothing but the patience: code 4",
          "[hostwatch][stop]") {
  for (const auto* child : {"store", "parser", "sampler"}) {
    CAPTURE(child);
    hostwatch_service service{{"--enable-faults"}};
    REQUIRE(service.fault(child, "ignore_stop") == 202);
    const auto asked = std::chrono::steady_clock::now();
    service.program().send_signal(SIGTERM);
    const auto end = service.program().wait_for_end();
    INFO(service.program().story());
    REQUIRE(end);
    CHECK(end->code == 4);
    CHECK(service.program().has_line(std::string{"did not stop: /app/work/"} + child));
    // It has 3 s of its own; the rest of the stop takes none.
    CHECK(end->at - asked > 2'900ms);
    CHECK(end->at - asked < 8s);
    // Whatever did not stop, the shutdown handlers have run.
    CHECK(service.program().has_line("open_files: undone"));
  }
}

TEST_CASE("a handler that hangs is named with its message, code 4 in time", "[hostwatch][stop]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.fault("parser", "hang") == 202);
  const auto asked = std::chrono::steady_clock::now();
  service.program().send_signal(SIGTERM);
  const auto end = service.program().wait_for_end();
  INFO(service.program().story());
  REQUIRE(end);
  CHECK(end->code == 4);
  CHECK(
    service.program().has_line("did not stop: /app/work/parser: handling hostwatch::inject_fault"));
  CHECK(end->at - asked < 8s);
}

TEST_CASE("more hanging handlers than there are threads cannot keep the process either",
          "[hostwatch][stop]") {
  hostwatch_service service{{"--enable-faults"}};
  for (const auto* child : {"store", "parser", "reporter", "live", "sampler"})
    REQUIRE(service.fault(child, "hang") == 202);
  // The sampler's begins at its next tick.
  std::this_thread::sleep_for(1'200ms);
  const auto asked = std::chrono::steady_clock::now();
  service.program().send_signal(SIGTERM);
  const auto end = service.program().wait_for_end(60s);
  INFO(service.program().story());
  REQUIRE(end);
  CHECK(end->code == 4);
  for (const auto* child : {"store", "parser", "reporter", "live"})
    CHECK(service.program().has_line(std::string{"/app/work/"} + child
                                     + " (running, handling hostwatch::inject_fault"));
  // The whole stop has 25 s; a second more for each of the shutdown handlers, and for the way out.
  CHECK(end->at - asked < 32s);
}
