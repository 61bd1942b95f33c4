// A stop overtakes the backlog, wakes whoever sleeps and always leads to an end.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

struct fixture {
  fixture() { time.run(); }

  void stop() {
    supervisor.stop(child);
    time.run();
  }

  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  std::shared_ptr<child_script> script = std::make_shared<child_script>();
  started_child child = *supervisor.start(make_scripted_child("a", script));
};

} // namespace

TEST_CASE("a state that throws when it is asked to stop ends as crashed instead of hanging",
          "[supervised_actor]") {
  fixture f;
  f.script->on_stop(child_script::stop_mode::fail);
  f.stop();
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: crashed"});
  CHECK(f.child.record->last_error() == error{errc::crashed, "cannot stop"});
  CHECK(f.time.running() == 0);
}

TEST_CASE("an actor that crashes after it was asked to stop ends; it is not restarted",
          "[supervised_actor]") {
  fixture f;
  f.script->on_stop(child_script::stop_mode::late, 1s);
  f.stop();
  const auto q = f.probe.ask(f.child.handle, crash{});
  f.time.run();
  CHECK(f.probe.refusal(q)->code == errc::crashed);
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: crashed"});
  CHECK(f.time.running() == 0);
}

TEST_CASE("a restart directive after a stop request is ignored", "[supervised_actor]") {
  fixture f;
  f.script->on_stop(child_script::stop_mode::late, 1s);
  f.stop();
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.script->constructions() == 1);
  f.time.advance(1s);
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: shutdown"});
}

TEST_CASE("a suspended actor ends when it is asked to stop, without its state being asked",
          "[supervised_actor]") {
  fixture f;
  f.probe.send(f.child.handle, crash{});
  f.time.run();
  f.probe.send(f.child.handle, note{"held"});
  const auto urgent_request = f.probe.ask(f.child.handle, which_incarnation{},
                                          caf::message_priority::high);
  f.time.run();
  f.stop();
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "ended: shutdown"});
  CHECK(f.script->log() == lines{"#1 made", "#1 gone"});
  CHECK(f.script->stop_requests() == 0);
  CHECK(f.probe.refusal(urgent_request)->code == errc::stopped);
  CHECK(f.child.record->depth() == 0);
  CHECK(f.time.running() == 0);
}

TEST_CASE("an actor whose restart failed ends when it is asked to stop", "[supervised_actor]") {
  fixture f;
  f.script->fail_constructions_from(2);
  f.probe.send(f.child.handle, crash{});
  f.time.run();
  f.supervisor.restart(f.child);
  f.time.run();
  f.stop();
  CHECK(f.supervisor.lines().back() == "ended: shutdown");
}

TEST_CASE("a stop request that waits behind the message that crashes the actor ends it",
          "[supervised_actor]") {
  fixture f;
  f.probe.send(f.child.handle, crash{}, caf::message_priority::high);
  f.supervisor.stop(f.child);
  f.time.run();
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "ended: shutdown"});
}

TEST_CASE("a stop request before the first turn ends the actor after its start",
          "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const auto script = std::make_shared<child_script>();
  const auto child = *supervisor.start(make_scripted_child("a", script));
  supervisor.stop(child);
  time.run();
  CHECK(supervisor.lines() == lines{"up #1", "ended: shutdown"});
  CHECK(script->log() == lines{"#1 made", "#1 asked to stop", "#1 gone"});
}

TEST_CASE("a second stop request changes nothing", "[supervised_actor]") {
  fixture f;
  f.script->on_stop(child_script::stop_mode::late, 1s);
  f.stop();
  f.stop();
  CHECK(f.script->stop_requests() == 1);
  f.time.advance(1s);
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: shutdown"});
  f.stop();
  CHECK(f.supervisor.lines().size() == 2);
}

namespace {

struct plain {
  static constexpr std::string_view type_name = "plain";
  explicit plain(supervised_actor*) {}
  caf::behavior make_behavior() {
    return {[](int) {}};
  }
};

} // namespace

TEST_CASE("a state without on_stop ends at once", "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const auto child = *supervisor.start(make_child<plain>("p"));
  time.run();
  supervisor.stop(child);
  time.run();
  CHECK(supervisor.lines() == lines{"up #1", "ended: shutdown"});
}

