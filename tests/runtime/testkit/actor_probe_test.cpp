// Tests of the probe.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace troupe;
using namespace troupe::testkit;

TEST_CASE("a probe has what it was sent at once and in order", "[actor_probe]") {
  virtual_time_system time;
  actor_probe sender{time.system()};
  actor_probe probe{time.system()};
  CHECK(probe.none());
  CHECK(probe.expect<int>().error().code == errc::not_found);
  sender.send(probe.handle(), 1);
  sender.send(probe.handle(), std::string{"two"}, caf::message_priority::high);
  CHECK(probe.waiting() == 2);
  CHECK(*probe.expect<int>() == 1);
  CHECK(*probe.expect<std::string>() == "two");
  CHECK(probe.none());
}

TEST_CASE("another type than expected is named, and taken", "[actor_probe]") {
  virtual_time_system time;
  actor_probe probe{time.system()};
  probe.send(probe.handle(), note{"hello"});
  const auto got = probe.expect<count>();
  CHECK(got.error()
        == error{errc::unexpected_message,
                 "expected troupe::testkit::count, got troupe::testkit::note"});
  CHECK(probe.none());
}

TEST_CASE("answers are kept apart, by request, with their number and order", "[actor_probe]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start(make_scripted_child("a", std::make_shared<child_script>()));
  const auto kept = probe.ask(child.handle, keep{});
  const auto number = probe.ask(child.handle, count{3});
  CHECK_FALSE(probe.answered(number));
  CHECK(probe.answer<std::int64_t>(number).error().code == errc::not_found);
  CHECK_FALSE(probe.refusal(number));
  time.run();
  CHECK(*probe.answer<std::int64_t>(number) == 3);
  CHECK(probe.answer<std::string>(number).error().code == errc::unexpected_message);
  CHECK_FALSE(probe.answered(kept));
  probe.send(child.handle, answer_kept{});
  time.run();
  CHECK(probe.answers_to(kept) == 1);
  CHECK(probe.answer_order() == std::vector{number, kept});
  CHECK(probe.none() == false); // `answer_kept` answers plain senders, too
}

TEST_CASE("an error as answer reads as our error", "[actor_probe]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start(make_scripted_child("a", std::make_shared<child_script>()));
  const auto q = probe.ask(child.handle, crash{});
  time.run();
  CHECK(probe.refusal(q) == error{errc::crashed, "boom"});
  CHECK(probe.answer<done>(q).error() == error{errc::crashed, "boom"});
}

TEST_CASE("a probe that watches is told of the end, also of one that has ended already",
          "[actor_probe]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start(make_scripted_child("a", std::make_shared<child_script>()));
  time.run();
  probe.watch(child.handle);
  supervisor.stop(child);
  time.run();
  CHECK(probe.expect<caf::down_msg>());
  probe.watch(child.handle);
  CHECK(probe.expect<caf::down_msg>());
}

TEST_CASE("waiting ends when enough has come or the time is over", "[actor_probe]") {
  virtual_time_system time;
  actor_probe probe{time.system()};
  CHECK_FALSE(probe.wait_for_messages(1, std::chrono::milliseconds{1}));
  CHECK_FALSE(probe.wait_for_answers(1, std::chrono::milliseconds{1}));
  probe.send(probe.handle(), 1);
  CHECK(probe.wait_for_messages(1));
}
