// Tests of what can be read about an actor from outside.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace troupe;

namespace {
struct local_type {};
} // namespace

TEST_CASE("the depth is what arrived and was neither handled nor refused", "[actor_record]") {
  actor_record record{"/app/a", "a"};
  CHECK(record.depth() == 0);
  record.enqueued = 10;
  record.processed = 6;
  record.refused = 1;
  CHECK(record.depth() == 3);
}

TEST_CASE("the depth is never negative, also when the figures are of different instants",
          "[actor_record]") {
  actor_record record{"/app/a", "a"};
  record.enqueued = 3;
  record.processed = 4;
  CHECK(record.depth() == 0);
}

TEST_CASE("an actor that has ended has no messages waiting", "[actor_record]") {
  actor_record record{"/app/a", "a"};
  record.enqueued = 10;
  for (auto end : {actor_state::stopped, actor_state::failed}) {
    record.state = end;
    CHECK(record.depth() == 0);
    CHECK(record.visible_state() == end);
  }
}

TEST_CASE("an idle actor with messages is ready; other states are shown as they are",
          "[actor_record]") {
  actor_record record{"/app/a", "a"};
  CHECK(record.visible_state() == actor_state::starting);
  record.enqueued = 1;
  CHECK(record.visible_state() == actor_state::starting);
  record.state = actor_state::idle;
  CHECK(record.visible_state() == actor_state::ready);
  record.processed = 1;
  CHECK(record.visible_state() == actor_state::idle);
  record.enqueued = 2;
  record.state = actor_state::backoff;
  CHECK(record.visible_state() == actor_state::backoff);
}

TEST_CASE("the last error is the last one", "[actor_record]") {
  actor_record record{"/app/a", "a"};
  CHECK_FALSE(record.last_error());
  record.last_error({errc::crashed, "first"});
  record.last_error({errc::crashed, "second"});
  CHECK(record.last_error() == error{errc::crashed, "second"});
}

TEST_CASE("the message in hand is named in readable form, or not at all", "[actor_record]") {
  actor_record record{"/app/a", "a"};
  CHECK(current_message_name(record).empty());
  record.busy_since_ns = 1;
  CHECK(current_message_name(record) == "(built-in)");
  record.current_message = &typeid(actor_record);
  CHECK(current_message_name(record) == "troupe::actor_record");
}

TEST_CASE("types are named as people write them", "[actor_record]") {
  CHECK(readable_name(typeid(int)) == "int");
  CHECK(readable_name(typeid(troupe::error)) == "troupe::error");
  CHECK(readable_name(typeid(local_type)) == "(anonymous namespace)::local_type");
}

TEST_CASE("every state has a name of its own", "[actor_record]") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(actor_state::failed); ++i)
    CHECK(names.insert(to_string(static_cast<actor_state>(i))).second);
  CHECK_FALSE(names.contains("?"));
  CHECK(to_string(static_cast<actor_state>(99)) == "?");
}
