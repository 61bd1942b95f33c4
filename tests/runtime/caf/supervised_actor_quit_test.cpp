// quit, halt and the directives that follow: the incarnation ends, and somebody else says what becomes of the actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/scripted_child.hpp"
#include "tests/runtime/caf/child_fixture.hpp"

#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::fixture_test;
using namespace troupe::testkit;
using namespace std::chrono_literals;
using kind = child_report::kind_type;

namespace {

/// A fixture whose supervisor leaves a child that has quit alone.
struct undecided : child_fixture {
  explicit undecided(puppet::actions actions = {}, actor_policy policy = {})
    : child_fixture(std::move(actions), policy) {
    supervisor.end_quitters(false);
    start();
  }
};

void quit(puppet& p) {
  p.self->quit();
}

} // namespace

// -- quit ---------------------------------------------------------------------------------------------------------

TEST_CASE("quit ends the incarnation, the supervisor hears how, and the actor waits",
          "[supervised_actor][A5]") {
  struct row {
    std::string what;
    exit_class how;
    error why;
  };
  const auto r = GENERATE(row{"normal", exit_class::normal, {}},
                          row{"shutdown", exit_class::shutdown, {errc::stopped, ""}},
                          row{"failed", exit_class::crashed, {errc::io_error, "disk full"}},
                          row{"killed", exit_class::killed, {errc::gone, ""}},
                          row{"for good", exit_class::normal, {errc::do_not_restart, "/test/a"}},
                          row{"tree", exit_class::normal, {errc::end_tree, "/test/a"}});
  undecided f{{
    {"normal", quit},
    {"shutdown", [](puppet& p) { p.self->quit(caf::exit_reason::user_shutdown); }},
    {"failed",
     [](puppet& p) {
       p.self->quit(to_caf({errc::io_error, "disk full"}));
     }},
    {"killed", [](puppet& p) { p.self->quit(caf::exit_reason::kill); }},
    {"for good", [](puppet& p) { p.self->end_for_good(); }},
    {"tree", [](puppet& p) { p.self->end_tree(); }},
  }};
  const auto q = f.ask(r.what);
  CHECK(*f.probe.answer<std::uint32_t>(q) == 1); // the handler was finished
  const auto report = f.supervisor.reports().back();
  CHECK(report.kind == kind::quit);
  CHECK(report.incarnation == 1);
  CHECK(report.how == r.how);
  CHECK(report.why.code == r.why.code);
  if (!r.why.detail.empty())
    CHECK(report.why.detail == r.why.detail);
  CHECK(f.told->back() == "#1 gone");
  CHECK(f.time.running() == 1);
  CHECK(f.child.record->state == actor_state::backoff);
  CHECK(f.memory->last_error.has_value() == !is_normal(r.how));

  f.supervisor.end(f.child, report.how, report.why);
  f.probe.watch(f.child.handle);
  f.time.run();
  const auto down = f.probe.expect<caf::down_msg>();
  REQUIRE(down);
  CHECK(classify(down->reason) == r.how);
  if (r.why.code == errc::do_not_restart || r.why.code == errc::end_tree)
    CHECK(from_caf(down->reason).code == r.why.code);
  CHECK(f.child.record->state == (is_normal(r.how) ? actor_state::stopped : actor_state::failed));
  CHECK(f.time.running() == 0);
}

TEST_CASE("what an actor has after a quit comes to nothing before a new incarnation",
          "[supervised_actor][E9][E10]") {
  undecided f{
    {{"arm", [](puppet& p) { p.self->run_after(10ms, [&p] { p.say("due"); }); }}, {"quit", quit}}};
  f.run("arm");
  f.run("quit");
  f.time.advance(1s);
  CHECK(*f.told == lines{"#1 arm", "#1 quit", "#1 gone"});
}

