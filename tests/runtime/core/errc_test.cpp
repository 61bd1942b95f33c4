// Tests of the list of errors.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/errc.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace troupe;

TEST_CASE("every error has a name and a sentence of its own", "[errc]") {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (int i = 1; i <= static_cast<int>(errc::unknown); ++i) {
    const auto code = static_cast<errc>(i);
    INFO("error " << i);
    CHECK(names.insert(to_string(code)).second);
    CHECK(sentences.insert(sentence(code)).second);
    CHECK((to_string(code) == "unknown") == (code == errc::unknown));
    CHECK(to_string(code).find_first_not_of("abcdefghijklmnopqrstuvwxyz_")
          == std::string_view::npos);
    CHECK_FALSE(sentence(code).ends_with('.'));
  }
}

TEST_CASE("a number that is no error reads as unknown", "[errc]") {
  CHECK(to_string(static_cast<errc>(0)) == "unknown");
  CHECK(to_string(static_cast<errc>(255)) == "unknown");
  CHECK(sentence(static_cast<errc>(255)) == sentence(errc::unknown));
}

TEST_CASE("errors are named as they are spelt", "[errc]") {
  CHECK(to_string(errc::invalid_argument) == "invalid_argument");
  CHECK(to_string(errc::restarting) == "restarting");
  CHECK(to_string(errc::too_many_restarts) == "too_many_restarts");
  CHECK(to_string(errc::promise_dropped) == "promise_dropped");
}
