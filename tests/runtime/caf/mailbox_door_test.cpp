// Who may enter a mailbox, what is lost when it is full, and the protocol by which a suspended actor sleeps and is woken.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/mailbox_door.hpp"
#include "runtime/caf/supervision_messages.hpp"

#include <caf/error.hpp>
#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

using namespace troupe;

namespace {

using verdict = mailbox_door::verdict;

caf::mailbox_element_ptr message(caf::message_id id = caf::make_message_id()) {
  return caf::make_mailbox_element(nullptr, id, {}, 1);
}

caf::message_id request() {
  return caf::message_id{7}.with_normal_priority();
}

caf::mailbox_element_ptr notice() {
  return caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, caf::down_msg{});
}

} // namespace

TEST_CASE("a running actor without a limit admits everything", "[mailbox_door][E4]") {
  mailbox_door door{actor_policy{}};
  CHECK_FALSE(door.guarded());
  for (int i = 0; i < 3'000; ++i)
    REQUIRE(door.admit(*message()) == verdict::accept);
  CHECK(door.admit(*message(request())) == verdict::accept);
}

TEST_CASE("a suspended actor turns requests away and holds messages up to the bound of its stash",
          "[mailbox_door][E4][E6]") {
  mailbox_door door{actor_policy{.restart_stash = 3}};
  door.suspend();
  CHECK(door.admit(*message(request())) == verdict::restarting);
  for (int i = 0; i < 3; ++i)
    CHECK(door.admit(*message()) == verdict::accept);
  CHECK(door.admit(*message()) == verdict::restarting);
  CHECK(door.admit(*notice()) == verdict::accept);
  CHECK(door.admit(*message(request().response_id())) == verdict::accept);

  door.leave_suspension();
  CHECK(door.admit(*message(request())) == verdict::accept);
  door.suspend();
  CHECK(door.admit(*message()) == verdict::accept); // the bound is fresh
}

TEST_CASE("requests that may wait count for the stash", "[mailbox_door][E6]") {
  mailbox_door door{actor_policy{.restart_stash = 2, .requests_wait = true}};
  door.suspend();
  CHECK(door.admit(*message(request())) == verdict::accept);
  CHECK(door.admit(*message()) == verdict::accept);
  CHECK(door.admit(*message(request())) == verdict::restarting);
}

TEST_CASE("a stash of none keeps nothing", "[mailbox_door][E4]") {
  mailbox_door door{actor_policy{.restart_stash = 0}};
  door.suspend();
  CHECK(door.admit(*message()) == verdict::restarting);
}

TEST_CASE("at the limit of a mailbox one more is turned away, until one has been taken out",
          "[mailbox_door][E4]") {
  const auto overflow = GENERATE(overflow_policy::refuse, overflow_policy::drop_newest);
  const auto lost = overflow == overflow_policy::refuse ? verdict::overloaded
                                                        : verdict::overloaded_quietly;
  mailbox_door door{actor_policy{.mailbox_limit = 2, .overflow = overflow}};
  CHECK(door.guarded());
  CHECK(door.admit(*message()) == verdict::accept);
  CHECK(door.admit(*message(request())) == verdict::accept);
  CHECK(door.admit(*message()) == lost);
  CHECK(door.admit(*message(request())) == lost);
  CHECK(door.take(*message()) == verdict::accept);
  CHECK(door.admit(*message()) == verdict::accept);
  CHECK(door.admit(*message()) == lost);
}

TEST_CASE("answers and notices are not counted and enter a full mailbox", "[mailbox_door][E4]") {
  mailbox_door door{actor_policy{.mailbox_limit = 1}};
  CHECK(door.admit(*notice()) == verdict::accept);
  CHECK(door.admit(*message()) == verdict::accept);
  CHECK(door.admit(*notice()) == verdict::accept);
  CHECK(door.admit(*message(request().response_id())) == verdict::accept);
  CHECK(door.take(*notice()) == verdict::accept);
  CHECK(door.admit(*message()) == verdict::overloaded);
}

TEST_CASE("where the oldest are dropped they are lost when they are taken out, and memory is "
          "bounded meanwhile",
          "[mailbox_door][E4]") {
  mailbox_door door{actor_policy{.mailbox_limit = 2, .overflow = overflow_policy::drop_oldest}};
  for (int i = 0; i < 4; ++i)
    CHECK(door.admit(*message()) == verdict::accept);
  CHECK(door.admit(*message()) == verdict::overloaded);
  CHECK(door.take(*message()) == verdict::overloaded);
  CHECK(door.take(*message()) == verdict::overloaded);
  CHECK(door.take(*message()) == verdict::accept);
  CHECK(door.take(*message()) == verdict::accept);
}

TEST_CASE("a message the limit turns away takes no place in the stash", "[mailbox_door][E4]") {
  mailbox_door door{actor_policy{.mailbox_limit = 1, .restart_stash = 2}};
  door.suspend();
  CHECK(door.admit(*message()) == verdict::accept);
  for (int i = 0; i < 5; ++i)
    CHECK(door.admit(*message()) == verdict::overloaded);
  CHECK(door.take(*message()) == verdict::accept);
  CHECK(door.admit(*message()) == verdict::accept);
}

TEST_CASE("a closed door lets in and out only answers, notices and the stop itself",
          "[mailbox_door][G1]") {
  mailbox_door door{actor_policy{.drain_before_stop = true}};
  CHECK_FALSE(door.has_stop_waiting());
  door.stop_waits();
  CHECK(door.has_stop_waiting());
  CHECK(door.admit(*message()) == verdict::accept);
  door.close();
  CHECK(door.admit(*message()) == verdict::ended);
  CHECK(door.take(*message()) == verdict::ended);
  CHECK(door.admit(*notice()) == verdict::accept);
  const auto stop = caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, stop_request{});
  CHECK(door.take(*stop) == verdict::accept);
}

