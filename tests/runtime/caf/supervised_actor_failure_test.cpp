// Whatever comes out of a handler is contained, told to the requester and decided by the supervisor.
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
#include <stdexcept>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

/// One scripted child under a supervisor that does nothing by itself.
struct fixture {
  fixture() = default;
  explicit fixture(const child_spec& spec) : child(*supervisor.start(spec)) { time.run(); }

  void start() {
    child = *supervisor.start(make_scripted_child("a", script));
    time.run();
  }

  template <class T>
  question ask(T&& what) {
    const auto q = probe.ask(child.handle, std::forward<T>(what));
    time.run();
    return q;
  }

  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  std::shared_ptr<child_script> script = std::make_shared<child_script>();
  started_child child;
};

/// An actor nobody supervises, made from a state.
template <class State, class... Args>
started_child start_alone(caf::actor_system& system, Args&&... args) {
  return *start_as<State>(std::forward<Args>(args)...)(
    {system, "/alone", nullptr, std::make_shared<recording_sink>()});
}

} // namespace

TEST_CASE("an exception of any kind is contained: the requester is told, the supervisor too, the "
          "actor is suspended",
          "[supervised_actor]") {
  struct row {
    failure how;
    std::string text;
  };
  const auto r = GENERATE(row{failure::exception, "boom"},
                          row{failure::number, "an exception of type int"},
                          row{failure::out_of_memory, "std::bad_alloc"},
                          row{failure::nested, "outer: inner"}, row{failure::become, "boom"});
  fixture f;
  f.start();
  const auto q = f.ask(crash{r.how});
  CHECK(f.probe.refusal(q) == error{errc::crashed, r.text});
  CHECK(f.probe.answers_to(q) == 1);
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: " + r.text});
  CHECK(f.child.record->failures == 1);
  CHECK(f.child.record->last_error() == error{errc::crashed, r.text});
  CHECK(f.child.record->state == actor_state::backoff);
  CHECK(f.time.running() == 1);
}

TEST_CASE("an exception after the answer was taken over: the requester is told when the state goes",
          "[supervised_actor]") {
  fixture f;
  f.start();
  const auto q = f.ask(crash{failure::after_promise});
  CHECK(f.supervisor.count(child_report::kind_type::crashed) == 1);
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.probe.refusal(q)->code == errc::promise_dropped);
  CHECK(f.probe.answers_to(q) == 1);
}

TEST_CASE("an exception in a timer is a crash like any other", "[supervised_actor]") {
  fixture f;
  f.start();
  const auto q = f.ask(crash{failure::in_timer});
  f.time.advance(1ns);
  CHECK(f.probe.answer<done>(q));
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom"});
}

TEST_CASE("an exception after quit counts more than the quit: the supervisor decides about a crash",
          "[supervised_actor][E5]") {
  fixture f;
  f.start();
  const auto q = f.ask(crash{failure::after_quit});
  CHECK(f.probe.refusal(q) == error{errc::crashed, "boom"});
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom"});
  CHECK(f.script->destructions() == 0); // it may be resumed
  f.supervisor.resume(f.child);
  f.time.run();
  CHECK(*f.probe.answer<std::int64_t>(f.ask(testkit::count{3})) == 3);
  CHECK(f.supervisor.count(child_report::kind_type::quit) == 0);
}

TEST_CASE("a plain message that crashes the actor sends no error to its sender",
          "[supervised_actor]") {
  fixture f;
  f.start();
  f.probe.send(f.child.handle, crash{});
  f.time.run();
  CHECK(f.supervisor.count(child_report::kind_type::crashed) == 1);
  CHECK(f.probe.none());
}

TEST_CASE("a constructor that throws at the first start is a start failure and ends the actor",
          "[supervised_actor]") {
  fixture f;
  f.script->fail_constructions({1});
  f.start();
  CHECK(f.supervisor.lines() == lines{"start failed (ended): no disk", "ended: start_failed"});
  CHECK(f.child.record->state == actor_state::failed);
  CHECK(f.child.record->last_error() == error{errc::start_failed, "no disk"});
  CHECK(f.time.running() == 0);
}

TEST_CASE(
  "a make_behavior that throws at the first start is a start failure, and the state is destroyed",
  "[supervised_actor]") {
  fixture f;
  f.script->fail_constructions({1});
  f.script->fail_in_make_behavior(true);
  f.start();
  CHECK(f.supervisor.lines() == lines{"start failed (ended): no disk", "ended: start_failed"});
  CHECK(f.script->log() == lines{"#1 made", "#1 gone"});
}

