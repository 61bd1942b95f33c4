// Supervisors keep their children running: starts, restarts and the budget, on virtual time.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/errors.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/supervisor_message.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

/// Ends when it is told a number; anything else is CAF's.
class plain_actor final : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;

private:
  caf::behavior make_behavior() override {
    return {[this](int code) {
      quit(code == 0 ? caf::error{} : to_caf({errc::io_error, "gone wrong"}));
    }};
  }
};

child_spec make_plain(std::string id) {
  return {.id = std::move(id), .start = [](const start_args& at) -> result<started_child> {
            return started_child{
              caf::actor_cast<caf::strong_actor_ptr>(at.system.spawn<plain_actor>()), nullptr};
          }};
}

/// A supervisor at /test/top and what it does.
struct fixture {
  child_spec scripted(const std::string& id, restart_type restart = restart_type::permanent) {
    auto script = scripts[id] = std::make_shared<child_script>();
    auto spec = make_scripted_child(id, script);
    spec.restart = restart;
    spec.backoff = backoff_options::off();
    return spec;
  }
  void start(std::vector<child_spec> children, supervisor_options options = {}) {
    top = *parent.start(make_supervisor("top", options, std::move(children)));
    time.run();
  }
  /// The actor now behind a path.
  caf::strong_actor_ptr at(const std::string& path) {
    caf::strong_actor_ptr found;
    for (const auto& event : parent.events()->supervisor_events())
      if (const auto* spawned = std::get_if<child_spawned>(&event);
          spawned && spawned->path == path)
        found = spawned->handle;
    REQUIRE(found);
    return found;
  }
  template <class T>
  void tell(const std::string& path, T&& what) {
    probe.send(at(path), std::forward<T>(what));
    time.run();
  }
  children_list children() {
    const auto q = probe.ask(top.handle, which_children{});
    time.run();
    return *probe.answer<children_list>(q);
  }
  lines story() {
    auto out = parent.events()->lines();
    parent.events()->clear();
    return out;
  }

  virtual_time_system time;
  std::map<std::string, std::shared_ptr<child_script>> scripts;
  fake_supervisor parent{time.system()};
  actor_probe probe{time.system()};
  started_child top;
};

} // namespace

// -- start ----------------------------------------------------------------------------------------------------------

TEST_CASE("a wrong list is refused before anything has started", "[supervisor]") {
  fixture f;
  const auto twice = f.parent.start(make_supervisor("top", {}, {f.scripted("a"), f.scripted("a")}));
  CHECK(twice.error()
        == error{errc::duplicate_child, "/test/top.children[1].id: \"a\" is children[0] already"});
  const auto options = f.parent.start(
    make_supervisor("top", {.limits = {3, 0s}}, {f.scripted("b")}));
  CHECK(options.error() == error{errc::invalid_argument, "/test/top.limits.period: 0 ns"});
  f.time.run();
  CHECK(f.time.running() == 0);
  CHECK(f.scripts["a"]->constructions() == 0);
  CHECK(f.scripts["b"]->constructions() == 0);
}

TEST_CASE("the third of five refuses: the first two stop in reverse, the last two never start, and "
          "the error says who",
          "[supervisor]") {
  fixture f;
  std::vector<child_spec> all;
  for (const char* id : {"a", "b", "c", "d", "e"})
    all.push_back(f.scripted(id));
  f.scripts["c"]->fail_constructions({1});
  f.start(std::move(all));
  const auto why = std::string{sentence(errc::start_failed)}
                   + ": child \"c\": " + std::string{sentence(errc::start_failed)} + ": no disk";
  CHECK(f.story()
        == lines{"spawned /test/top/a", "up /test/top/a #1", "spawned /test/top/b",
                 "up /test/top/b #1", "spawned /test/top/c",
                 "failed to start /test/top/c: " + std::string{sentence(errc::start_failed)}
                   + ": no disk",
                 "ended /test/top/c: start_failed", "gave up /test/top (start_failed): " + why,
                 "ended /test/top/b: shutdown", "ended /test/top/a: shutdown"});
  CHECK(f.parent.lines()
        == lines{"start failed (ended): child \"c\": " + std::string{sentence(errc::start_failed)}
                   + ": no disk",
                 "ended: start_failed"});
  CHECK(f.scripts["d"]->constructions() == 0);
  CHECK(f.time.running() == 0);
}

TEST_CASE("a start function that returns an error or throws is a failed start", "[supervisor]") {
  const auto throws = GENERATE(false, true);
  fixture f;
  f.start(
    {f.scripted("a"), {.id = "b", .start = [throws](const start_args&) -> result<started_child> {
                         if (throws)
                           throw 42;
                         return error{errc::address_in_use, "port 8080 is in use"};
                       }}});
  CHECK(f.parent.count(child_report::kind_type::start_failed) == 1);
  CHECK(f.parent.lines().front().find(throws ? "exception of type int" : "port 8080 is in use")
        != std::string::npos);
  CHECK(f.scripts["a"]->log() == lines{"#1 made", "#1 asked to stop", "#1 gone"});
  CHECK(f.time.running() == 0);
}