TEST_CASE("what CAF handles itself is told from what states handle", "[mailbox_door]") {
  CHECK(is_system_message(caf::make_type_token<caf::exit_msg>()));
  CHECK(is_system_message(caf::make_type_token<caf::down_msg>()));
  CHECK(is_system_message(caf::make_type_token<caf::error>()));
  CHECK(is_system_message(caf::make_type_token<caf::timeout_msg>()));
  CHECK_FALSE(is_system_message(caf::make_type_token<int>()));
  CHECK_FALSE(is_system_message(caf::make_type_token<>()));
  CHECK_FALSE(is_system_message(message()->content().type_token()));
}

TEST_CASE("only an urgent message to a parked actor schedules it, and only the first",
          "[mailbox_door]") {
  mailbox_door door{actor_policy{}};
  CHECK_FALSE(door.wake_after_urgent());
  CHECK(door.park(door.urgent_seen()));
  CHECK(door.wake_after_urgent());
  CHECK_FALSE(door.wake_after_urgent());
}

TEST_CASE("an actor does not sleep over an urgent message that came while it looked",
          "[mailbox_door]") {
  mailbox_door door{actor_policy{}};
  const auto seen = door.urgent_seen();
  CHECK_FALSE(door.wake_after_urgent());
  CHECK_FALSE(door.park(seen));
  CHECK_FALSE(door.wake_after_urgent()); // it is awake
  CHECK(door.park(door.urgent_seen()));
}

TEST_CASE("no urgent message is slept over and nobody runs twice, whatever the threads do",
          "[mailbox_door]") {
  constexpr int senders = 3;
  constexpr int each = 20'000;
  mailbox_door door{actor_policy{}};
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
        const auto seen = door.urgent_seen();
        handled += inbox.exchange(0);
        const bool last = handled == senders * each;
        running.fetch_sub(1);
        if (last) {
          done = true;
          scheduled.release(2);
          return;
        }
        if (door.park(seen))
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
        if (door.wake_after_urgent())
          scheduled.release();
      }
    });
  for (auto& t : threads)
    t.join();
  CHECK(handled == senders * each);
  CHECK_FALSE(overlapped);
}
