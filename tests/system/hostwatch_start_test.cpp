// hostwatch's start: when all is well, when a handler fails, when the port is taken, when the arguments are wrong.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/hostwatch_service.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

using namespace harness;

TEST_CASE("hostwatch prints where it can be reached, and can be reached there", "[hostwatch]") {
  hostwatch_service service;
  CHECK_THAT(service.program().out(), Catch::StartsWith("hostwatch is ready: http://127.0.0.1:"
                                                        + std::to_string(service.port()) + "\n"));
  for (const auto* probe : {"/livez", "/readyz", "/startupz"}) {
    CAPTURE(probe);
    const auto answer = service.get(probe);
    REQUIRE(answer);
    CHECK(answer->status == 200);
  }
  CHECK(std::filesystem::is_socket(service.admin_socket()));
  service.program().send_signal(SIGTERM);
  const auto end = service.program().wait_for_end();
  REQUIRE(end);
  CHECK(end->code == 0);
  CHECK_FALSE(std::filesystem::exists(service.admin_socket()));
}

TEST_CASE("a startup handler that fails ends the start with code 3, the earlier ones undone",
          "[hostwatch]") {
  process program{"hostwatch", {"--port", "0", "--fail-startup", "proc"}};
  const auto end = program.wait_for_end();
  INFO(program.story());
  REQUIRE(end);
  CHECK(end->code == 3);
  CHECK(program.has_line("open_files: limit"));
  CHECK(program.has_line("open_files: undone"));
  CHECK(program.has_line("start failed: "));
  CHECK(program.has_line("\"proc\""));
  CHECK_FALSE(program.has_line("proc: undone"));
  CHECK_FALSE(program.has_line("listens on"));
  CHECK(program.out().empty());
}

TEST_CASE("when the first handler fails there is nothing to undo", "[hostwatch]") {
  process program{"hostwatch", {"--port", "0", "--fail-startup", "open_files"}};
  const auto end = program.wait_for_end();
  INFO(program.story());
  REQUIRE(end);
  CHECK(end->code == 3);
  CHECK_FALSE(program.has_line("undone"));
}

TEST_CASE(
  "a second instance on the port ends with code 3 and says what to do, the first one goes on",
  "[hostwatch]") {
  hostwatch_service first;
  process second{
    "hostwatch",
    {"--port", std::to_string(first.port()), "--admin", first.admin_socket() + ".second"}};
  const auto end = second.wait_for_end();
  INFO(second.story());
  REQUIRE(end);
  CHECK(end->code == 3);
  CHECK(second.has_line("port " + std::to_string(first.port()) + " is in use (try --port)"));
  CHECK(second.has_line("open_files: undone"));
  CHECK(second.out().empty());
  REQUIRE(first.get("/readyz"));
  CHECK(first.get("/readyz")->status == 200);
}

TEST_CASE("wrong arguments end with code 2 and one line about the argument", "[hostwatch]") {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
    {{"--nonsense"}, "--nonsense"},
    {{"--port", "70000"}, "--port"},
    {{"--port", "-1"}, "--port"},
    {{"--fail-startup", "nobody"}, "--fail-startup"}};
  for (const auto& [arguments, named] : wrong) {
    process program{"hostwatch", arguments};
    const auto end = program.wait_for_end();
    INFO(program.story());
    REQUIRE(end);
    CHECK(end->code == 2);
    CHECK(program.has_line(named));
    CHECK(program.out().empty());
  }
}

TEST_CASE("--help ends with code 0 and names every option", "[hostwatch]") {
  process program{"hostwatch", {"--help"}};
  const auto end = program.wait_for_end();
  REQUIRE(end);
  CHECK(end->code == 0);
  for (const auto* option : {"--host", "--port", "--admin", "--enable-faults", "--fail-startup"})
    CHECK_THAT(program.out(), Catch::Contains(option));
}
