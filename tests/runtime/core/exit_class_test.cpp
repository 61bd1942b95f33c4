// Tests of the ways to end.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/exit_class.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace troupe;

TEST_CASE("normal and shutdown are the normal ends, everything else is abnormal", "[exit_class]") {
  CHECK(is_normal(exit_class::normal));
  CHECK(is_normal(exit_class::shutdown));
  for (auto how : {exit_class::crashed, exit_class::killed, exit_class::abandoned,
                   exit_class::start_failed, exit_class::escalated, exit_class::unreachable})
    CHECK_FALSE(is_normal(how));
}

TEST_CASE("every way to end has a name of its own", "[exit_class]") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(exit_class::unreachable); ++i)
    CHECK(names.insert(to_string(static_cast<exit_class>(i))).second);
  CHECK_FALSE(names.contains("?"));
  CHECK(to_string(exit_class::start_failed) == "start_failed");
  CHECK(to_string(static_cast<exit_class>(200)) == "?");
}

TEST_CASE("every kind of stop reason has a name of its own", "[exit_class]") {
  using kind = stop_reason::kind_type;
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kind::start_failed); ++i)
    CHECK(names.insert(to_string(static_cast<kind>(i))).second);
  CHECK_FALSE(names.contains("?"));
  CHECK(to_string(kind::task_failed) == "task_failed");
  CHECK(to_string(static_cast<kind>(200)) == "?");
}

TEST_CASE("a stop reason is by default a request without a text", "[exit_class]") {
  CHECK(stop_reason{} == stop_reason{stop_reason::kind_type::requested, ""});
}
