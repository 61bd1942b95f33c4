// The command `troupe` against a real hostwatch: what it shows, and how it behaves.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/hostwatch_service.hpp"
#include "tests/system/harness/shell.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using namespace harness;
using namespace std::chrono_literals;
using nlohmann::json;

/// A line for a service.
shell_result troupe(const hostwatch_service& service, const std::string& words) {
  return shell("troupe --socket '" + service.admin_socket() + "' " + words);
}

json document(const hostwatch_service& service, const std::string& words) {
  const auto done = troupe(service, words);
  INFO(done.err);
  REQUIRE(done.status == 0);
  return json::parse(done.out);
}

/// The item of a path in `troupe ps --json`; null when there is none.
json actor(const hostwatch_service& service, const std::string& path) {
  const auto found = document(service, "ps --json -f path=" + path);
  return found["items"].empty() ? json{} : found["items"][0];
}

/// Waits until the actor looks as wanted. @returns whether that came true in time.
template <class Condition>
bool wait_for_actor(const hostwatch_service& service, const std::string& path,
                    Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (const auto now = actor(service, path); !now.is_null() && condition(now))
      return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

/// Listens and says the same to everybody, or nothing.
class odd_server {
public:
  explicit odd_server(std::string answer) : answer_(std::move(answer)) {
    path = folder_.path() + "/odd.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), address.sun_path);
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    if (!answer_.empty())
      thread_ = std::thread{[this] { serve(); }};
  }
  ~odd_server() {
    ::shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable())
      thread_.join();
    ::close(socket_);
  }
  odd_server(const odd_server&) = delete;
  odd_server& operator=(const odd_server&) = delete;

  std::string path;

private:
  void serve() {
    for (;;) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0)
        return;
      char request[4'096];
      [[maybe_unused]] const auto got = ::read(client, request, sizeof request);
      [[maybe_unused]] const auto sent = ::send(client, answer_.data(), answer_.size(),
                                                MSG_NOSIGNAL);
      ::close(client);
    }
  }

  scratch_folder folder_;
  std::string answer_;
  int socket_ = -1;
  std::thread thread_;
};

std::string http_answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"
         + body;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

// -- what it shows ----------------------------------------------------------------

TEST_CASE("tree and ps show every actor of a running service, with the same figures", "[troupe]") {
  const hostwatch_service service;
  const auto tree = troupe(service, "tree");
  REQUIRE(tree.status == 0);
  for (const auto* heading :
       {"PATH", "TYPE", "STATE", "INCARNATION", "MAILBOX", "MESSAGES", "RESTARTS"})
    CHECK(has(tree.out, heading));
  const auto list = document(service, "ps --json");
  CHECK(list["schema"] == "troupe.actors/1");
  CHECK(list["app"]["name"] == "hostwatch");
  CHECK(list["state"] == "ready");
  CHECK(list["total"] == list["items"].size());
  bool store_seen = false;
  for (const auto& each : list["items"]) {
    const auto path = each["path"].get<std::string>();
    CHECK(has(tree.out, path));
    CHECK(each["incarnation"] == 1);
    CHECK(each["restarts"] == 0);
    CHECK(each["mailbox"]["depth"].is_number());
    CHECK(each["msgs"]["total"].is_number());
    CHECK_FALSE(each["type"].get<std::string>().empty());
    store_seen = store_seen || path == "/app/work/store";
  }
  CHECK(store_seen);
}

TEST_CASE("a fault shows in ps, tree, status and events", "[troupe]") {
  const hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.fault("parser", "throw") == 202);
  REQUIRE(wait_for_actor(service, "/app/work/parser",
                         [](const json& now) { return now["restarts"] == 1; }));
  const auto parser = actor(service, "/app/work/parser");
  CHECK(parser["incarnation"] == 2);
  CHECK(parser["errors"] == 1);
  CHECK(parser["last_error"]["code"] == "crashed");
  CHECK(actor(service, "/app/work/store")["restarts"] == 0);
  CHECK(document(service, "status --json")["runtime"]["restarts"] == 1);
  CHECK(document(service, "tree /app/work/parser -o json")["items"][0]["restarts"] == 1);

  std::vector<std::string> kinds;
  const auto events = document(service, "events --json");
  for (const auto& each : events["items"]) {
    if (each.value("path", "") == "/app/work/parser")
      kinds.push_back(each["kind"]);
  }
  CHECK(kinds
        == std::vector<std::string>{"child_spawned", "child_started", "child_failed",
                                    "child_restarting", "child_started"});
  const auto later = document(service, "events --json --since " + events["last"].dump());
  CHECK(later["items"].empty());
  CHECK(later["missed"] == 0);
}

