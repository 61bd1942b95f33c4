// What a new incarnation learns and takes over, what is called when, and how an old one goes on.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/scripted_child.hpp"
#include "tests/runtime/caf/child_fixture.hpp"

#include <caf/event_based_actor.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::fixture_test;
using namespace troupe::testkit;
using namespace std::chrono_literals;
using kind = child_report::kind_type;

// -- resume -------------------------------------------------------------------------------------------------------

TEST_CASE("a resumed actor goes on with its state and the messages that wait",
          "[supervised_actor][E1]") {
  child_fixture f;
  f.start();
  f.tell("crash");
  f.tell("one");
  f.time.run();
  f.tell("two");
  f.resume();
  CHECK(*f.told == lines{"#1 crash", "#1 one", "#1 two"});
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom"});
  CHECK(f.child.record->state == actor_state::idle);
  CHECK(f.child.record->restarts == 0);
  f.run("crash");
  f.restart();
  CHECK(f.told->back() == "#2 post_restart: boom, attempt 0");
}

TEST_CASE(
  "a resumed actor keeps its handlers, also the one that failed, its timers and its answers",
  "[supervised_actor][E1]") {
  auto script = std::make_shared<child_script>();
  started_child other;
  child_fixture f{{
    {"watch",
     [&](puppet& p) {
       p.self->set_down_handler([&p](caf::scheduled_actor*, caf::down_msg&) {
         p.say("down");
         throw std::runtime_error{"boom"};
       });
       p.self->monitor(other.handle);
     }},
    {"arm", [](puppet& p) { p.self->run_after(1ms, [&p] { p.say("due"); }); }},
  }};
  f.start();
  const auto arm_and_crash = [&] {
    f.run("arm");
    f.run("crash");
    f.time.advance(1s); // it is due while the actor is suspended
  };
  for (int round = 0; round < 2; ++round) {
    other = *f.supervisor.start(make_scripted_child("other", script));
    f.run("watch");
    f.supervisor.stop(other);
    f.time.run();
    CHECK(f.told->back() == "#1 down");
    f.resume();
  }
  arm_and_crash();
  CHECK(f.told->back() == "#1 crash");
  f.resume();
  CHECK(f.told->back() == "#1 due");
  CHECK(f.supervisor.count(kind::crashed) == 3);
}

TEST_CASE("a resume of a running actor changes nothing; without a state a new incarnation begins",
          "[supervised_actor][E1]") {
  child_fixture f{{{"quit", [](puppet& p) { p.self->quit(); }}}};
  f.supervisor.end_quitters(false);
  f.start();
  f.resume();
  CHECK(f.supervisor.lines() == lines{"up #1"});
  f.run("quit");
  f.resume();
  CHECK(f.supervisor.lines() == lines{"up #1", "quit #1: normal", "up #2"});
}

// -- on_start -----------------------------------------------------------------------------------------------------

TEST_CASE("on_start follows each start; an exception in it is a crash like any other",
          "[supervised_actor][B2]") {
  child_fixture f{{{"on_start", [](puppet& p) { p.say("on_start"); }}}};
  f.start();
  CHECK(*f.told == lines{"#1 on_start"});
  (*f.table)["on_start"] = boom;
  f.run("crash");
  f.restart();
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "up #2", "crashed #2: boom"});
  CHECK(f.child.record->failures == 2);
}

TEST_CASE("behind a barrier on_start waits for the signal, and later incarnations do not",
          "[supervised_actor][B2]") {
  child_fixture f{{{"on_start", [](puppet& p) { p.say("on_start"); }}}};
  f.setup.wait_for_start_signal = true;
  f.start();
  CHECK(f.supervisor.lines() == lines{"up #1"});
  f.run("one");
  CHECK(*f.told == lines{"#1 one"});
  const auto when = GENERATE(0, 1, 2);
  if (when == 1) // it does not survive until the signal: the next one waits as well
    f.run("crash");
  if (when == 1)
    f.restart();
  if (when == 2)
    f.run("crash");
  f.supervisor.signal_start(f.child);
  f.supervisor.signal_start(f.child);
  f.time.run();
  if (when == 0)
    f.run("crash");
  if (when != 1)
    f.restart();
  CHECK(f.told->back() == "#2 on_start");
  CHECK(std::count(f.told->begin(), f.told->end(), "#2 on_start") == 1);
  CHECK(std::count(f.told->begin(), f.told->end(), "#1 on_start") == (when == 0 ? 1 : 0));
}