TEST_CASE("a factory that throws in a restart leaves the actor suspended for another attempt",
          "[supervised_actor]") {
  const auto late = GENERATE(false, true);
  fixture f;
  f.script->fail_constructions({2, 3});
  f.script->fail_in_make_behavior(late);
  f.start();
  f.ask(crash{});
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.supervisor.lines()
        == lines{"up #1", "crashed #1: boom", "start failed (alive): no disk"});
  CHECK(f.child.record->state == actor_state::backoff);
  f.supervisor.restart(f.child);
  f.time.run();
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.supervisor.lines().back() == "up #4");
  CHECK(*f.probe.answer<std::int64_t>(f.ask(testkit::count{3})) == 3);
  CHECK(f.child.record->restarts == 3);
  CHECK(f.child.record->failures == 3);
  CHECK(f.script->destructions() + 1 == (late ? 4U : 2U));
}

namespace {

struct quitter {
  static constexpr std::string_view type_name = "quitter";
  explicit quitter(supervised_actor* s) : self(s) {
    if (self->incarnation() > 1) {
      self->quit();
      throw std::runtime_error{"no use"};
    }
  }
  caf::behavior make_behavior() {
    return {[](int) { throw 1; }};
  }
  supervised_actor* self;
};

} // namespace

TEST_CASE("a state that calls quit in its constructor and throws has failed to start",
          "[supervised_actor]") {
  fixture f{make_child<quitter>("a")};
  f.probe.send(f.child.handle, 1);
  f.time.run();
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.supervisor.lines().back() == "start failed (alive): no use");
  CHECK(f.supervisor.count(child_report::kind_type::quit) == 0);
  f.supervisor.end(f.child, exit_class::start_failed, {errc::start_failed, "no use"});
  f.time.run();
  const auto q = f.ask(1);
  CHECK(f.probe.refusal(q)->code == errc::gone);
  CHECK(f.supervisor.lines().back() == "ended: start_failed");
}

namespace {

struct fragile {
  static constexpr std::string_view type_name = "fragile";
  explicit fragile(supervised_actor*) {}
  caf::behavior make_behavior() {
    return {[](int) -> int { throw std::runtime_error{"boom"}; }};
  }
};

} // namespace

TEST_CASE("an actor without a supervisor ends when it fails", "[supervised_actor]") {
  virtual_time_system time;
  actor_probe probe{time.system()};
  const auto alone = start_alone<fragile>(time.system());
  const auto q = probe.ask(alone.handle, 1);
  const auto behind = probe.ask(alone.handle, 2);
  time.run();
  CHECK(probe.refusal(q) == error{errc::crashed, "boom"});
  CHECK(probe.refusal(behind)->code == errc::gone);
  CHECK(time.running() == 0);
  CHECK(alone.record->state == actor_state::failed);
}

TEST_CASE("the monitors of an actor that ends by a failure are told so", "[supervised_actor][F1]") {
  fixture f;
  f.start();
  f.probe.watch(f.child.handle);
  f.ask(crash{});
  CHECK(f.probe.none()); // [F5] it may come back
  f.supervisor.end(f.child, exit_class::crashed, {errc::crashed, "boom"});
  f.time.run();
  const auto down = f.probe.expect<caf::down_msg>();
  REQUIRE(down);
  CHECK(classify(down->reason) == exit_class::crashed);
  CHECK(from_caf(down->reason).detail == "boom");
}

TEST_CASE("a request without a handler is answered, a plain message without one is counted",
          "[supervised_actor]") {
  fixture f;
  f.start();
  const auto q = f.ask(std::string{"what?"});
  REQUIRE(f.probe.refusal(q));
  CHECK(f.probe.refusal(q)->code == errc::unexpected_message);
  CHECK(f.probe.refusal(q)->detail.find("what?") != std::string::npos);
  f.probe.send(f.child.handle, std::string{"hello"});
  f.time.run();
  CHECK(f.child.record->unhandled == 2);
  CHECK(f.child.record->failures == 0);
  CHECK(f.probe.none());
  CHECK(f.supervisor.lines() == lines{"up #1"});
}

namespace {

struct attached {
  static constexpr std::string_view type_name = "attached";
  attached(supervised_actor* s, std::shared_ptr<int> c) : self(s), called(std::move(c)) {
    self->attach_functor([n = called] { ++*n; });
    self->attach_functor([](const caf::error&) { throw 1; });
    self->attach_functor([n = called](const caf::error& why) { *n += why ? 10 : 100; });
  }
  caf::behavior make_behavior() {
    return {[](int) {}};
  }
  supervised_actor* self;
  std::shared_ptr<int> called;
};

} // namespace

TEST_CASE("an exception out of one attached function skips none of the others",
          "[supervised_actor]") {
  auto called = std::make_shared<int>(0);
  fixture f{make_child<attached>("a", called)};
  f.supervisor.stop(f.child);
  f.time.run();
  CHECK(*called == 11);
}