TEST_CASE("it answers while every worker hangs, and names who hangs in what", "[troupe]") {
  const hostwatch_service service{{"--enable-faults"}};
  for (const auto* child : {"store", "live", "parser", "reporter", "sampler"})
    service.fault(child, "hang");
  const auto hangs = [](const json& now) {
    return now["state"] == "running" && now["current"]["for_ms"] > 200;
  };
  REQUIRE(wait_for_actor(service, "/app/work/parser", hangs));
  CHECK(has(actor(service, "/app/work/parser")["current"]["message"].get<std::string>(),
            "inject_fault"));
  const auto table = troupe(service, "ps -s current");
  CHECK(table.status == 0);
  CHECK(has(table.out, "inject_fault for "));
  CHECK(troupe(service, "status").status == 0);
}

TEST_CASE("a stop that hangs can be watched", "[troupe]") {
  hostwatch_service service{{"--enable-faults"}};
  REQUIRE(service.fault("parser", "ignore_stop") == 202);
  service.program().send_signal(SIGTERM);
  REQUIRE(wait_for_actor(service, "/app/work/parser",
                         [](const json& now) { return now["state"] == "stopping"; }));
  const auto status = document(service, "status --json");
  CHECK(status["runtime"]["state"] == "stopping");
  CHECK(status["runtime"]["reason"] == "SIGTERM");
  CHECK(status["runtime"]["ready"]["ok"] == false);
  const auto ended = service.program().wait_for_end();
  REQUIRE(ended);
  CHECK(ended->code == 4);
  CHECK_FALSE(std::filesystem::exists(service.admin_socket()));
}

// -- how it behaves -----------------------------------------------------------------

TEST_CASE("each kind of failure has its exit code, and one line on standard error", "[troupe]") {
  const hostwatch_service service;
  const auto fails = [](const shell_result& done, int with, const std::string& line) {
    INFO(done.err);
    CHECK(done.status == with);
    CHECK(done.out.empty());
    CHECK(has(done.err, line));
  };
  fails(troupe(service, "statsu"), 2, "did you mean \"status\"?");
  fails(troupe(service, "ps -f stat=idle"), 2, "did you mean \"state\"?");
  fails(troupe(service, "ps -f state=asleep"), 2, "state: \"asleep\" is no state of an actor");
  fails(troupe(service, "tree /app/nobody"), 3, "no actor has the path /app/nobody");
  fails(shell("troupe --socket /nonexistent/x.sock ps"), 4, "/nonexistent/x.sock");
  fails(shell("troupe ps"), 4, "no running application");
  const odd_server silent{""};
  fails(shell("troupe --timeout 0.2 --socket '" + silent.path + "' ps"), 5, "troupe: ");
  const odd_server babbling{"I am no HTTP server\r\n\r\n"};
  fails(shell("troupe --socket '" + babbling.path + "' ps"), 7, "troupe: ");
  const odd_server broken{http_answer("500 Internal Server Error", "{}")};
  fails(shell("troupe --socket '" + broken.path + "' ps"), 7, "answered 500");
  const odd_server newer{http_answer("200 OK", R"({"schema":"troupe.actors/9","items":[]})")};
  fails(shell("troupe --socket '" + newer.path + "' ps"), 7, "troupe.actors/9");
}

TEST_CASE("the target may stand before or after the verb, or in the environment", "[troupe]") {
  const hostwatch_service service;
  const auto socket = "'" + service.admin_socket() + "'";
  CHECK(shell("troupe ps --socket " + socket).status == 0);
  CHECK(shell("TROUPE_TARGET=" + socket + " troupe ps").status == 0);
  CHECK(shell("TROUPE_TARGET=/nonexistent/x troupe --socket " + socket + " ps").status == 0);
}

TEST_CASE("a pipe that closes early is no error", "[troupe]") {
  const hostwatch_service service;
  const auto done = shell("{ troupe --socket '" + service.admin_socket()
                          + "' ps --json; echo \"ended with $?\" >&2; } | true");
  CHECK(done.err == "ended with 0\n");
  CHECK(shell("troupe version >/dev/full").status == 1);
}

TEST_CASE("colours are for terminals, or for those who ask", "[troupe]") {
  const hostwatch_service service;
  const auto ps = "troupe --socket '" + service.admin_socket() + "' ps";
  CHECK_FALSE(has(shell(ps).out, "\x1b["));
  CHECK(has(shell("FORCE_COLOR=1 " + ps).out, "\x1b["));
  CHECK_FALSE(has(shell("NO_COLOR=1 FORCE_COLOR=1 " + ps).out, "\x1b["));
  CHECK_FALSE(has(shell("FORCE_COLOR=1 " + ps + " --no-color").out, "\x1b["));
}

TEST_CASE("the lines of the tree follow the locale", "[troupe]") {
  const hostwatch_service service;
  const auto tree = "troupe --socket '" + service.admin_socket() + "' tree";
  CHECK(has(shell("LANG=C.UTF-8 " + tree).out, "├─ /app/"));
  CHECK(has(shell("LC_ALL=C LANG=C.UTF-8 " + tree).out, "|- /app/"));
}
