// State is written while the application starts and only read afterwards.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/application/shared_state.hpp"

#include <catch2/catch.hpp>

#include <type_traits>

using namespace troupe;

namespace {

struct settings {
  std::string text;
  int number = 0;
};

struct immovable {
  explicit immovable(int n) : value(n) {}
  immovable(const immovable&) = delete;
  immovable& operator=(const immovable&) = delete;
  int value;
};

} // namespace

TEST_CASE("a type that nobody put is an error that names it", "[shared_state]") {
  const shared_state state;
  CHECK(state.find<settings>() == nullptr);
  const auto missing = state.get<settings>();
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == errc::not_found);
  CHECK_THAT(missing.error().detail, Catch::Contains("settings"));
}

TEST_CASE("a second value of a type is refused and the first one stays", "[shared_state]") {
  shared_state state;
  REQUIRE(state.emplace<settings>("first", 1));
  const auto again = state.emplace<settings>("second", 2);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == errc::already_exists);
  CHECK(state.find<settings>()->text == "first");
}

TEST_CASE("after the start nothing can be put any more", "[shared_state]") {
  shared_state state;
  REQUIRE(state.emplace<int>(7));
  state.freeze();
  const auto late = state.emplace<settings>("late", 1);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == errc::not_running);
  CHECK_THAT(late.error().detail,
             Catch::Contains("settings") && Catch::Contains("startup handler"));
  CHECK(**state.get<int>() == 7);
}

TEST_CASE("readers share one constant value; it is made in place and never copied",
          "[shared_state]") {
  shared_state state;
  REQUIRE(state.emplace<immovable>(3));
  const auto one = state.find<immovable>();
  CHECK(one->value == 3);
  CHECK(one == state.find<immovable>());
  STATIC_REQUIRE(std::is_const_v<std::remove_reference_t<decltype(*one)>>);
}
