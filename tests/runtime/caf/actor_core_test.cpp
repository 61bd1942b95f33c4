// The door of an actor, and the protocol by which a suspended one sleeps and is woken.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_core.hpp"

#include <caf/mailbox_element.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

using namespace troupe;

namespace {

constexpr auto urgent = caf::message_priority::high;

std::shared_ptr<actor_record> a_record() {
  return std::make_shared<actor_record>("/app/a", "a");
}

caf::mailbox_element_ptr message(caf::message_id id = caf::make_message_id()) {
  return caf::make_mailbox_element(nullptr, id, {}, 1);
}

caf::message_id request() {
  return caf::message_id{7}.with_normal_priority();
}

using admission = actor_core::admission;

} // namespace

TEST_CASE("a running actor admits everything and counts it", "[actor_core]") {
  const auto record = a_record();
  actor_core core{{record, {}}};
  CHECK(core.admit(*message()) == admission::accept);
  CHECK(core.admit(*message(request())) == admission::accept);
  CHECK(core.admit(*message(caf::make_message_id(urgent))) == admission::accept);
  CHECK(record->enqueued == 3);
  CHECK(record->refused == 0);
}

TEST_CASE(
  "a suspended actor refuses requests, holds messages up to the bound and admits what is urgent",
  "[actor_core]") {
  const auto record = a_record();
  actor_core core{{record, {}}};
  core.suspend();
  CHECK(record->state == actor_state::backoff);
  CHECK(core.admit(*message(request())) == admission::refuse_request);
  for (std::uint32_t i = 0; i < restart_stash_limit; ++i)
    REQUIRE(core.admit(*message()) == admission::accept);
  CHECK(core.admit(*message()) == admission::drop);
  CHECK(core.admit(*message(caf::make_message_id(urgent))) == admission::accept);
  CHECK(core.admit(*message(request().with_high_priority())) == admission::accept);
  CHECK(record->refused == 2);
  CHECK(record->enqueued == restart_stash_limit + 4);

  core.leave_suspension();
  CHECK(core.admit(*message(request())) == admission::accept);
  CHECK(core.admit(*message()) == admission::accept);
  core.suspend();
  CHECK(core.admit(*message()) == admission::accept); // the bound is fresh
}

TEST_CASE("only an urgent message to a parked actor schedules it, and only the first",
          "[actor_core]") {
  actor_core core{{a_record(), {}}};
  CHECK_FALSE(core.wake_after_urgent());
  CHECK(core.park(core.urgent_seen()));
  CHECK(core.wake_after_urgent());
  CHECK_FALSE(core.wake_after_urgent());
}

TEST_CASE("an actor does not sleep over an urgent message that came while it looked",
          "[actor_core]") {
  actor_core core{{a_record(), {}}};
  const auto seen = core.urgent_seen();
  CHECK_FALSE(core.wake_after_urgent());
  CHECK_FALSE(core.park(seen));
  CHECK_FALSE(core.wake_after_urgent()); // it is awake
  CHECK(core.park(core.urgent_seen()));
}

TEST_CASE("no urgent message is slept over and nobody runs twice, whatever the threads do",
          "[actor_core]") {
  constexpr int senders = 3;
  constexpr int each = 20'000;
  actor_core core{{a_record(), {}}};
  std::atomic<int> inbox{0};
  std::atomic<int> running{0};
  std::atomic<bool> overlapped{false};
  std::counting_semaphore<> scheduled{1};
  std::atomic<bool> done{false};
  int handled = 0; // touched by whoever runs, and by nobody else

  // As a worker of a scheduler does; two of them run the same actor in turns.
  auto work = [&] {
    for (;;) {
      scheduled.acquire();
      if (done)
        return;
      for (;;) {
        if (running.fetch_add(1) != 0)
          overlapped = true;
        const auto seen = core.urgent_seen();
        handled += inbox.exchange(0);
        const bool last = handled == senders * each;
        running.fetch_sub(1);
        if (last) {
          done = true;
          scheduled.release(2);
          return;
        }
        if (core.park(seen))
          break;
      }
    }
  };
  std::vector<std::thread> threads;
  threads.emplace_back(work);
  threads.emplace_back(work);
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        inbox.fetch_add(1);
        if (core.wake_after_urgent())
          scheduled.release();
      }
    });
  for (auto& t : threads)
    t.join();
  CHECK(handled == senders * each);
  CHECK_FALSE(overlapped);
}

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
  core.begin_message(*mine);
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
    CHECK(core.admit(*message(request())) == admission::accept);
  }
}
