// hostwatch under faults: what clients see of crashes, what the admin API tells of them, and where it ends.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/hostwatch_service.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace harness;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::int64_t new_year = 1'767'225'600'000;

/// Asks again and again on one connection and judges every answer.
class poller {
public:
  using judge = std::function<bool(const answer&)>;

  poller(std::uint16_t port, std::string method, std::string target,
         std::function<std::string()> body, judge right)
    : thread_{[=, this] { run(port, method, target, body, right); }} {}
  ~poller() { stop(); }
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  void stop() {
    stop_ = true;
    if (thread_.joinable())
      thread_.join();
  }

  [[nodiscard]] int good() const { return good_; }
  [[nodiscard]] int unavailable() const { return unavailable_; }
  /// What was neither right nor a 503 with Retry-After.
  [[nodiscard]] std::vector<std::string> wrong() const {
    const std::scoped_lock lock{mutex_};
    return wrong_;
  }

private:
  void run(std::uint16_t port, const std::string& method, const std::string& target,
           const std::function<std::string()>& body, const judge& right) {
    http_connection connection{port};
    while (!stop_) {
      answer got;
      connection.send(method, target, body());
      const auto outcome = connection.read(got);
      if (outcome != read_outcome::complete) {
        note(method + " " + target + ": connection error "
             + std::to_string(static_cast<int>(outcome)));
        return;
      }
      if (got.status == 503 && !got.field("retry-after").empty())
        ++unavailable_;
      else if (right(got))
        ++good_;
      else
        note(method + " " + target + ": " + std::to_string(got.status) + " " + got.body);
      std::this_thread::sleep_for(1ms);
    }
  }

  void note(std::string what) {
    const std::scoped_lock lock{mutex_};
    wrong_.push_back(std::move(what));
  }

  std::atomic<bool> stop_{false};
  std::atomic<int> good_{0};
  std::atomic<int> unavailable_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> wrong_;
  std::thread thread_;
};

std::string no_body() {
  return {};
}

/// Restarts of each actor as `troupe ps --json` prints them.
std::map<std::string, int> restarts(const hostwatch_service& service) {
  std::map<std::string, int> out;
  const auto listed = json::parse(service.tool({"ps", "--json"}));
  for (const auto& item : listed["items"])
    out[item["path"]] = item["restarts"];
  return out;
}

bool wait_for_restarts(const hostwatch_service& service, const std::string& path, int count) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (restarts(service)[path] >= count)
      return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

bool is_summary_of(const answer& got, const std::string& host) {
  return got.status == 200 && json::parse(got.body)["host"] == host
         && json::parse(got.body)["samples"] >= 1;
}

} // namespace

