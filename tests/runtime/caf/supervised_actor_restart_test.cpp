// A restart in place: address and mailbox are kept in order, the state is fresh.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <memory>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;
constexpr auto urgent = caf::message_priority::high;

struct fixture {
  fixture() { time.run(); }

  template <class T>
  question ask(T&& what) {
    const auto q = probe.ask(child.handle, std::forward<T>(what));
    time.run();
    return q;
  }
  template <class T>
  void tell(T&& what, caf::message_priority priority = caf::message_priority::normal) {
    probe.send(child.handle, std::forward<T>(what), priority);
  }
  void restart() {
    supervisor.restart(child);
    time.run();
  }

  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  std::shared_ptr<child_script> script = std::make_shared<child_script>();
  started_child child = *supervisor.start(make_scripted_child("a", script));
};

} // namespace

TEST_CASE("a restart keeps the address and makes fresh state", "[supervised_actor]") {
  fixture f;
  f.ask(testkit::count{5});
  f.ask(crash{});
  f.restart();
  CHECK(*f.probe.answer<std::int64_t>(f.ask(testkit::count{1})) == 1);
  CHECK(*f.probe.answer<std::uint32_t>(f.ask(which_incarnation{})) == 2);
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "up #2"});
  CHECK(f.script->log() == lines{"#1 made", "#1 gone", "#2 made"});
  CHECK(f.time.running() == 1);
}

TEST_CASE("monitors of a restarted actor see no end", "[supervised_actor]") {
  fixture f;
  f.probe.watch(f.child.handle);
  f.ask(crash{});
  f.restart();
  CHECK(f.probe.none());
  f.supervisor.stop(f.child);
  f.time.run();
  CHECK(f.probe.expect<caf::down_msg>());
}

TEST_CASE(
  "what was in the mailbox at the crash is handled by the next incarnation in order, requests too",
  "[supervised_actor]") {
  fixture f;
  f.tell(note{"before"});
  const auto crashing = f.probe.ask(f.child.handle, crash{});
  f.tell(note{"behind"});
  const auto kept = f.probe.ask(f.child.handle, which_incarnation{});
  f.tell(note{"last"});
  f.time.run();
  CHECK(f.probe.refusal(crashing)->code == errc::crashed);
  CHECK_FALSE(f.probe.answered(kept));
  f.restart();
  CHECK(*f.probe.answer<std::uint32_t>(kept) == 2);
  CHECK(f.script->log()
        == lines{"#1 made", "#1 before", "#1 gone", "#2 made", "#2 behind", "#2 last"});
}

TEST_CASE("the message that crashed the actor is not handled again", "[supervised_actor]") {
  fixture f;
  f.supervisor.restart_crashed(true);
  f.tell(crash{});
  f.time.run();
  CHECK(f.supervisor.count(child_report::kind_type::crashed) == 1);
  CHECK(f.child.record->incarnation == 2);
}

TEST_CASE("a request that arrives while the actor is suspended is answered `restarting` at once",
          "[supervised_actor]") {
  fixture f;
  f.ask(crash{});
  const auto q = f.probe.ask(f.child.handle, which_incarnation{});
  CHECK(f.probe.refusal(q) == error{errc::restarting, "/test/a"}); // before anything ran
  f.restart();
  CHECK(f.probe.answers_to(q) == 1);
  CHECK(f.child.record->refused == 1);
}

TEST_CASE("plain messages that arrive while it is suspended wait in order", "[supervised_actor]") {
  fixture f;
  f.ask(crash{});
  f.tell(note{"one"});
  f.time.run();
  f.tell(note{"two"});
  f.time.run();
  CHECK(f.script->log() == lines{"#1 made"});
  CHECK(f.child.record->depth() == 2);
  f.restart();
  CHECK(f.script->log() == lines{"#1 made", "#1 gone", "#2 made", "#2 one", "#2 two"});
  CHECK(f.child.record->depth() == 0);
}

TEST_CASE("a suspended actor keeps a thousand messages; one more is dropped and counted",
          "[supervised_actor]") {
  fixture f;
  for (int round = 1; round <= 2; ++round) { // the bound is fresh in each suspension
    f.ask(crash{});
    const auto refused = f.child.record->refused.load();
    for (std::uint32_t i = 0; i < actor_policy{}.restart_stash; ++i)
      f.tell(testkit::count{1});
    CHECK(f.child.record->refused == refused);
    f.tell(testkit::count{1'000'000});
    f.tell(testkit::count{1'000'000});
    CHECK(f.child.record->refused == refused + 2);
    CHECK(f.child.record->depth() == actor_policy{}.restart_stash);
    f.restart();
    CHECK(*f.probe.answer<std::int64_t>(f.ask(testkit::count{0})) == actor_policy{}.restart_stash);
  }
}

