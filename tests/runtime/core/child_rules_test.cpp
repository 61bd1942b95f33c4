// Tests of the rules' names and defaults.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/child_rules.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string_view>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// Every value up to the last has a name of its own, and what is no value has none.
template <class Enum>
void check_names(Enum last, std::string_view name_of_last) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i)
    CHECK(names.insert(to_string(static_cast<Enum>(i))).second);
  CHECK_FALSE(names.contains("?"));
  CHECK_FALSE(names.contains(""));
  CHECK(to_string(last) == name_of_last);
  CHECK(to_string(static_cast<Enum>(static_cast<int>(last) + 1)) == "?");
}

} // namespace

TEST_CASE("each rule has a name", "[child_rules]") {
  check_names(restart_type::temporary, "temporary");
  check_names(restart_strategy::dynamic, "dynamic");
  check_names(failure_directive::escalate, "escalate");
  check_names(auto_shutdown::all_significant, "all_significant");
  check_names(limit_action::pause, "pause");
  check_names(start_mode::together, "together");
  check_names(stop_order::together, "together");
  check_names(start_failure::go_on, "go_on");
}

TEST_CASE(
  "a child is permanent, has five seconds to stop, no limit to come up, and is not significant",
  "[child_rules][A4][A7][A9][A13]") {
  const child_rules rules;
  CHECK(rules.restart == restart_type::permanent);
  CHECK(rules.shutdown == 5s);
  CHECK(rules.init_timeout == 0ms);
  CHECK_FALSE(rules.significant);
  CHECK_FALSE(rules.limits);
  CHECK(rules.backoff == backoff_options{});
  CHECK(rules.max_consecutive == 0);
}

TEST_CASE("a supervisor restarts one for one, three times in five seconds, and escalates",
          "[child_rules][C1][D1][D3][D4][B2][B4][A9]") {
  const supervisor_rules rules;
  CHECK(rules.strategy == restart_strategy::one_for_one);
  CHECK(rules.limits == restart_limits{3, 5s});
  CHECK(rules.on_limit == limit_action::escalate);
  CHECK(rules.pause == 15s);
  CHECK(rules.auto_shutdown == auto_shutdown::never);
  CHECK(rules.start == start_mode::one_by_one);
  CHECK(rules.stop == stop_order::reverse_order);
  CHECK(rules.on_start_failure == start_failure::abort);
  CHECK_FALSE(rules.start_barrier);
  CHECK(rules.rollback == 30s);
}
