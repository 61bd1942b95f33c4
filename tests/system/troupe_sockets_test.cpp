// Where a real hostwatch puts its admin socket, who finds it, and what becomes of one left behind.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/hostwatch_service.hpp"
#include "tests/system/harness/shell.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace {

using namespace harness;
using nlohmann::json;

/// A line for a service.
shell_result troupe(const hostwatch_service& service, const std::string& words) {
  return shell("troupe --socket '" + service.admin_socket() + "' " + words);
}

/// A hostwatch whose admin socket lies in the usual place below `runtime_dir`.
struct usual_service {
  explicit usual_service(const std::string& runtime_dir) {
    ::setenv("XDG_RUNTIME_DIR", runtime_dir.c_str(), 1);
    program.emplace("hostwatch", std::vector<std::string>{"--port", "0"});
    ::unsetenv("XDG_RUNTIME_DIR");
    if (!program->wait_for_line("hostwatch is ready"))
      FAIL(program->story());
  }
  std::optional<process> program;
};

std::vector<std::string> sockets_in(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& each : std::filesystem::directory_iterator{folder})
    out.push_back(each.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777u;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("one running service is found by itself, by its number, and listed", "[troupe]") {
  const scratch_folder runtime;
  const usual_service only{runtime.path()};
  const auto in = "XDG_RUNTIME_DIR='" + runtime.path() + "' troupe ";
  const auto folder = runtime.path() + "/troupe";
  const auto sockets = sockets_in(folder);
  REQUIRE(sockets.size() == 1);
  CHECK(mode_of(folder) == 0700);
  CHECK(mode_of(sockets[0]) == 0600);

  CHECK(shell(in + "status").status == 0);
  const auto listed = json::parse(shell(in + "ls --json").out);
  REQUIRE(listed["items"].size() == 1);
  CHECK(listed["items"][0]["app"]["name"] == "hostwatch");
  CHECK(listed["items"][0]["state"] == "ready");
  CHECK(listed["items"][0]["socket"] == sockets[0]);
  const auto pid = listed["items"][0]["pid"].dump();
  CHECK(has(sockets[0], "hostwatch." + pid + ".sock"));
  CHECK(shell(in + "--pid " + pid + " ps").status == 0);
  CHECK(shell("TROUPE_TARGET=" + pid + " " + in + "ps").status == 0);
  CHECK(shell(in + "--pid 1 ps").status == 4);
}

TEST_CASE("of two running services none is guessed", "[troupe]") {
  const scratch_folder runtime;
  const usual_service one{runtime.path()};
  const usual_service two{runtime.path()};
  const auto done = shell("XDG_RUNTIME_DIR='" + runtime.path() + "' troupe ps");
  CHECK(done.status == 2);
  CHECK(done.out.empty());
  for (const auto& socket : sockets_in(runtime.path() + "/troupe"))
    CHECK(has(done.err, socket));
}

TEST_CASE("a killed service leaves a socket that is not listed, and the next start removes it",
          "[troupe]") {
  const scratch_folder runtime;
  std::vector<std::string> left;
  {
    usual_service killed{runtime.path()};
    killed.program->send_signal(SIGKILL);
    REQUIRE(killed.program->wait_for_end());
    left = sockets_in(runtime.path() + "/troupe");
    REQUIRE(left.size() == 1);
  }
  const auto in = "XDG_RUNTIME_DIR='" + runtime.path() + "' troupe ";
  CHECK(json::parse(shell(in + "ls --json").out)["items"].empty());
  CHECK(shell(in + "ps").status == 4);
  const usual_service next{runtime.path()};
  const auto now = sockets_in(runtime.path() + "/troupe");
  REQUIRE(now.size() == 1);
  CHECK(now[0] != left[0]);
  CHECK(shell(in + "ps").status == 0);
}

TEST_CASE("a live socket is never replaced, a dead one is", "[troupe]") {
  hostwatch_service first;
  process second{"hostwatch", {"--port", "0", "--admin", first.admin_socket()}};
  const auto refused = second.wait_for_end();
  REQUIRE(refused);
  CHECK(refused->code == 3);
  CHECK(second.has_line(first.admin_socket() + " is in use"));
  CHECK(troupe(first, "ps").status == 0);

  first.program().send_signal(SIGKILL);
  REQUIRE(first.program().wait_for_end());
  CHECK(troupe(first, "ps").status == 4);
  process third{"hostwatch", {"--port", "0", "--admin", first.admin_socket()}};
  REQUIRE(third.wait_for_line("hostwatch is ready"));
  CHECK(troupe(first, "ps").status == 0);
}

TEST_CASE("an ordinary file is not taken for a socket", "[troupe]") {
  const scratch_folder folder;
  const auto path = folder.path() + "/notes.txt";
  std::ofstream{path} << "mine";
  process service{"hostwatch", {"--port", "0", "--admin", path}};
  const auto refused = service.wait_for_end();
  REQUIRE(refused);
  CHECK(refused->code == 3);
  CHECK(content_of(path) == "mine");
}
