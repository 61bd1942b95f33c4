// What is noted about messages, failures and incarnations.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_core.hpp"

#include <caf/mailbox_element.hpp>
#include <catch2/catch.hpp>

#include <memory>

using namespace troupe;

namespace {

std::shared_ptr<actor_record> a_record() {
  return std::make_shared<actor_record>("/app/a", "a");
}

} // namespace

TEST_CASE("incarnations are counted, the first is no restart", "[actor_core]") {
  const auto record = a_record();
  actor_core core{{record, {}}};
  CHECK(core.incarnation() == 0);
  core.begin_incarnation();
  CHECK(record->incarnation == 1);
  CHECK(record->restarts == 0);
  core.begin_incarnation();
  CHECK(record->incarnation == 2);
  CHECK(record->restarts == 1);
}

TEST_CASE("a message in hand is timed and named, and no longer when it is done", "[actor_core]") {
  const auto record = a_record();
  actor_core core{{record, {}}};
  core.begin_incarnation();
  core.incarnation_is_up();
  core.begin_slice();
  const auto mine = caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, 1);
  core.begin_message(mine->content(), mine->content().type_token());
  CHECK(record->state == actor_state::running);
  CHECK(record->busy_since_ns != 0);
  core.end_message();
  core.end_slice();
  CHECK(record->state == actor_state::idle);
  CHECK(record->busy_since_ns == 0);
  CHECK(record->current_message == nullptr);
  CHECK(record->processed == 1);
  CHECK(record->run_ns > 0);
}

TEST_CASE("a failure is counted and its text kept", "[actor_core]") {
  const auto record = a_record();
  actor_core core{{record, {}}};
  try {
    throw 42;
  } catch (...) {
    CHECK(core.note_failure(errc::crashed).code == errc::crashed);
  }
  CHECK(record->failures == 1);
  CHECK(record->last_error()->detail == "an exception of type int");
}

TEST_CASE("the end sets the state, and keeps the error that led to it", "[actor_core]") {
  const auto record = a_record();
  actor_core core{{record, {}}};
  SECTION("normal") {
    core.note_end(caf::error{});
    CHECK(record->state == actor_state::stopped);
    CHECK_FALSE(record->last_error());
  }
  SECTION("abnormal") {
    core.note_end(caf::make_error(caf::exit_reason::kill));
    CHECK(record->state == actor_state::failed);
    CHECK(record->last_error()->code == errc::gone);
  }
  SECTION("abnormal with a cause that is known") {
    record->last_error({errc::crashed, "boom"});
    core.note_end(caf::make_error(caf::exit_reason::kill));
    CHECK(record->last_error()->detail == "boom");
  }
  SECTION("while suspended: who asks from now on is not told to ask again") {
    core.suspend();
    core.note_end(caf::make_error(caf::exit_reason::kill));
    CHECK_FALSE(core.suspended());
  }
}