TEST_CASE("messages wait while an actor that has quit is decided about, and reach the next "
          "incarnation in order",
          "[supervised_actor][E3][E6]") {
  undecided f{{{"quit", quit}}};
  f.tell("quit");
  f.tell("one");
  f.time.run();
  f.tell("two");
  const auto q = f.ask("three");
  CHECK(f.refusal(q) == errc::restarting);
  f.restart();
  CHECK(f.supervisor.lines() == lines{"up #1", "quit #1: normal", "up #2"});
  CHECK(*f.told == lines{"#1 quit", "#1 gone", "#2 post_restart: , attempt 0", "#2 one", "#2 two"});
}

TEST_CASE("only the first quit counts, also one out of another handler", "[supervised_actor]") {
  undecided f{{{"quit", [](puppet& p) {
                  p.self->quit(to_caf({errc::io_error, "first"}));
                  p.self->quit();
                }}}};
  f.run("quit");
  CHECK(f.supervisor.reports().back().why.detail == "first");
  CHECK(f.supervisor.count(kind::quit) == 1);
}

TEST_CASE("a quit in the constructor, in make_behavior or in on_start: up, then quit",
          "[supervised_actor]") {
  const auto where = GENERATE(as<std::string>{}, "new", "make", "on_start");
  child_fixture f{{{where, quit}}};
  f.supervisor.end_quitters(false);
  f.start();
  CHECK(f.supervisor.lines() == lines{"up #1", "quit #1: normal"});
  f.restart();
  CHECK(f.supervisor.lines() == lines{"up #1", "quit #1: normal", "up #2", "quit #2: normal"});
}

TEST_CASE("a quit in a timer, in an answer or by a destructor", "[supervised_actor]") {
  undecided f{{
    {"arm", [](puppet& p) { p.self->run_after(1ms, [&p] { p.self->quit(); }); }},
  }};
  f.run("arm");
  f.time.advance(1ms);
  CHECK(f.supervisor.lines() == lines{"up #1", "quit #1: normal"});
}

TEST_CASE("a quit ends an actor whose supervisor has gone, and one that never had one",
          "[supervised_actor]") {
  virtual_time_system time;
  auto table = std::make_shared<puppet::actions>(puppet::actions{{"quit", quit}});
  auto told = std::make_shared<lines>();
  actor_probe probe{time.system()};
  actor_setup setup{std::make_shared<actor_record>("/alone", "puppet"), {}};
  SECTION("gone") {
    const fake_supervisor supervisor{time.system()};
    setup.supervisor = caf::actor_cast<caf::weak_actor_ptr>(supervisor.handle());
  }
  SECTION("none") {}
  const auto actor = time.system()
                       .spawn<stateful<caf::event_based_actor, puppet,
                                       std::shared_ptr<puppet::actions>, std::shared_ptr<lines>>>(
                         setup, std::tuple{table, told});
  time.run();
  probe.send(caf::actor_cast<caf::strong_actor_ptr>(actor), go{"quit"});
  time.run();
  CHECK(setup.record->state == actor_state::stopped);
  CHECK(time.running() == 0);
}

TEST_CASE("an exit message really ends a supervised actor", "[supervised_actor][G15]") {
  undecided f;
  const auto reason = GENERATE(caf::exit_reason::kill, caf::exit_reason::user_shutdown);
  f.probe.send(f.child.handle, caf::exit_msg{f.probe.handle()->address(), caf::make_error(reason)});
  f.time.run();
  CHECK(f.supervisor.count(kind::quit) == 0);
  CHECK(f.supervisor.count(kind::ended) == 1);
}

TEST_CASE("a link does not fire over a restart after a quit, and does when there is none",
          "[supervised_actor][F3][F5]") {
  auto script = std::make_shared<child_script>();
  started_child other;
  undecided f{{{"link", [&](puppet& p) { p.self->link_to(other.handle); }},
               {"quit", [](puppet& p) {
                  p.self->quit(to_caf({errc::io_error, "disk full"}));
                }}}};
  other = *f.supervisor.start(make_scripted_child("other", script));
  f.run("link");
  f.run("quit");
  CHECK(other.record->state == actor_state::idle);
  SECTION("brought back") {
    f.restart();
    CHECK(other.record->state == actor_state::idle);
  }
  SECTION("ended") {
    f.supervisor.end(f.child, exit_class::crashed, {errc::io_error, "disk full"});
    f.time.run();
    CHECK(other.record->state == actor_state::failed);
  }
}

