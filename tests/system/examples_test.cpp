// The ladder's programs do what their first lines say.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/http_connection.hpp"
#include "tests/system/harness/process.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <regex>

using namespace harness;
using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr auto prompt = 1'000ms; // the search for leaks at the end takes its time
#else
constexpr auto prompt = 100ms;
#endif

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
