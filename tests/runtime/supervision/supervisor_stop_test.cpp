// A supervisor's stop: in reverse, each child in its time, whoever does not end is named.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/supervisor.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;
using stop_mode = child_script::stop_mode;

struct fixture {
  child_spec scripted(const std::string& id, std::chrono::milliseconds shutdown = 5s) {
    auto script = scripts[id] = std::make_shared<child_script>();
    auto spec = make_scripted_child(id, script);
    spec.shutdown = shutdown;
    spec.backoff = backoff_options::off();
    return spec;
  }
  void start(std::vector<child_spec> children, supervisor_options options = {}) {
    top = *parent.start(make_supervisor("top", options, std::move(children)));
    time.run();
    for (const auto& event : parent.events()->supervisor_events())
      if (const auto* spawned = std::get_if<child_spawned>(&event))
        actors[spawned->path] = spawned->handle;
    parent.events()->clear();
  }
  ~fixture() {
    actors.clear();
    top = {};
  }
  /// Asks for a stop with so much time.
  void stop(std::chrono::nanoseconds within = 1h) {
    parent.stop(top, {stop_reason::kind_type::signal, "SIGTERM"}, time.now() + within);
    time.run();
  }
  lines story() {
    auto out = parent.events()->lines();
    parent.events()->clear();
    return out;
  }
  std::vector<unstopped_child> abandoned() {
    std::vector<unstopped_child> out;
    for (const auto& event : parent.events()->supervisor_events())
      if (const auto* given_up = std::get_if<child_abandoned>(&event))
        out.push_back(given_up->child);
    return out;
  }

  virtual_time_system time;
  std::map<std::string, std::shared_ptr<child_script>> scripts;
  fake_supervisor parent{time.system()};
  actor_probe probe{time.system()};
  std::map<std::string, caf::strong_actor_ptr> actors;
  started_child top;
};

} // namespace

TEST_CASE("children stop newest first, each waited for", "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")});
  f.scripts["b"]->on_stop(stop_mode::late, 2s);
  f.stop();
  CHECK(f.scripts["a"]->stop_requests() == 0);
  f.time.advance(2s);
  CHECK(f.story()
        == lines{"ended /test/top/c: shutdown", "ended /test/top/b: shutdown",
                 "ended /test/top/a: shutdown"});
  CHECK(f.parent.lines().back() == "ended: shutdown");
}

TEST_CASE("a child that ignores the stop is abandoned at its time, named, and the next one stops",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("hog", 1s)});
  f.scripts["hog"]->on_stop(stop_mode::ignore);
  f.stop();
  f.time.advance(1s - 1ns);
  CHECK(f.story().empty());
  f.time.advance(1ns);
  CHECK(f.abandoned() == std::vector<unstopped_child>{{"/test/top/hog", "", std::nullopt, 1s}});
  CHECK(f.story() == lines{"abandoned /test/top/hog", "ended /test/top/a: shutdown"});
  CHECK(f.parent.lines().back() == "ended: shutdown");
  CHECK(f.time.running() == 1); // the hog itself
  // Its late end hurts nobody.
  f.probe.send(f.actors["/test/top/hog"], end_normally{});
  f.time.run();
  CHECK(f.time.running() == 0);
  CHECK(f.story().empty());
}

TEST_CASE("a brutal stop calls no hook and waits for nobody, and is no failure",
          "[supervisor][A7][s22]") {
  fixture f;
  f.start({f.scripted("quick", brutal_shutdown), f.scripted("deaf", brutal_shutdown)});
  f.scripts["deaf"]->on_stop(stop_mode::ignore);
  f.stop();
  f.time.advance(0ns);
  for (const auto& event : f.parent.events()->supervisor_events())
    if (const auto* stopped = std::get_if<child_stopped>(&event))
      CHECK_FALSE(stopped->why);
  CHECK(f.story() == lines{"ended /test/top/deaf: killed", "ended /test/top/quick: killed"});
  CHECK(f.scripts["deaf"]->stop_requests() == 0);
  CHECK(f.parent.lines().back() == "ended: shutdown");
}

TEST_CASE("a child without a limit of its own is bounded by the deadline of the stop",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("hog", unbounded_shutdown)});
  f.scripts["hog"]->on_stop(stop_mode::ignore);
  f.stop(7s);
  f.time.advance(7s - 1ns);
  CHECK(f.story().empty());
  f.time.advance(1ns);
  CHECK(f.story() == lines{"abandoned /test/top/hog"});
}

TEST_CASE("a child that hangs until the deadline of the whole stop does not make its healthy "
          "siblings look hung",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("hog", 5s)});
  f.scripts["hog"]->on_stop(stop_mode::ignore);
  f.scripts["b"]->on_stop(stop_mode::late, 5ms);
  f.stop(1s);
  f.time.advance(1s + 20ms);
  CHECK(f.story()
        == lines{"abandoned /test/top/hog", "ended /test/top/b: shutdown",
                 "ended /test/top/a: shutdown"});
  CHECK(f.parent.lines().back() == "ended: shutdown");
}