// -- halt ---------------------------------------------------------------------------------------------------------

TEST_CASE("a halt asks the state as a stop does, and the actor stays with its mailbox",
          "[supervised_actor][C2]") {
  undecided f;
  f.supervisor.halt(f.child, {stop_reason::kind_type::requested, "group"});
  f.tell("one");
  f.time.run();
  CHECK(f.supervisor.lines() == lines{"up #1", "halted #1"});
  CHECK(f.time.running() == 1);
  f.restart();
  CHECK(*f.told == lines{"#1 stop: group", "#1 gone", "#2 post_restart: , attempt 0", "#2 one"});
  CHECK(f.supervisor.lines() == lines{"up #1", "halted #1", "up #2"});
}

TEST_CASE("a state that takes its time to halt goes on handling messages; a second halt changes "
          "nothing",
          "[supervised_actor][C2]") {
  undecided f{{{"on_stop", [](puppet& p) {
                  CHECK(p.self->stopping());
                  p.self->run_after(1s, [&p] { p.self->quit(); });
                }}}};
  f.halt();
  f.run("one");
  f.halt();
  CHECK(f.child.record->state == actor_state::stopping);
  CHECK(f.supervisor.lines() == lines{"up #1"});
  f.time.advance(1s);
  CHECK(f.supervisor.lines() == lines{"up #1", "halted #1"});
  CHECK(*f.told == lines{"#1 stop: test", "#1 one", "#1 gone"});
}

TEST_CASE("an actor that is suspended already is halted at once, also twice",
          "[supervised_actor][C2]") {
  undecided f{{{"quit", quit}}};
  const auto how = GENERATE(as<std::string>{}, "crash", "quit");
  f.run(how);
  f.halt();
  f.halt();
  CHECK(f.supervisor.count(kind::halted) == 2);
  CHECK(f.supervisor.reports().back().incarnation == 1);
  f.restart();
  CHECK(f.supervisor.lines().back() == "up #2");
}

TEST_CASE("a crash or a failing hook in a halt counts as halted, with the error kept",
          "[supervised_actor][C2]") {
  undecided f{{{"on_stop", [](puppet& p) { p.perform("late"); }}}};
  std::string expected = "boom";
  SECTION("the hook throws") {
    f.table->emplace("late", boom);
  }
  SECTION("a message crashes it before it is done") {
    f.supervisor.halt(f.child);
    f.tell("crash");
  }
  SECTION("it quits with an error") {
    f.table->emplace("late", [](puppet& p) {
      p.self->quit(to_caf({errc::io_error, "disk full"}));
    });
    expected = "disk full";
  }
  f.halt();
  CHECK(f.supervisor.lines() == lines{"up #1", "halted #1"});
  REQUIRE(f.memory->last_error);
  CHECK(f.memory->last_error->detail == expected);
  f.restart();
  CHECK(f.supervisor.lines().back() == "up #2");
}

TEST_CASE("a stop that comes into a halt wins, without asking the state again",
          "[supervised_actor][G8]") {
  undecided f{{{"on_stop", [](puppet& p) { p.self->run_after(1s, [&p] { p.self->quit(); }); }}}};
  f.halt();
  f.stop();
  f.time.advance(1s);
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: normal"});
  CHECK(*f.told == lines{"#1 stop: test", "#1 gone"});
}

TEST_CASE("a halt after a stop is ignored", "[supervised_actor][G8]") {
  undecided f{{{"on_stop", [](puppet& p) { p.self->run_after(1s, [&p] { p.self->quit(); }); }}}};
  f.stop();
  f.halt();
  f.time.advance(1s);
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: normal"});
}