TEST_CASE("a start signal reaches an actor that was resumed before it",
          "[supervised_actor][B2][E1]") {
  child_fixture f{{{"on_start", [](puppet& p) { p.say("on_start"); }}}};
  f.setup.wait_for_start_signal = true;
  f.start();
  f.run("crash");
  f.supervisor.signal_start(f.child);
  f.time.run();
  CHECK(f.told->back() == "#1 crash");
  f.resume();
  CHECK(f.told->back() == "#1 on_start");
}

// -- hooks --------------------------------------------------------------------------------------------------------

TEST_CASE("a restart calls pre_restart on the old state and post_restart on the new one, before "
          "any message",
          "[supervised_actor][E8][E12]") {
  child_fixture f;
  f.start();
  f.tell("crash");
  f.tell("one");
  f.time.run();
  f.memory->attempt = 7;
  f.restart();
  CHECK(*f.told
        == lines{"#1 crash", "#1 pre_restart: boom", "#1 gone", "#2 post_restart: boom, attempt 7",
                 "#2 one"});
}

TEST_CASE("a running actor that is restarted learns so", "[supervised_actor][E8]") {
  child_fixture f;
  f.start();
  f.restart();
  CHECK(*f.told
        == lines{"#1 pre_restart: restarted by its supervisor", "#1 gone",
                 "#2 post_restart: , attempt 0"});
  CHECK_FALSE(f.memory->last_error);
}

TEST_CASE("an exception in pre_restart is counted and stops nothing", "[supervised_actor][E8]") {
  child_fixture f{{{"pre_restart", [](puppet&) { throw 1; }}}};
  f.start();
  f.run("crash");
  f.restart();
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "up #2"});
  CHECK(f.child.record->failures == 2);
  CHECK(f.memory->last_error->detail == "boom");
}

TEST_CASE("an exception in post_restart is a failed start", "[supervised_actor][E8]") {
  child_fixture f{{{"post_restart", [](puppet&) { throw 1; }}}};
  f.start();
  f.run("crash");
  f.restart();
  CHECK(f.supervisor.lines().back() == "start failed (alive): an exception of type int");
  CHECK(f.told->back() == "#2 gone");
}

TEST_CASE(
  "no hook of a restart is called when there is none: a halt, a quit, a stop, the first start",
  "[supervised_actor][E8]") {
  child_fixture f{{{"quit", [](puppet& p) { p.self->quit(); }}}};
  f.start();
  SECTION("halt") {
    f.halt();
  }
  SECTION("quit") {
    f.run("quit");
  }
  SECTION("stop") {
    f.stop();
  }
  SECTION("a stop after a crash") {
    f.run("crash");
    f.stop();
  }
  for (const auto& line : *f.told)
    CHECK(line.find("restart") == std::string::npos);
  CHECK(f.told->back() == "#1 gone");
}

// -- what is left behind ------------------------------------------------------------------------------------------

TEST_CASE("a new incarnation learns its number, the attempt and the last error",
          "[supervised_actor][E12]") {
  child_fixture f{{{"new", [](puppet& p) {
                      const auto why = p.self->last_error();
                      p.say("attempt " + std::to_string(p.self->restart_attempt()) + " after "
                            + (why ? why->detail : "nothing"));
                    }}}};
  f.start();
  f.run("crash");
  f.memory->attempt = 1;
  f.restart();
  CHECK(f.told->at(0) == "#1 attempt 0 after nothing");
  CHECK(f.told->at(4) == "#2 attempt 1 after boom");
}

TEST_CASE("an actor that was given no memory has one as soon as it is to be brought back",
          "[supervised_actor][E12]") {
  child_fixture f{{{"quit", [](puppet& p) { p.self->quit(); }}}};
  f.supervisor.end_quitters(false);
  f.setup.memory = nullptr;
  f.start();
  CHECK_FALSE(f.child.record->memory);
  SECTION("crash") { f.run("crash"); }
  SECTION("quit") { f.run("quit"); }
  SECTION("halt") { f.halt(); }
  REQUIRE(f.child.record->memory);
  f.child.record->memory->attempt = 1;
  f.restart();
  CHECK(f.told->back().ends_with("attempt 1"));
  CHECK(f.child.record->incarnation == 2);
}

TEST_CASE("a failed start is the last error of the incarnation after it, a normal end is none",
          "[supervised_actor][E12]") {
  child_fixture f{{{"quit", [](puppet& p) { p.self->quit(); }}}};
  f.supervisor.end_quitters(false);
  f.start();
  f.run("crash");
  (*f.table)["new"] = [](puppet&) { throw std::runtime_error{"no disk"}; };
  f.restart();
  CHECK(f.memory->last_error == error{errc::start_failed, "no disk"});
  f.table->erase("new");
  f.restart();
  CHECK(f.told->back() == "#3 post_restart: no disk, attempt 0");
  f.run("quit");
  CHECK_FALSE(f.memory->last_error);
  CHECK(f.child.record->last_error() == error{errc::start_failed, "no disk"}); // of all times
}

