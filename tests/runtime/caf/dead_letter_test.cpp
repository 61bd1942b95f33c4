// Tests of the reasons why a message is lost.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/dead_letter.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string_view>

using namespace troupe;

TEST_CASE("every reason has a name of its own", "[dead_letter][E7]") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(dead_letter_reason::gone); ++i)
    CHECK(names.insert(to_string(static_cast<dead_letter_reason>(i))).second);
  CHECK_FALSE(names.contains("?"));
  CHECK(to_string(static_cast<dead_letter_reason>(99)) == "?");
}