TEST_CASE("what was in the mailbox before the crash does not count towards the bound",
          "[supervised_actor]") {
  fixture f;
  f.tell(crash{});
  for (int i = 0; i < 3'000; ++i)
    f.tell(testkit::count{1});
  f.time.run();
  for (std::uint32_t i = 0; i < actor_policy{}.restart_stash; ++i)
    f.tell(testkit::count{1});
  CHECK(f.child.record->refused == 0);
  f.restart();
  CHECK(*f.probe.answer<std::int64_t>(f.ask(testkit::count{0}))
        == 3'000 + actor_policy{}.restart_stash);
}

TEST_CASE("urgent messages wait over a restart, too, in order and still before the others",
          "[supervised_actor]") {
  fixture f;
  f.ask(crash{});
  f.tell(note{"plain"});
  f.tell(note{"urgent one"}, urgent);
  f.time.run();
  f.tell(note{"urgent two"}, urgent);
  const auto kept = f.probe.ask(f.child.handle, which_incarnation{}, urgent);
  f.time.run();
  CHECK(f.script->log() == lines{"#1 made"});
  CHECK_FALSE(f.probe.answered(kept)); // a lifespan's notice must not be lost to a restart
  f.restart();
  CHECK(f.script->log()
        == lines{"#1 made", "#1 gone", "#2 made", "#2 urgent one", "#2 urgent two", "#2 plain"});
  CHECK(*f.probe.answer<std::uint32_t>(kept) == 2);
  CHECK(f.child.record->depth() == 0);
}

TEST_CASE("urgent messages wait over failed attempts to restart", "[supervised_actor]") {
  fixture f;
  f.script->fail_constructions({2, 3});
  f.ask(crash{});
  f.tell(note{"urgent one"}, urgent);
  f.restart();
  f.tell(note{"urgent two"}, urgent);
  f.restart();
  CHECK(f.script->log() == lines{"#1 made", "#1 gone"});
  f.restart();
  CHECK(f.script->log()
        == lines{"#1 made", "#1 gone", "#4 made", "#4 urgent one", "#4 urgent two"});
}

TEST_CASE("an urgent message that crashes the actor leaves the ones behind it in order",
          "[supervised_actor]") {
  fixture f;
  f.tell(note{"plain"});
  f.tell(crash{}, urgent);
  f.tell(note{"urgent"}, urgent);
  f.time.run();
  CHECK(f.script->log() == lines{"#1 made"});
  f.restart();
  CHECK(f.script->log() == lines{"#1 made", "#1 gone", "#2 made", "#2 urgent", "#2 plain"});
}

TEST_CASE("a restart directive replaces the incarnation of a running actor and keeps its mailbox",
          "[supervised_actor]") {
  fixture f;
  f.ask(testkit::count{5});
  f.tell(note{"kept"});
  const auto kept = f.probe.ask(f.child.handle, testkit::count{1});
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.script->log() == lines{"#1 made", "#1 gone", "#2 made", "#2 kept"});
  CHECK(*f.probe.answer<std::int64_t>(kept) == 1);
  CHECK(f.child.record->failures == 0);
  CHECK(f.child.record->restarts == 1);
  CHECK(f.supervisor.lines() == lines{"up #1", "up #2"});
}

TEST_CASE("a restart directive to a running actor whose factory fails suspends it",
          "[supervised_actor]") {
  fixture f;
  f.script->fail_constructions({2});
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.supervisor.lines() == lines{"up #1", "start failed (alive): no disk"});
  CHECK(f.probe.refusal(f.ask(which_incarnation{}))->code == errc::restarting);
  f.restart();
  CHECK(*f.probe.answer<std::uint32_t>(f.ask(which_incarnation{})) == 3);
}

