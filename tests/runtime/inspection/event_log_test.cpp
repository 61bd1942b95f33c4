// The ring of events: numbers, bound, drops.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/event_log.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <chrono>
#include <thread>
#include <vector>

namespace {

using namespace troupe;
using namespace std::chrono_literals;

supervisor_event started(std::uint32_t incarnation) {
  return child_started{"/app/a", incarnation};
}

std::vector<std::uint64_t> numbers(const event_slice& slice) {
  std::vector<std::uint64_t> out;
  for (const auto& event : slice.events)
    out.push_back(event->sequence);
  return out;
}

} // namespace

TEST_CASE("a new log is empty", "[event_log]") {
  const event_log log;
  const auto all = log.since(0);
  CHECK(all.events.empty());
  CHECK(all.last == 0);
  CHECK(all.missed == 0);
  CHECK(all.dropped == 0);
  CHECK(log.capacity() == 1'024);
  CHECK_FALSE(log.state().has_value());
}

TEST_CASE("events are numbered from 1 across both kinds", "[event_log]") {
  event_log log;
  log.publish(started(1));
  log.publish(lifespan_state_entered{lifespan_state::ready, {}});
  log.publish(started(2));
  const auto all = log.since(0);
  CHECK(numbers(all) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(std::get<child_started>(std::get<supervisor_event>(all.events[2]->what)).incarnation == 2);
  CHECK(numbers(log.since(1)) == std::vector<std::uint64_t>{2, 3});
  CHECK(log.since(3).events.empty());
}

TEST_CASE("a number from the future gives nothing and misses nothing", "[event_log]") {
  event_log log;
  log.publish(started(1));
  const auto none = log.since(99);
  CHECK(none.events.empty());
  CHECK(none.missed == 0);
  CHECK(none.last == 1);
}

TEST_CASE("the oldest event makes room, and that is counted", "[event_log]") {
  event_log log{3};
  for (std::uint32_t i = 1; i <= 3; ++i)
    log.publish(started(i));
  CHECK(log.since(0).dropped == 0);
  log.publish(started(4));
  const auto all = log.since(0);
  CHECK(numbers(all) == std::vector<std::uint64_t>{2, 3, 4});
  CHECK(all.dropped == 1);
  CHECK(all.missed == 1);
  CHECK(log.since(1).missed == 0);
  CHECK(log.since(2).dropped == 1);
}

TEST_CASE("a capacity of zero counts as one", "[event_log]") {
  event_log log{0};
  log.publish(started(1));
  log.publish(started(2));
  CHECK(numbers(log.since(0)) == std::vector<std::uint64_t>{2});
}

TEST_CASE("an event for which there is no memory is a gap", "[event_log]") {
  bool full = false;
  event_log log{4, [&]() -> wall_time {
                  if (full)
                    throw std::bad_alloc{};
                  return {};
                }};
  log.publish(started(1));
  full = true;
  log.publish(started(2));
  full = false;
  log.publish(started(3));
  const auto all = log.since(0);
  CHECK(numbers(all) == std::vector<std::uint64_t>{1, 3});
  CHECK(all.missed == 1);
  CHECK(all.dropped == 1);
  for (std::uint32_t i = 4; i <= 7; ++i)
    log.publish(started(i));
  CHECK(log.since(0).dropped == 3); // 2 by the lack of memory, 1 and 3 by newer ones
}

TEST_CASE("what is kept and what was missed add up, whatever is asked for", "[event_log]") {
  const bool held = rc::check([] {
    const auto capacity = *rc::gen::inRange<std::size_t>(1, 9);
    const auto count = *rc::gen::inRange<std::uint32_t>(0, 40);
    const auto asked = *rc::gen::inRange<std::uint64_t>(0, 45);
    event_log log{capacity};
    for (std::uint32_t i = 1; i <= count; ++i)
      log.publish(started(i));
    const auto slice = log.since(asked);
    RC_ASSERT(slice.last == count);
    RC_ASSERT(slice.events.size() <= capacity);
    RC_ASSERT(slice.dropped == (count > capacity ? count - capacity : 0));
    if (asked < count)
      RC_ASSERT(slice.events.size() + slice.missed == count - asked);
    for (std::size_t i = 1; i < slice.events.size(); ++i)
      RC_ASSERT(slice.events[i]->sequence == slice.events[i - 1]->sequence + 1);
  });
  CHECK(held);
}

TEST_CASE("the log remembers the last state, when it began and why, after its event is gone",
          "[event_log]") {
  wall_time now{};
  event_log log{1, [&] { return now; }};
  now += 5s;
  log.publish(
    lifespan_state_entered{lifespan_state::stopping, {stop_reason::kind_type::signal, "SIGTERM"}});
  now += 5s;
  log.publish(started(1));
  const auto mark = log.state();
  REQUIRE(mark.has_value());
  CHECK(mark->since == wall_time{} + 5s);
  CHECK(mark->what.state == lifespan_state::stopping);
  CHECK(mark->what.reason.text == "SIGTERM");
}

TEST_CASE("events of many threads are all numbered", "[event_log]") {
  constexpr std::uint32_t each = 500;
  event_log log{64};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (std::uint32_t i = 0; i < each; ++i)
        log.publish(started(i));
    });
  for (auto& thread : threads)
    thread.join();
  const auto all = log.since(0);
  CHECK(all.last == 4 * each);
  CHECK(all.events.size() == 64);
  CHECK(all.dropped == 4 * each - 64);
}