TEST_CASE(
  "ten crashes of the actors that may crash: no connection error, nothing acknowledged is lost",
  "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.post("/samples", sample_body("web-1", new_year))->status == 202);
  std::atomic<int> posted{0};
  int accepted = 0;
  {
    poller hosts{service.port(), "GET", "/hosts", no_body, [](const answer& a) {
                   return a.status == 200 && !json::parse(a.body)["hosts"].empty()
                          && !json::parse(a.body).contains("since");
                 }};
    poller summary{service.port(), "GET", "/hosts/web-1/summary?window=60s", no_body,
                   [](const answer& a) { return is_summary_of(a, "web-1"); }};
    poller samples{service.port(), "POST", "/samples",
                   [&] { return sample_body("web-2", new_year + 1'000 * posted++); },
                   [](const answer& a) { return a.status == 202; }};
    const std::vector<std::string> victims{"parser", "reporter", "live",    "parser",   "reporter",
                                           "live",   "parser",   "sampler", "reporter", "parser"};
    std::map<std::string, int> expected;
    for (const auto& victim : victims) {
      REQUIRE(service.fault(victim, "throw") == 202);
      REQUIRE(wait_for_restarts(service, "/app/work/" + victim, ++expected[victim]));
    }
    for (auto* each : {&hosts, &summary, &samples}) {
      each->stop();
      CHECK(each->wrong() == std::vector<std::string>{});
      CHECK(each->good() > 10);
    }
    accepted = samples.good();
    const auto seen = restarts(service);
    for (const auto& [victim, count] : expected)
      CHECK(seen.at("/app/work/" + victim) == count);
    CHECK(seen.at("/app/work/store") == 0);
  }
  // Each 202 is a sample that the store holds; one whose answer was a 503 may be there as well.
  const auto held
    = json::parse(service.get("/hosts/web-2/summary?window=1h")->body)["samples"].get<int>();
  CHECK(held >= accepted);
  CHECK(held <= posted);
  INFO(service.program().story());
  CHECK(service.get("/readyz")->status == 200);
}

TEST_CASE(
  "ten crashes all over, the store among them: every answer is right or a 503 with Retry-After",
  "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  {
    poller hosts{service.port(), "GET", "/hosts", no_body, [](const answer& a) {
                   return a.status == 200 && json::parse(a.body)["hosts"].is_array();
                 }};
    poller samples{service.port(), "POST", "/samples",
                   [] { return sample_body("web-1", new_year); },
                   [](const answer& a) { return a.status == 202; }};
    REQUIRE(poll_until(service.port(), "/hosts/web-1/summary",
                       [](const answer& a) { return a.status == 200; }));
    poller summary{service.port(), "GET", "/hosts/web-1/summary", no_body,
                   [](const answer& a) { return is_summary_of(a, "web-1"); }};
    int expected = 0;
    for (int round = 0; round < 5; ++round) {
      ++expected;
      for (const auto* victim : {"store", "parser"}) {
        REQUIRE(service.fault(victim, "throw") == 202);
        REQUIRE(wait_for_restarts(service, std::string{"/app/work/"} + victim, expected));
      }
    }
    for (auto* each : {&hosts, &samples, &summary}) {
      each->stop();
      CHECK(each->wrong() == std::vector<std::string>{});
      CHECK(each->good() > 10);
    }
  }
  // The store was restarted, and says so.
  CHECK(json::parse(service.get("/hosts")->body)["since"].is_string());
}

TEST_CASE("crashes show in troupe tree with incarnation and restarts", "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.fault("parser", "throw") == 202);
  REQUIRE(wait_for_restarts(service, "/app/work/parser", 1));
  const auto tree = service.tool({"tree"});
  CHECK_THAT(tree, Catch::Contains("/app/work/parser") && Catch::Contains("/app/work/store")
                     && Catch::Contains("/app/front/http"));
  const auto listed = json::parse(service.tool({"ps", "--json"}));
  for (const auto& item : listed["items"])
    if (item["path"] == "/app/work/parser") {
      CHECK(item["incarnation"] == 2);
      CHECK(item["restarts"] == 1);
      CHECK(item["type"] == "parser");
      CHECK(item["mailbox"]["depth"].is_number());
      CHECK(item["msgs"]["total"].is_number());
    }
}

TEST_CASE("a crash closes the live streams in order, and a client that comes back sees more",
          "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.post("/samples", sample_body("web-1", new_year))->status == 202);
  event_reader events{service.port(), "/hosts/web-1/live"};
  REQUIRE(events.next());
  REQUIRE(service.fault("live", "throw") == 202);
  CHECK_FALSE(events.next());
  CHECK(events.ended());
  event_reader again{service.port(), "/hosts/web-1/live"};
  CHECK(again.head().status == 200);
  CHECK(again.next());
}

TEST_CASE("a slow child makes answers late, not wrong", "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.fault("reporter", "slow") == 202);
  const auto before = std::chrono::steady_clock::now();
  CHECK(service.get("/hosts")->status == 200);
  CHECK(std::chrono::steady_clock::now() - before > 500ms);
  CHECK(service.get("/livez")->status == 200);
}

TEST_CASE("a child that hangs costs its own answers, bounded in time, and nobody else's",
          "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.fault("reporter", "hang") == 202);
  const auto before = std::chrono::steady_clock::now();
  const auto got = service.get("/hosts");
  REQUIRE(got);
  CHECK(got->status == 504);
  CHECK(std::chrono::steady_clock::now() - before < 10s);
  CHECK(service.post("/samples", sample_body("web-1", new_year))->status == 202);
  CHECK(service.get("/readyz")->status == 200);
}

TEST_CASE("faults for nobody and faults that are none are refused", "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  CHECK(service.fault("nobody", "throw") == 404);
  CHECK(service.fault("parser", "explode") == 422);
  CHECK(service.post("/faults/parser", "{}")->status == 422);
  CHECK(service.post("/faults/parser", "x")->status == 400);
}

TEST_CASE("more crashes than the budget end the process in order, with code 1 and the reason",
          "[hostwatch][faults]") {
  hostwatch_service service{{"--enable-faults"}};
  // The budget is 20 in 5 s. Each fault that is delivered is one restart, so that one more than 20 is the end.
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (service.fault("parser", "throw") != 0 && std::chrono::steady_clock::now() < deadline) {
  }
  const auto end = service.program().wait_for_end();
  INFO(service.program().story());
  REQUIRE(end);
  CHECK(end->code == 1);
  CHECK(service.program().has_line("ended by a failure: "));
  CHECK(service.program().has_line("/app/work"));
  CHECK(service.program().has_line("a fault was asked for"));
  // In order: what the startup handlers did is undone.
  CHECK(service.program().has_line("proc: undone"));
  CHECK(service.program().has_line("open_files: undone"));
}