TEST_CASE("order is kept over a thousand restarts under several senders", "[supervised_actor]") {
  constexpr int senders = 4;
  constexpr int each = 500;
  fixture f;
  f.supervisor.restart_crashed(true);
  std::vector<std::unique_ptr<actor_probe>> probes;
  for (int s = 0; s < senders; ++s)
    probes.push_back(std::make_unique<actor_probe>(f.time.system()));
  int crashes = 0;
  for (int i = 0; i < each; ++i)
    for (int s = 0; s < senders; ++s) {
      probes[static_cast<std::size_t>(s)]->send(f.child.handle,
                                                note{std::to_string(s) + " " + std::to_string(i)});
      if ((i * senders + s) % 2 == 0) {
        probes[static_cast<std::size_t>(s)]->send(f.child.handle, crash{});
        ++crashes;
      }
      if (i % 7 == s)
        f.time.step(); // senders and receiver take turns
    }
  f.time.run();
  CHECK(crashes == 1'000);
  CHECK(f.child.record->incarnation == 1'001);
  CHECK(f.child.record->failures == 1'000);
  std::vector<int> next(senders, 0);
  for (const auto& line : f.script->log()) {
    if (line.ends_with("made") || line.ends_with("gone"))
      continue;
    const auto at = line.find(' ');
    const auto s = static_cast<std::size_t>(std::stoi(line.substr(at + 1)));
    REQUIRE(std::stoi(line.substr(line.rfind(' ') + 1)) == next[s]++);
  }
  CHECK(next == std::vector<int>(senders, each));
  CHECK(f.child.record->depth() == 0);
  CHECK(f.child.record->refused == 0);
}

TEST_CASE("any mix of messages, crashes, failed factories and turns: nothing is lost, reordered or "
          "answered twice",
          "[supervised_actor]") {
  CHECK(rc::check([] {
    fixture f;
    std::vector<question> asked;
    std::size_t notes = 0;
    for (const auto what : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12))) {
      if (what < 4)
        f.tell(note{std::to_string(notes++)});
      else if (what < 6)
        asked.push_back(f.probe.ask(f.child.handle, which_incarnation{}));
      else if (what < 8)
        f.tell(crash{});
      else if (what == 8)
        f.script->fail_constructions({f.script->constructions() + 1});
      else if (what == 9)
        f.supervisor.restart(f.child);
      else if (what == 10)
        f.time.step();
      else
        f.time.run();
    }
    f.script->fail_constructions({});
    f.supervisor.restart_crashed(true);
    f.time.run();
    f.supervisor.restart(f.child);
    f.time.run();
    std::size_t next = 0;
    int alive = 0; // states at a time
    for (const auto& line : f.script->log()) {
      if (line.ends_with("made"))
        RC_ASSERT(++alive == 1);
      else if (line.ends_with("gone"))
        RC_ASSERT(--alive == 0);
      else
        RC_ASSERT(std::stoul(line.substr(line.rfind(' ') + 1)) == next++);
    }
    RC_ASSERT(alive == 1);
    RC_ASSERT(next == notes);
    for (const auto q : asked)
      RC_ASSERT(f.probe.answers_to(q) == 1U);
    RC_ASSERT(f.child.record->enqueued == f.child.record->processed + f.child.record->refused);
    RC_ASSERT(f.child.record->depth() == 0U);
  }));
}

TEST_CASE("the counters tell the story", "[supervised_actor]") {
  fixture f;
  const auto& r = *f.child.record;
  CHECK(r.actor_id == f.child.handle->id());
  CHECK(r.incarnation == 1);
  CHECK(r.state == actor_state::idle);
  f.tell(note{"a"});
  f.tell(note{"b"});
  CHECK(r.enqueued == 2);
  CHECK(r.depth() == 2);
  CHECK(r.visible_state() == actor_state::ready);
  f.time.step();
  CHECK(r.depth() == 1);
  f.time.run();
  CHECK(r.depth() == 0);
  CHECK(r.processed == 2);
  CHECK(r.run_ns > 0);
  CHECK(r.busy_since_ns == 0);
  CHECK(r.current_message == nullptr);
  f.ask(crash{});
  CHECK(r.failures == 1);
  CHECK(r.state == actor_state::backoff);
  CHECK(r.current_message == nullptr);
  f.restart();
  CHECK(r.restarts == 1);
  CHECK(r.incarnation == 2);
  CHECK(r.state == actor_state::idle);
  CHECK(r.enqueued == r.processed);
  CHECK(r.last_error()->detail == "boom"); // the new incarnation may want to know
}
