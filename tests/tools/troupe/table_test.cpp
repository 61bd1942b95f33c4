// Tables of text.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/table.hpp"

#include <catch2/catch.hpp>

using namespace troupe::tool;

TEST_CASE("columns are as wide as their widest cell, numbers stand to the right", "[table]") {
  const table what{{{"NAME"}, {"N", true}, {"X"}},
                   {{{"a"}, {"1"}, {"x"}}, {{"longer"}, {"100"}, {"y"}}}};
  CHECK(render(what, {})
        == "NAME      N  X\n"
           "a         1  x\n"
           "longer  100  y\n");
}

TEST_CASE("lines have no spaces at the end", "[table]") {
  const table what{{{"A"}, {"B"}}, {{{"wide cell"}, {""}}, {{""}, {"b"}}}};
  CHECK(render(what, {})
        == "A          B\n"
           "wide cell\n"
           "           b\n");
}

TEST_CASE("a table without rows has its headings", "[table]") {
  CHECK(render({{{"A"}, {"B"}}, {}}, {}) == "A  B\n");
}

TEST_CASE("cells are escaped, and as wide as they are shown", "[table]") {
  const table what{{{"A"}, {"B"}}, {{{"\x1b[2J"}, {"b"}}, {{"\xe2\x94\x9c"}, {"c"}}}};
  CHECK(render(what, {})
        == "A        B\n"
           "\\x1b[2J  b\n"
           "\xe2\x94\x9c        c\n");
}

TEST_CASE("colours take no room", "[table]") {
  const table what{{{"A"}, {"B"}}, {{{"x", tint::bad}, {"y"}}, {{"long", tint::none}, {"z"}}}};
  CHECK(render(what, {.color = true})
        == "\x1b[2mA\x1b[0m     \x1b[2mB\x1b[0m\n"
           "\x1b[31mx\x1b[0m     y\n"
           "long  z\n");
}

TEST_CASE("colours come only when they are wanted", "[table]") {
  CHECK(colored("x", tint::good, {}) == "x");
  CHECK(colored("x", tint::good, {.color = true}) == "\x1b[32mx\x1b[0m");
  CHECK(colored("x", tint::none, {.color = true}) == "x");
  CHECK(colored("", tint::good, {.color = true}).empty());
  CHECK(colored("\x1b", tint::good, {}) == "\\x1b");
}