TEST_CASE("a new actor behind the same path goes on counting and knows what came before",
          "[supervised_actor][E11][E12]") {
  child_fixture f{{{"save", [](puppet& p) { p.self->checkpoint(std::string{"forty-two"}, 3); }},
                   {"new", [](puppet& p) {
                      p.say(p.self->last_checkpoint<std::string>(3).value_or("nothing"));
                    }}}};
  f.start();
  f.run("save");
  f.run("crash");
  f.supervisor.end(f.child, exit_class::crashed, {errc::crashed, "boom"});
  f.time.run();
  const auto first = f.child.handle->id();
  f.start();
  CHECK(f.child.handle->id() != first);
  CHECK(f.supervisor.lines().back() == "up #2");
  CHECK(f.child.record->restarts == 1);
  CHECK(lines(f.told->end() - 2, f.told->end())
        == lines{"#2 forty-two", "#2 post_restart: boom, attempt 0"});
}

TEST_CASE("a snapshot is offered as what it is and in its version, or not at all",
          "[supervised_actor][E11]") {
  child_fixture f{{
    {"save",
     [](puppet& p) {
       p.self->checkpoint(1);
       p.self->checkpoint(std::vector<int>{4, 2}, 2);
     }},
    {"load",
     [](puppet& p) {
       CHECK_FALSE(p.self->last_checkpoint<int>());
       CHECK_FALSE(p.self->last_checkpoint<int>(2));
       CHECK_FALSE(p.self->last_checkpoint<std::vector<int>>());
       CHECK_FALSE(p.self->last_checkpoint<std::vector<int>>(1));
       CHECK(p.self->last_checkpoint<std::vector<int>>(2) == std::vector<int>{4, 2});
       CHECK(p.self->last_checkpoint<std::vector<int>>(2)); // it stays
     }},
    {"none", [](puppet& p) { CHECK_FALSE(p.self->last_checkpoint<int>()); }},
  }};
  if (GENERATE(false, true))
    f.setup.memory = nullptr; // it makes its own
  f.start();
  f.run("none");
  f.run("save");
  f.run("crash");
  f.restart();
  f.run("load");
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "up #2"});
}

// -- own actors ---------------------------------------------------------------------------------------------------

namespace {

/// A plain CAF actor.
class plain final : public caf::event_based_actor {
public:
  explicit plain(caf::actor_config& cfg) : caf::event_based_actor(cfg) {}
  caf::behavior make_behavior() override {
    return {[](int i) { return i; }};
  }
};

} // namespace

TEST_CASE("actors an incarnation owns are stopped when it ends", "[supervised_actor][E9]") {
  auto script = std::make_shared<child_script>();
  started_child ours;
  caf::actor theirs;
  child_fixture f{{{"own",
                    [&](puppet& p) {
                      p.self->own(ours.handle);
                      p.self->own(theirs);
                    }},
                   {"quit", [](puppet& p) { p.self->quit(); }}}};
  f.supervisor.end_quitters(false);
  f.start();
  ours = *f.supervisor.start(make_scripted_child("ours", script));
  theirs = f.time.system().spawn<plain>();
  f.run("own");
  CHECK(f.time.running() == 3);
  SECTION("crash and restart") {
    f.run("crash");
    CHECK(f.time.running() == 3); // it may be resumed
    f.restart();
    CHECK(f.time.running() == 1);
  }
  SECTION("quit") {
    f.run("quit");
    CHECK(f.time.running() == 1);
  }
  SECTION("halt") {
    f.halt();
    CHECK(f.time.running() == 1);
  }
  SECTION("stop") {
    f.stop();
    CHECK(f.time.running() == 0);
  }
  CHECK(script->stop_requests() == 1);
  theirs = nullptr;
}

TEST_CASE("an own actor that has ended is nobody's business", "[supervised_actor][E9]") {
  caf::actor theirs;
  child_fixture f{{{"own", [&](puppet& p) { p.self->own(theirs); }}}};
  f.start();
  for (int i = 0; i < 3; ++i) {
    theirs = f.time.system().spawn<plain>();
    f.run("own");
    caf::anon_send_exit(theirs, caf::exit_reason::kill);
    f.time.run();
  }
  theirs = nullptr;
  f.restart();
  CHECK(f.time.running() == 1);
}