TEST_CASE("a supervisor is up when its last child is, and each child waits for the one before",
          "[supervisor]") {
  fixture f;
  auto slow = f.scripted("slow");
  f.scripts["slow"]->start_delay(3s);
  f.start({slow, f.scripted("next")});
  f.time.advance(3s - 1ns);
  CHECK(f.parent.lines().empty());
  CHECK(f.scripts["next"]->constructions() == 0);
  CHECK(f.top.record->visible_state() == actor_state::starting);
  f.time.advance(1ns);
  CHECK(f.parent.lines() == lines{"up #1"});
  CHECK(f.top.record->state == actor_state::idle);
}

TEST_CASE("a supervisor without children is up at once and stops", "[supervisor]") {
  fixture f;
  f.start({});
  CHECK(f.parent.lines() == lines{"up #1"});
  f.parent.stop(f.top);
  f.time.run();
  CHECK(f.parent.lines().back() == "ended: shutdown");
}

// -- restarts -------------------------------------------------------------------------------------------------------

TEST_CASE("only the child that crashed is restarted, in place", "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("b")});
  const auto before = f.at("/test/top/a");
  (void)f.story();
  f.probe.send(before, crash{});
  f.time.run();
  CHECK(f.story()
        == lines{"failed /test/top/a #1: boom",
                 "restarting /test/top/a in place, attempt 1, 2 left", "up /test/top/a #2"});
  CHECK(f.scripts["b"]->constructions() == 1);
  const auto q = f.probe.ask(before, which_incarnation{});
  f.time.run();
  CHECK(*f.probe.answer<std::uint32_t>(q) == 2);
  const auto list = f.children();
  CHECK(list.children[0]
        == child_info{"a", "/test/top/a", child_phase::running, child_type::worker,
                      restart_type::permanent, 2, 1, 1});
  CHECK(list.children[1].restarts == 0);
  CHECK(list.restarts_left == 2);
  CHECK(list.max_restarts == 3);
}

TEST_CASE("the normal end of a child by restart type", "[supervisor]") {
  fixture f;
  f.start({f.scripted("p"), f.scripted("t", restart_type::transient),
           f.scripted("o", restart_type::temporary)});
  for (const char* path : {"/test/top/p", "/test/top/t", "/test/top/o"})
    f.tell(path, end_normally{});
  CHECK(f.scripts["p"]->constructions() == 2);
  CHECK(f.scripts["t"]->constructions() == 1);
  CHECK(f.scripts["o"]->constructions() == 1);
  const auto list = f.children();
  CHECK(list.children[0].phase == child_phase::running);
  CHECK(list.children[1].phase == child_phase::stopped);
  CHECK(list.children.size() == 2);
}

TEST_CASE("an abnormal end brings permanent and transient children back; a temporary one is gone",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("p"), f.scripted("t", restart_type::transient),
           f.scripted("o", restart_type::temporary)});
  for (const char* path : {"/test/top/p", "/test/top/t", "/test/top/o"})
    f.tell(path,
           caf::exit_msg{f.probe.handle()->address(), caf::make_error(caf::exit_reason::kill)});
  CHECK(f.scripts["p"]->constructions() == 2);
  CHECK(f.scripts["t"]->constructions() == 2);
  CHECK(f.scripts["o"]->constructions() == 1);
}

TEST_CASE("a temporary child that crashes ends and is forgotten", "[supervisor]") {
  fixture f;
  f.start({f.scripted("o", restart_type::temporary), f.scripted("b")});
  f.tell("/test/top/o", crash{});
  CHECK(f.children().children.size() == 1);
  CHECK(f.story().back() == "ended /test/top/o: crashed");
  CHECK(f.children().restarts_left == 3);
  CHECK(f.scripts["o"]->destructions() == 1);
}

TEST_CASE("a plain CAF actor is made anew when it ends, at the same path", "[supervisor]") {
  fixture f;
  f.start({make_plain("plain"), f.scripted("b")});
  const auto before = f.at("/test/top/plain");
  CHECK(f.parent.lines() == lines{"up #1"});
  (void)f.story();
  f.probe.send(before, 7);
  f.time.run();
  const auto story = f.story();
  REQUIRE(story.size() == 4);
  CHECK(story[0] == "ended /test/top/plain: crashed");
  CHECK(story[1] == "restarting /test/top/plain anew, attempt 1, 2 left");
  CHECK(story[2] == "spawned /test/top/plain");
  CHECK(story[3] == "up /test/top/plain #2");
}