TEST_CASE("at the deadline the child that hangs is named, not the supervisor above it",
          "[supervisor]") {
  fixture f;
  auto innermost = make_supervisor("innermost", {}, {f.scripted("well"), f.scripted("hog", 1h)});
  auto inner = make_supervisor("inner", {}, {innermost});
  f.start({f.scripted("a"), inner});
  f.scripts["hog"]->on_stop(stop_mode::ignore);
  f.stop(10s);
  f.time.advance(10s);
  CHECK(f.story()
        == lines{"abandoned /test/top/inner/innermost/hog",
                 "ended /test/top/inner/innermost/well: shutdown",
                 "ended /test/top/inner/innermost: shutdown", "ended /test/top/inner: shutdown",
                 "ended /test/top/a: shutdown"});
}

TEST_CASE("the reason and the deadline reach every child", "[supervisor]") {
  fixture f;
  f.start({f.scripted("a")});
  f.scripts["a"]->on_stop(stop_mode::late, 1s);
  f.stop();
  const auto events = [&] {
    f.time.advance(1s);
    return f.parent.events()->supervisor_events();
  }();
  const auto* stopped = std::get_if<child_stopped>(&events.front());
  REQUIRE(stopped);
  CHECK(stopped->asked);
  CHECK(stopped->took == 1s);
  CHECK_FALSE(stopped->why);
}

TEST_CASE("a child that fails while it stops is recorded, not restarted, and its siblings stop",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("b")});
  f.scripts["b"]->on_stop(stop_mode::fail);
  f.stop();
  const auto events = f.parent.events()->supervisor_events();
  const auto* stopped = std::get_if<child_stopped>(&events.front());
  REQUIRE(stopped);
  CHECK(stopped->path == "/test/top/b");
  CHECK(stopped->how == exit_class::crashed);
  CHECK(stopped->asked);
  CHECK(stopped->why == error{errc::crashed, "cannot stop"});
  CHECK(f.story() == lines{"ended /test/top/b: crashed", "ended /test/top/a: shutdown"});
  CHECK(f.scripts["b"]->constructions() == 1);
}

TEST_CASE("a child that crashes while others stop is not restarted", "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("late")});
  f.scripts["late"]->on_stop(stop_mode::late, 1s);
  f.stop();
  f.probe.send(f.actors["/test/top/a"], crash{});
  f.time.advance(1s);
  CHECK(f.story()
        == lines{"failed /test/top/a #1: boom", "ended /test/top/late: shutdown",
                 "ended /test/top/a: crashed"});
  CHECK(f.scripts["a"]->constructions() == 1);
}

TEST_CASE("a stop in the middle of a restart loop is prompt", "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("loop")}, {.limits = {1'000'000, 5s}});
  f.scripts["loop"]->fail_constructions_from(2);
  f.probe.send(f.actors["/test/top/loop"], crash{});
  CHECK(f.time.run(1'000) == 1'000); // it does not come to rest
  f.parent.stop(f.top);
  CHECK(f.time.run(1'000) < 100);
  CHECK(f.parent.lines().back() == "ended: shutdown");
  CHECK(f.time.running() == 0);
}

TEST_CASE("a stop in the middle of a slow start stops those that have begun", "[supervisor]") {
  fixture f;
  f.scripts["slow"] = std::make_shared<child_script>();
  f.scripts["slow"]->start_delay(1h);
  f.start({f.scripted("a"), make_scripted_child("slow", f.scripts["slow"]), f.scripted("never")});
  f.stop();
  CHECK(f.parent.lines() == lines{"ended: shutdown"});
  CHECK(f.scripts["slow"]->destructions() == 1);
  CHECK(f.scripts["a"]->destructions() == 1);
  CHECK(f.scripts["never"]->constructions() == 0);
}

TEST_CASE("two stops are one", "[supervisor]") {
  fixture f;
  f.start({f.scripted("a")});
  f.scripts["a"]->on_stop(stop_mode::late, 1s);
  f.stop();
  f.stop(0s);
  f.time.advance(1s);
  f.stop();
  CHECK(f.story() == lines{"ended /test/top/a: shutdown"});
  CHECK(f.scripts["a"]->stop_requests() == 1);
  CHECK(f.parent.count(child_report::kind_type::ended) == 1);
}

TEST_CASE("a supervisor that is killed leaves no orphan, also no suspended one", "[supervisor]") {
  fixture f;
  auto crashed = f.scripted("crashed");
  f.start({f.scripted("a"), crashed}, {.limits = {0, 1s}});
  f.scripts["a"]->on_stop(stop_mode::late, 1s);
  f.probe.send(f.actors["/test/top/crashed"],
               crash{}); // its supervisor will be gone before it can decide
  f.probe.send(f.top.handle,
               caf::exit_msg{f.probe.handle()->address(), caf::make_error(caf::exit_reason::kill)},
               caf::message_priority::high);
  f.time.advance(1s);
  CHECK(f.time.running() == 0);
}

TEST_CASE("a thousand children stop in order and no slower than their number", "[supervisor]") {
  fixture f;
  std::vector<child_spec> many;
  const auto script = std::make_shared<child_script>();
  for (int i = 0; i < 1'000; ++i)
    many.push_back(make_scripted_child("c" + std::to_string(i), script));
  f.start(std::move(many));
  CHECK(script->constructions() == 1'000);
  f.parent.stop(f.top);
  CHECK(f.time.run() < 10'000);
  CHECK(script->destructions() == 1'000);
  const auto story = f.story();
  CHECK(story.front() == "ended /test/top/c999: shutdown");
  CHECK(story.back() == "ended /test/top/c0: shutdown");
}