TEST_CASE("a restart directive into a halt replaces the incarnation", "[supervised_actor][C2]") {
  undecided f{{{"on_stop", [](puppet&) {}}}};
  f.halt();
  f.restart();
  CHECK(f.supervisor.lines() == lines{"up #1", "up #2"});
  f.run("one");
  CHECK(f.told->back() == "#2 one");
  CHECK(f.child.record->state == actor_state::idle);
}

// -- end ----------------------------------------------------------------------------------------------------------

TEST_CASE("an end directive ends the actor without asking the state, whatever it is doing",
          "[supervised_actor][A7][G4]") {
  undecided f{{{"quit", quit}, {"on_stop", [](puppet&) {}}}};
  SECTION("running") {}
  SECTION("crashed") {
    f.run("crash");
  }
  SECTION("quit") {
    f.run("quit");
  }
  SECTION("in the middle of a halt") {
    f.halt();
  }
  SECTION("in the middle of a stop") {
    f.stop();
  }
  const auto asked = std::count(f.told->begin(), f.told->end(), "#1 stop: test");
  f.tell("behind");
  f.supervisor.end(f.child, exit_class::killed);
  f.time.run();
  CHECK(f.supervisor.lines().back() == "ended: killed");
  CHECK(std::count(f.told->begin(), f.told->end(), "#1 stop: test") == asked);
  CHECK(std::count(f.told->begin(), f.told->end(), "#1 gone") == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE("how an actor is ended is what its monitors and its record say",
          "[supervised_actor][F1]") {
  struct row {
    exit_class how;
    exit_class seen;
  };
  const auto r = GENERATE(
    row{exit_class::normal, exit_class::normal}, row{exit_class::shutdown, exit_class::shutdown},
    row{exit_class::crashed, exit_class::crashed}, row{exit_class::killed, exit_class::killed},
    row{exit_class::abandoned, exit_class::killed},
    row{exit_class::start_failed, exit_class::start_failed},
    row{exit_class::escalated, exit_class::escalated},
    row{exit_class::unreachable, exit_class::unreachable});
  undecided f;
  f.probe.watch(f.child.handle);
  f.supervisor.end(f.child, r.how, {errc::io_error, "disk full"});
  f.time.run();
  const auto down = f.probe.expect<caf::down_msg>();
  REQUIRE(down);
  CHECK(classify(down->reason) == r.seen);
  if (r.how == exit_class::crashed)
    CHECK(from_caf(down->reason) == error{errc::io_error, "disk full"});
  CHECK(f.child.record->state == (is_normal(r.seen) ? actor_state::stopped : actor_state::failed));
}

TEST_CASE("a request made after the end was asked for does not hold the end up",
          "[supervised_actor][G4]") {
  undecided f;
  f.table->emplace("on_stop", [&](puppet& p) {
    p.self->quit();
    p.self->request(caf::actor_cast<caf::actor>(f.probe.handle()), caf::infinite, 1).then([](int) {
    });
  });
  f.stop();
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: normal"});
  CHECK(f.time.running() == 0);
}

// -- ignore_start -------------------------------------------------------------------------------------------------

TEST_CASE("a first start that is ignored ends the actor normally", "[supervised_actor][A3]") {
  const auto where = GENERATE(as<std::string>{}, "new", "make");
  child_fixture f{{{where, [](puppet&) { throw ignore_start{}; }}}};
  f.start();
  CHECK(f.supervisor.lines() == lines{"start ignored (ended)", "ended: normal"});
  CHECK(f.child.record->failures == 0);
  CHECK_FALSE(f.child.record->last_error());
  CHECK(f.child.record->state == actor_state::stopped);
}

TEST_CASE("a restart that is ignored leaves the actor suspended", "[supervised_actor][A3]") {
  child_fixture f;
  f.start();
  f.run("crash");
  (*f.table)["make"] = [](puppet&) { throw ignore_start{}; };
  f.restart();
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "start ignored (alive)"});
  CHECK(f.child.record->failures == 1);
  f.table->erase("make");
  f.restart();
  CHECK(f.supervisor.lines().back() == "up #3");
}