TEST_CASE("a stop overtakes a hundred thousand messages", "[supervised_actor]") {
  fixture f;
  std::vector<question> waiting;
  for (int i = 0; i < 100'000; ++i)
    f.probe.send(f.child.handle, testkit::count{1});
  const auto last = f.probe.ask(f.child.handle, testkit::count{1});
  f.supervisor.stop(f.child);
  const auto turns = f.time.run();
  CHECK(f.child.record->processed <= 1 + mailbox_quantum);
  CHECK(turns <= 2 + mailbox_quantum);
  CHECK(f.probe.refusal(last)->code == errc::stopped);
  CHECK(f.child.record->depth() == 0);
  CHECK(f.supervisor.lines().back() == "ended: shutdown");
}

TEST_CASE("a stop overtakes a hundred thousand messages of a suspended actor",
          "[supervised_actor]") {
  fixture f;
  f.probe.send(f.child.handle, crash{});
  for (int i = 0; i < 100'000; ++i)
    f.probe.send(f.child.handle, testkit::count{1});
  f.time.run();
  const auto before = f.child.record->processed.load();
  f.supervisor.stop(f.child);
  f.time.run();
  CHECK(f.child.record->processed == before + 1);
  CHECK(f.supervisor.lines().back() == "ended: shutdown");
}

TEST_CASE("after its end requests are answered and messages count for nothing",
          "[supervised_actor]") {
  fixture f;
  const auto crashed_before = GENERATE(false, true);
  if (crashed_before)
    f.probe.send(f.child.handle, crash{});
  f.time.run();
  f.stop();
  const auto q = f.probe.ask(f.child.handle, which_incarnation{});
  f.probe.send(f.child.handle, note{"late"});
  f.time.run();
  CHECK(f.probe.refusal(q) == error{errc::stopped, "/test/a"});
  CHECK(f.child.record->depth() == 0);
  CHECK(f.child.record->state == actor_state::stopped);
}

TEST_CASE("a normal end is normal, with messages behind it given up", "[supervised_actor]") {
  fixture f;
  const auto q = f.probe.ask(f.child.handle, end_normally{});
  const auto behind = f.probe.ask(f.child.handle, which_incarnation{});
  f.time.run();
  CHECK(f.probe.answer<done>(q));
  CHECK(f.probe.refusal(behind)->code == errc::stopped);
  CHECK(f.supervisor.lines() == lines{"up #1", "quit #1: normal", "ended: normal"});
  CHECK(f.child.record->depth() == 0);
}

TEST_CASE("an exit message ends a running actor as CAF's do", "[supervised_actor]") {
  fixture f;
  f.probe.send(f.child.handle,
               caf::exit_msg{f.probe.handle()->address(), caf::make_error(caf::exit_reason::kill)});
  f.time.run();
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: killed"});
}

TEST_CASE("a state kept alive by its own promises ends all the same, and answers them",
          "[supervised_actor]") {
  fixture f;
  const auto q = f.probe.ask(f.child.handle, keep{});
  f.time.run();
  f.stop();
  CHECK(f.probe.refusal(q)->code == errc::promise_dropped);
  CHECK(f.time.running() == 0);
}

namespace {

struct curious {
  static constexpr std::string_view type_name = "curious";
  curious(supervised_actor* s, std::shared_ptr<stop_request> o) : self(s), out(std::move(o)) {}
  caf::behavior make_behavior() {
    return {[](int) {}};
  }
  void on_stop(const stop_request& request) {
    *out = request;
    stopping = self->stopping();
    self->quit();
  }
  supervised_actor* self;
  std::shared_ptr<stop_request> out;
  bool stopping = false;
};

} // namespace

TEST_CASE("what it learns of a stop: the reason and the deadline", "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const auto seen = std::make_shared<stop_request>();
  const auto child = *supervisor.start(make_child<curious>("c", seen));
  time.run();
  supervisor.stop(child, {stop_reason::kind_type::signal, "SIGTERM"}, time.now() + 5s);
  time.run();
  CHECK(seen->reason == stop_reason{stop_reason::kind_type::signal, "SIGTERM"});
  CHECK(seen->deadline == time.now() + 5s);
}

namespace {

struct asker {
  static constexpr std::string_view type_name = "asker";
  explicit asker(supervised_actor* s) : self(s) {}
  caf::behavior make_behavior() {
    return {[](int i) { return i; }};
  }
  void on_stop(const stop_request&) {
    CHECK_FALSE(self->make_promise().pending());
    self->quit();
  }
  supervised_actor* self;
};

} // namespace

TEST_CASE("a promise made while it is asked to stop is one to nobody", "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start(make_child<asker>("a"));
  const auto q = probe.ask(child.handle, 1);
  time.run();
  supervisor.stop(child);
  time.run();
  CHECK(*probe.answer<int>(q) == 1);
  CHECK(probe.answers_to(q) == 1);
}
