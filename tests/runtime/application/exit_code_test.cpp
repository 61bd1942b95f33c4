// The exit code tells the parent process what happened, the worst thing first.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/application/exit_code.hpp"

#include <catch2/catch.hpp>

using namespace troupe;

TEST_CASE("a run without trouble exits 0 and has nothing to report", "[exit_code]") {
  CHECK(exit_code_of({}) == 0);
  CHECK(lines_of({}).empty());
}

TEST_CASE("a failed start exits 3, whatever its roll-back left", "[exit_code]") {
  run_report report;
  report.lifespan.start_failure = error{errc::start_failed, "startup handler \"db\": no disk"};
  report.lifespan.failed_shutdowns.push_back({"db", {errc::timed_out, ""}});
  report.unstopped.push_back({"/app/a", "", std::nullopt, std::chrono::seconds{5}});
  CHECK(exit_code_of(report) == exit_code::start_failed);
  CHECK(lines_of(report).front()
        == "start failed: the start failed: startup handler \"db\": no disk");
}

TEST_CASE("a root supervisor that gave up exits 1, also when the stop left something",
          "[exit_code]") {
  run_report report;
  report.lifespan.escalation = error{errc::too_many_restarts, "more than 3 restarts in 5 s"};
  report.leftovers.push_back("/app/a (running)");
  CHECK(exit_code_of(report) == exit_code::task_failed);
}

TEST_CASE("each thing a stop can leave behind exits 4 and is named", "[exit_code]") {
  const auto only = [](auto set, const std::string& line) {
    run_report report;
    set(report);
    CHECK(exit_code_of(report) == exit_code::stop_failed);
    CHECK(lines_of(report) == std::vector{line});
  };
  only(
    [](run_report& r) {
      r.lifespan.failed_shutdowns.push_back({"db", {errc::io_error, "disk full"}});
    },
    "shutdown handler \"db\" failed: the operating system reported an error: disk full");
  only(
    [](run_report& r) {
      r.lifespan.missing_acks.push_back(
        {lifespan_event::drain, "/app/http", {errc::timed_out, ""}});
    },
    "/app/http did not acknowledge drain: no answer in time");
  only([](run_report& r) { r.lifespan.unfinished.emplace_back("shutdown handler \"db\""); },
       "shutdown handler \"db\" is still running");
  only([](run_report& r) { r.lifespan.tree_unfinished = true; },
       "did not stop: the tree of supervisors");
  only([](run_report& r) { r.leftovers.emplace_back("/app/a (idle)"); },
       "still there at the end: /app/a (idle)");
  only(
    [](run_report& r) {
      r.unstopped.push_back(
        {"/app/hog", "work", std::chrono::seconds{3}, std::chrono::milliseconds{500}});
    },
    "did not stop: /app/hog: handling work for 3 s, was given 500 ms");
}

TEST_CASE("a second signal is 128 and its number", "[exit_code]") {
  CHECK(exit_code::forced(15) == 143);
  CHECK(exit_code::forced(2) == 130);
}
