// Tests of what an actor may be given for its mailbox.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_policy.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string_view>

using namespace troupe;

TEST_CASE("by default a mailbox is unbounded, a stash holds a thousand and nothing runs twice",
          "[actor_policy][E4][E5]") {
  const actor_policy policy;
  CHECK(policy.mailbox_limit == 0);
  CHECK(policy.overflow == overflow_policy::refuse);
  CHECK(policy.restart_stash == 1'000);
  CHECK_FALSE(policy.requests_wait);
  CHECK_FALSE(policy.retry_crashed);
  CHECK_FALSE(policy.drain_before_stop);
}

TEST_CASE("every policy of an overflow has a name of its own", "[actor_policy]") {
  std::set<std::string_view> names;
  for (const auto policy :
       {overflow_policy::refuse, overflow_policy::drop_newest, overflow_policy::drop_oldest})
    CHECK(names.insert(to_string(policy)).second);
  CHECK_FALSE(names.contains("?"));
  CHECK(to_string(static_cast<overflow_policy>(99)) == "?");
}
