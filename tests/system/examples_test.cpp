// The ladder's programs do what their first lines say.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/http_connection.hpp"
#include "tests/system/harness/process.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace harness;
using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr auto prompt = 1'000ms; // the search for leaks at the end takes its time
#else
constexpr auto prompt = 100ms;
#endif

/// How a program that ends by itself ended, and what it logged.
struct run_of {
  explicit run_of(const std::string& program, std::vector<std::string> arguments = {})
    : program_{program, std::move(arguments)} {
    if (const auto end = program_.wait_for_end())
      code = end->code;
    log = program_.err();
  }

  /// The first of these that does not follow the one before it; empty when all do, in this order.
  [[nodiscard]] std::string missing(const std::vector<std::string>& texts) const {
    std::size_t at = 0;
    for (const auto& text : texts) {
      at = log.find(text, at);
      if (at == std::string::npos)
        return text;
      at += text.size();
    }
    return {};
  }

  [[nodiscard]] std::size_t count(std::string_view text) const {
    std::size_t n = 0;
    for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + text.size()))
      ++n;
    return n;
  }

  int code = -1;
  std::string log;

private:
  process program_;
};

} // namespace

TEST_CASE("01_hello answers on 127.0.0.1:8080", "[examples]") {
  process hello{"01_hello"};
  INFO(hello.story());
  REQUIRE(hello.wait_for_line("ready"));
  const auto answer = fetch(8080, "GET", "/");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "Hello, World!\n");
  CHECK(fetch(8080, "GET", "/nothing")->status == 404);
  CHECK(fetch(8080, "POST", "/", "x")->status == 405);
  hello.send_signal(SIGTERM);
  const auto end = hello.wait_for_end();
  REQUIRE(end);
  CHECK(end->code == 0);
}

