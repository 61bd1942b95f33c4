// Tests of the runner without a thread.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/inline_runner.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace troupe::testkit;

TEST_CASE("an immediate job runs inside run", "[inline_runner]") {
  inline_runner runner;
  std::string order;
  runner.run([&] { order += "job "; });
  order += "after";
  CHECK(order == "job after");
  CHECK(runner.held() == 0);
  CHECK_FALSE(runner.run_next());
}

TEST_CASE("held jobs run one by one when they are told to", "[inline_runner]") {
  inline_runner runner{inline_runner::mode::held};
  std::string order;
  runner.run([&] { order += "a"; });
  runner.run([&] { order += "b"; });
  CHECK(runner.held() == 2);
  CHECK(runner.run_next());
  CHECK(order == "a");
  runner.set(inline_runner::mode::immediate);
  runner.run([&] { order += "c"; });
  CHECK(order == "ac");
  CHECK(runner.run_next());
  CHECK(order == "acb");
}

TEST_CASE("abandoned jobs never run", "[inline_runner]") {
  inline_runner runner{inline_runner::mode::held};
  bool ran = false;
  runner.run([&] { ran = true; });
  runner.abandon();
  CHECK(runner.abandoned() == 1);
  CHECK_FALSE(runner.run_next());
  CHECK_FALSE(ran);
}