TEST_CASE("a supervisor keeps no memory of actors it has replaced", "[supervisor]") {
  fixture f;
  f.start({make_plain("plain")}, {.limits = {1'000, 5s}});
  caf::weak_actor_ptr memory;
  {
    const auto first = f.at("/test/top/plain");
    memory = caf::actor_cast<caf::weak_actor_ptr>(first);
    f.probe.send(first, 7);
  }
  f.time.run();
  f.parent.events()->clear();
  CHECK_FALSE(memory.lock());
  CHECK(memory.get()->weak_refs == 1);
}

// -- budget ---------------------------------------------------------------------------------------------------------

TEST_CASE("at the limit all is well; the next failure stops the others in reverse and ends the "
          "supervisor, naming why",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")}, {.limits = {2, 5s}});
  f.tell("/test/top/b", crash{});
  f.tell("/test/top/b", crash{});
  CHECK(f.parent.lines() == lines{"up #1"});
  const auto b = f.at("/test/top/b");
  (void)f.story();
  CHECK(f.children().restarts_left == 0);
  f.probe.send(b, crash{failure::number});
  f.time.run();
  const auto story = f.story();
  REQUIRE(story.size() == 5);
  CHECK(story
        == lines{"failed /test/top/b #3: an exception of type int", story[1],
                 "ended /test/top/c: shutdown", "ended /test/top/b: shutdown",
                 "ended /test/top/a: shutdown"});
  CHECK(story[1].starts_with("gave up /test/top (escalated)"));
  for (const char* part :
       {"more than 2 restarts in 5 s", "child \"b\"", "an exception of type int"})
    CHECK(story[1].find(part) != std::string::npos);
  CHECK(f.parent.lines().back() == "ended: escalated");
  CHECK(f.time.running() == 0);
}

TEST_CASE("failures further apart than the period go on for ever", "[supervisor]") {
  fixture f;
  f.start({f.scripted("a")}, {.limits = {1, 1s}});
  for (int i = 0; i < 50; ++i) {
    f.tell("/test/top/a", crash{});
    f.time.advance(1s + 1ns);
  }
  CHECK(f.parent.lines() == lines{"up #1"});
  CHECK(f.scripts["a"]->constructions() == 51);
}

TEST_CASE("a factory that throws from the second time on uses the budget up: four calls in all",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("a")}, {.limits = {3, 5s}});
  f.scripts["a"]->fail_constructions_from(2);
  f.tell("/test/top/a", crash{});
  CHECK(f.scripts["a"]->constructions() == 4);
  CHECK(f.parent.lines().back() == "ended: escalated");
  CHECK(f.time.running() == 0);
}

TEST_CASE("a first attempt to restart that fails and a second that works leave the child up",
          "[supervisor]") {
  fixture f;
  f.start({f.scripted("a")}, {.limits = {2, 5s}});
  f.scripts["a"]->fail_constructions({2});
  f.tell("/test/top/a", crash{});
  const auto a = f.children().children[0];
  CHECK(a.phase == child_phase::running);
  CHECK(a.restarts == 2);
  CHECK(f.parent.lines() == lines{"up #1"});
}

// -- nesting --------------------------------------------------------------------------------------------------------

TEST_CASE("a crash below an inner supervisor does not touch the outer one", "[supervisor]") {
  fixture f;
  auto inner = make_supervisor("inner", {}, {f.scripted("deep")});
  f.start({f.scripted("a"), inner});
  f.tell("/test/top/inner/deep", crash{});
  CHECK(f.children().restarts_left == 3);
  CHECK(f.scripts["a"]->constructions() == 1);
  CHECK(f.scripts["deep"]->constructions() == 2);
}

TEST_CASE("an inner supervisor that spent its budget is made anew with all its children",
          "[supervisor]") {
  fixture f;
  auto inner = make_supervisor("inner", {.limits = {0, 5s}},
                               {f.scripted("one"), f.scripted("two")});
  f.start({f.scripted("a"), inner});
  const auto before = f.at("/test/top/inner/one");
  (void)f.story();
  f.probe.send(before, crash{});
  f.time.run();
  CHECK(f.at("/test/top/inner/one") != before);
  CHECK(f.scripts["one"]->constructions() == 2);
  CHECK(f.scripts["two"]->constructions() == 2);
  CHECK(f.scripts["a"]->constructions() == 1);
  CHECK(f.children().restarts_left == 2);
  CHECK(f.parent.lines() == lines{"up #1"});
}

TEST_CASE("a nested start failure names the way down", "[supervisor]") {
  fixture f;
  auto inner = make_supervisor("inner", {}, {f.scripted("deep")});
  f.scripts["deep"]->fail_constructions({1});
  f.start({f.scripted("a"), inner, f.scripted("never")});
  REQUIRE(f.parent.lines().size() == 2);
  const auto why = f.parent.lines().front();
  CHECK(why.find("child \"inner\"") != std::string::npos);
  CHECK(why.find("child \"deep\"") != std::string::npos);
  CHECK(why.find("no disk") != std::string::npos);
  CHECK(f.scripts["never"]->constructions() == 0);
  CHECK(f.time.running() == 0);
}