TEST_CASE("02_ticker logs the time each second", "[examples]") {
  process ticker{"02_ticker"};
  REQUIRE(ticker.wait_for_line("it is "));
  const auto first = std::chrono::steady_clock::now();
  const std::regex line{"it is [0-2][0-9]:[0-5][0-9]:[0-5][0-9]"};
  const auto ticks = [&] {
    const auto text = ticker.err();
    return std::distance(std::sregex_iterator{text.begin(), text.end(), line},
                         std::sregex_iterator{});
  };
  while (ticks() < 4 && std::chrono::steady_clock::now() - first < patience)
    std::this_thread::sleep_for(5ms);
  const auto took = std::chrono::steady_clock::now() - first;
  INFO(ticker.story());
  CHECK(ticks() == 4);
  CHECK(took > 2'500ms);
  CHECK(took < 4'500ms);
}

TEST_CASE("02_ticker is woken by SIGTERM while it waits, says so, and is gone within 100 ms",
          "[examples]") {
  process ticker{"02_ticker"};
  REQUIRE(ticker.wait_for_line("it is "));
  REQUIRE(ticker.wait_for_line("ready"));
  // In the middle of a period.
  std::this_thread::sleep_for(300ms);
  const auto asked = std::chrono::steady_clock::now();
  ticker.send_signal(SIGTERM);
  const auto end = ticker.wait_for_end();
  INFO(ticker.story());
  REQUIRE(end);
  CHECK(end->code == 0);
  CHECK(end->at - asked < prompt);
  const auto log = ticker.err();
  const auto stopped = log.find("the ticker has stopped");
  const auto goodbye = log.find("goodbye");
  REQUIRE(stopped != std::string::npos);
  REQUIRE(goodbye != std::string::npos);
  CHECK(stopped < goodbye);
}

TEST_CASE("03_supervised_crash goes on in place with its mailbox and its last checkpoint",
          "[examples]") {
  const run_of crash{"03_supervised_crash"};
  INFO(crash.log);
  CHECK(crash.code == 0);
  CHECK(crash.missing({"paid 100, the sum is 100", "paid 250, the sum is 350", "paid -1, but ",
                       "a payment of -1", "paid 20, the sum is 370", "paid 5, the sum is 375"})
        == "");
  CHECK(crash.missing({"/app/till failed in incarnation 1: a payment of -1",
                       "/app/till restarts in place, restart 1, 2 left in the budget",
                       "incarnation 2 begins with 350, after: a payment of -1",
                       "/app/till is up again, incarnation 2"})
        == "");
  CHECK(crash.count("dead letter for ") == 1);
  CHECK(crash.count("dead letter for /app/till: crashed_receiver") == 1);
}

TEST_CASE("04_restart_strategies restarts whom the strategy names, newest stopped first, oldest "
          "started first",
          "[examples]") {
  struct expectation {
    std::string strategy;
    std::vector<std::string> restart;
    std::size_t back;
  };
  const auto wanted = GENERATE(
    expectation{"one_for_one", {"/group/c starts, incarnation 2"}, 1},
    expectation{"one_for_all",
                {"/group/e stops", "/group/d stops", "/group/b stops", "/group/a stops",
                 "/group/a starts, incarnation 2", "/group/b starts, incarnation 2",
                 "/group/c starts, incarnation 2", "/group/d starts, incarnation 2",
                 "/group/e starts, incarnation 2"},
                5},
    expectation{"rest_for_one",
                {"/group/e stops", "/group/d stops", "/group/c starts, incarnation 2",
                 "/group/d starts, incarnation 2", "/group/e starts, incarnation 2"},
                3});
  const run_of group{"04_restart_strategies", {wanted.strategy}};
  INFO(group.log);
  CHECK(group.code == 0);
  std::vector<std::string> story{"/group/a starts, incarnation 1", "/group/b starts, incarnation 1",
                                 "/group/c starts, incarnation 1", "/group/d starts, incarnation 1",
                                 "/group/e starts, incarnation 1", "/group/c fails"};
  story.insert(story.end(), wanted.restart.begin(), wanted.restart.end());
  for (const auto* last :
       {"/group/e stops", "/group/d stops", "/group/c stops", "/group/b stops", "/group/a stops"})
    story.emplace_back(last);
  CHECK(group.missing(story) == "");
  CHECK(group.count(" starts, incarnation 2") == wanted.back);
  CHECK(group.count(" stops") == 5 + wanted.back - 1);
}

TEST_CASE("04_restart_strategies without a strategy says how it is used", "[examples]") {
  run_of group{"04_restart_strategies", {"one_for_some"}};
  CHECK(group.code == 2);
  CHECK(group.count("usage: ") == 1);
}

TEST_CASE("05_nested_trees gives up from the inside out after its worst case, with code 1",
          "[examples]") {
  const run_of tree{"05_nested_trees"};
  INFO(tree.log);
  CHECK(tree.code == 1);
  const std::vector<std::string> storage{
    "/app/storage/disk failed in incarnation 1: bad sector",
    "/app/storage/disk restarts in place, restart 1, 1 left in the budget",
    "/app/storage/disk failed in incarnation 2: bad sector",
    "/app/storage/disk restarts in place, restart 2, 0 left in the budget",
    "/app/storage/disk failed in incarnation 3: bad sector",
    "/app/storage gives up: the restart budget is spent: more than 2 restarts in 5 s, the last of "
    "child \"disk\"",
    "/app/storage/index ends",
    "/app/storage ended: escalated"};
  std::vector<std::string> story{"worst case of /app: gives up after at most 5 quick restarts; its "
                                 "stop takes at most 15 s",
                                 "/app/web is up"};
  story.insert(story.end(), storage.begin(), storage.end());
  story.emplace_back("/app/storage restarts as a new actor, restart 1, 0 left in the budget");
  story.insert(story.end(), storage.begin(), storage.end());
  story.insert(story.end(),
               {"/app gives up: ", "/app/web ends", "/app ended: escalated", "exit 1"});
  CHECK(tree.missing(story) == "");
  CHECK(tree.count(" restarts in place, ") == 4);
  CHECK(tree.count("/app/web is up") == 1);
}

TEST_CASE("06_pools refuses a child over its bound, and finds the same partition for the same key",
          "[examples]") {
  const run_of pools{"06_pools"};
  INFO(pools.log);
  CHECK(pools.code == 0);
  CHECK(pools.missing({"order 0: /app/jobs/1", "order 1: /app/jobs/2",
                       "order 2: overloaded, ask again later: max_children is 2",
                       "order 2: /app/jobs/"})
        == "");
  CHECK(pools.count("/app/jobs/1 prints a letter, 10 pages") == 1);
  CHECK(pools.count("/app/jobs/2 prints a novel, 10 pages") == 1);
  const std::regex desk{"(/app/desks/[0-3])/([0-9]+) holds a card for ada"};
  std::vector<std::string> partitions;
  std::vector<std::string> numbers;
  for (std::sregex_iterator it{pools.log.begin(), pools.log.end(), desk}, end; it != end; ++it) {
    partitions.push_back((*it)[1]);
    numbers.push_back((*it)[2]);
  }
  REQUIRE(partitions.size() == 2);
  CHECK(partitions[0] == partitions[1]);
  CHECK(numbers[0] != numbers[1]);
  CHECK(pools.count(" holds a card for ") == 4);
}
