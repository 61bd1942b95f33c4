// What becomes of messages: bounds, the one that crashed the actor, what waits when it ends, what comes too late.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/caf/child_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::fixture_test;
using namespace troupe::testkit;
using namespace std::chrono_literals;
using kind = child_report::kind_type;

namespace {

constexpr auto urgent = caf::message_priority::high;

/// Everything that came was handled, is waiting, or was lost and counted.
void check_counts(const actor_record& record, std::uint64_t waiting = 0) {
  CHECK(record.enqueued == record.processed + record.refused + waiting);
}

} // namespace

// -- while it is not running --------------------------------------------------------------------------------------

TEST_CASE("a request to a suspended actor is told `restarting`, and is a dead letter",
          "[supervised_actor][E6][E7]") {
  child_fixture f;
  f.start();
  f.run("crash");
  const auto q = f.ask("one");
  CHECK(f.probe.refusal(q) == error{errc::restarting, "/test/a"});
  CHECK(f.dead() == lines{"crashed_receiver: crash", "restarting: one?"});
  const auto letter = f.letters->dead_letters().back();
  CHECK(letter.path == "/test/a");
  CHECK(letter.sender == f.probe.handle());
}

TEST_CASE("where requests may wait they are answered by the next incarnation, in order",
          "[supervised_actor][E6]") {
  child_fixture f{{}, {.requests_wait = true}};
  f.start();
  f.run("crash");
  const auto q = f.ask("one");
  f.tell("two");
  f.time.run();
  CHECK_FALSE(f.probe.answered(q));
  f.restart();
  CHECK(*f.probe.answer<std::uint32_t>(q) == 2);
  CHECK(lines(f.told->end() - 2, f.told->end()) == lines{"#2 one", "#2 two"});
}

TEST_CASE("what does not fit into the stash is counted and published",
          "[supervised_actor][E4][E7]") {
  child_fixture f{{}, {.restart_stash = 2, .requests_wait = true}};
  f.start();
  f.run("crash");
  for (const auto* what : {"one", "two", "three"})
    f.tell(what);
  const auto q = f.ask("four");
  CHECK(f.refusal(q) == errc::restarting);
  CHECK(f.child.record->refused == 2);
  CHECK(f.dead() == lines{"crashed_receiver: crash", "restarting: three", "restarting: four?"});
  f.restart();
  CHECK(lines(f.told->end() - 2, f.told->end()) == lines{"#2 one", "#2 two"});
  check_counts(*f.child.record);
}

// -- a bounded mailbox --------------------------------------------------------------------------------------------

TEST_CASE("a full mailbox turns the next one away", "[supervised_actor][E4]") {
  child_fixture f{{}, {.mailbox_limit = 2}};
  f.start();
  f.tell("one");
  f.tell("two");
  f.tell("three");
  const auto q = f.probe.ask(f.child.handle, ask_to{"four"});
  CHECK(f.refusal(q) == errc::overloaded);
  f.tell("hurry", urgent);
  f.time.run();
  CHECK(*f.told == lines{"#1 hurry", "#1 one", "#1 two"});
  CHECK(f.dead() == lines{"overloaded: three", "overloaded: four?"});
  CHECK(f.child.record->refused == 2);
  f.run("five");
  CHECK(f.told->back() == "#1 five");
  check_counts(*f.child.record);
}

TEST_CASE("the newest may be dropped without a word, requests too", "[supervised_actor][E4]") {
  child_fixture f{{}, {.mailbox_limit = 1, .overflow = overflow_policy::drop_newest}};
  f.start();
  f.tell("one");
  const auto q = f.ask("two");
  CHECK_FALSE(f.probe.answered(q));
  CHECK(f.dead() == lines{"overloaded: two?"});
  CHECK(*f.told == lines{"#1 one"});
}

TEST_CASE("the oldest may be dropped; a request among them is told", "[supervised_actor][E4]") {
  child_fixture f{{}, {.mailbox_limit = 2, .overflow = overflow_policy::drop_oldest}};
  f.start();
  const auto q = f.probe.ask(f.child.handle, ask_to{"one"});
  for (const auto* what : {"two", "three", "four"})
    f.tell(what);
  f.tell("five"); // twice the limit: turned away, or memory would have no bound
  CHECK(f.dead() == lines{"overloaded: five"});
  f.time.run();
  CHECK(*f.told == lines{"#1 three", "#1 four"});
  CHECK(f.probe.refusal(q) == error{errc::overloaded, "/test/a"});
  CHECK(f.dead() == lines{"overloaded: five", "overloaded: one?", "overloaded: two"});
  check_counts(*f.child.record);
  f.run("six");
  CHECK(f.told->back() == "#1 six");
}

TEST_CASE("a full mailbox lets answers and timers in", "[supervised_actor][E4]") {
  child_fixture f{{{"ask",
                    [](puppet& p) {
                      p.self->run_after(0ns, [&p] { p.say("due"); });
                      p.self
                        ->request(caf::actor_cast<caf::actor>(p.self->ctrl()), 1s, ask_to{"own"})
                        .then([&p](std::uint32_t) { p.say("answered"); });
                    }}},
                  {.mailbox_limit = 1}};
  f.start();
  f.run("ask");
  f.time.advance(1ns);
  CHECK(*f.told == lines{"#1 ask", "#1 own", "#1 answered", "#1 due"});
  CHECK(f.child.record->refused == 0);
}

TEST_CASE("the limit of a mailbox holds while its actor is suspended, too",
          "[supervised_actor][E4]") {
  child_fixture f{{}, {.mailbox_limit = 2}};
  f.start();
  f.run("crash");
  for (const auto* what : {"one", "two", "three"})
    f.tell(what);
  f.restart();
  CHECK(lines(f.told->end() - 2, f.told->end()) == lines{"#2 one", "#2 two"});
  CHECK(f.dead().back() == "overloaded: three");
}

// -- the message that crashed it ----------------------------------------------------------------------------------

TEST_CASE("the message that crashed the actor is a dead letter and never comes again",
          "[supervised_actor][E5][E7]") {
  child_fixture f;
  f.start();
  const auto q = f.ask("crash");
  CHECK(f.probe.refusal(q) == error{errc::crashed, "boom"});
  f.restart();
  CHECK(f.dead() == lines{"crashed_receiver: crash?"});
  CHECK(std::count(f.told->begin(), f.told->end(), "#2 crash") == 0);
  CHECK(f.child.record->refused == 0); // it was handled
  check_counts(*f.child.record);
}

TEST_CASE("if it is to be tried again it comes before all others, once, and is answered then",
          "[supervised_actor][E5]") {
  child_fixture f{{}, {.retry_crashed = true}};
  (*f.table)["fragile"] = [](puppet& p) {
    if (p.self->incarnation() == 1)
      throw std::runtime_error{"boom"};
  };
  f.start();
  const auto q = f.probe.ask(f.child.handle, ask_to{"fragile"});
  f.tell("behind");
  f.time.run();
  CHECK_FALSE(f.probe.answered(q));
  CHECK(f.child.record->depth() == 2);
  CHECK(f.dead().empty());
  f.tell("hurry", urgent);
  f.restart();
  CHECK(*f.probe.answer<std::uint32_t>(q) == 2);
  CHECK(f.probe.answers_to(q) == 1);
  CHECK(*f.told
        == lines{"#1 fragile", "#1 pre_restart: boom", "#1 gone",
                 "#2 post_restart: boom, attempt 0", "#2 fragile", "#2 hurry", "#2 behind"});
  CHECK(f.dead().empty());
  check_counts(*f.child.record);
}

TEST_CASE("a message that crashes its second incarnation, too, is given up",
          "[supervised_actor][E5][E7]") {
  child_fixture f{{}, {.retry_crashed = true}};
  f.start();
  const auto q = f.ask("crash");
  f.restart();
  CHECK(f.probe.refusal(q) == error{errc::crashed, "boom"});
  CHECK(f.probe.answers_to(q) == 1);
  CHECK(f.dead() == lines{"crashed_receiver: crash?"});
  CHECK(f.supervisor.lines() == lines{"up #1", "crashed #1: boom", "up #2", "crashed #2: boom"});
  f.restart();
  f.run("one");
  CHECK(f.told->back() == "#3 one");
  // Another one has its own two tries.
  const auto other = f.ask("crash");
  CHECK_FALSE(f.probe.answered(other));
}

TEST_CASE("a message that waits for its second try survives a failed restart",
          "[supervised_actor][E5]") {
  child_fixture f{{}, {.retry_crashed = true}};
  (*f.table)["fragile"] = [](puppet& p) {
    if (p.self->incarnation() == 1)
      throw std::runtime_error{"boom"};
  };
  f.start();
  const auto q = f.ask("fragile");
  (*f.table)["new"] = boom;
  f.restart();
  f.table->erase("new");
  CHECK_FALSE(f.probe.answered(q));
  f.restart();
  CHECK(*f.probe.answer<std::uint32_t>(q) == 3);
}

TEST_CASE("a message that waits for its second try is given up when there is none",
          "[supervised_actor][E1][E5][E7]") {
  child_fixture f{{}, {.retry_crashed = true}};
  f.start();
  const auto q = f.ask("crash");
  SECTION("the actor is resumed") {
    f.resume();
  }
  SECTION("the actor is stopped") {
    f.stop();
  }
  SECTION("the actor is ended") {
    f.supervisor.end(f.child, exit_class::crashed, {errc::crashed, "boom"});
    f.time.run();
  }
  CHECK(f.probe.refusal(q) == error{errc::crashed, "boom"});
  CHECK(f.probe.answers_to(q) == 1);
  CHECK(f.dead() == lines{"crashed_receiver: crash?"});
  check_counts(*f.child.record);
}

TEST_CASE("a request whose answer was taken over is tried again, but not answered twice",
          "[supervised_actor][E5]") {
  child_fixture f{{}, {.retry_crashed = true}};
  (*f.table)["take"] = [](puppet& p) {
    const auto promise = p.self->make_promise();
    if (p.self->incarnation() == 1)
      throw std::runtime_error{"boom"};
  };
  f.start();
  const auto q = f.ask("take");
  CHECK(f.refusal(q) == errc::promise_dropped);
  f.restart();
  CHECK(f.told->back() == "#2 take");
  CHECK(f.probe.answers_to(q) == 1);
}

// -- the end ------------------------------------------------------------------------------------------------------

TEST_CASE("what waits when the actor ends is answered and published, and so is what comes later",
          "[supervised_actor][E6][E7]") {
  struct row {
    exit_class how;
    errc told;
  };
  const auto r = GENERATE(
    row{exit_class::normal, errc::stopped}, row{exit_class::shutdown, errc::stopped},
    row{exit_class::crashed, errc::gone}, row{exit_class::killed, errc::gone});
  child_fixture f;
  f.start();
  const auto suspended = GENERATE(false, true);
  if (suspended)
    f.run("crash");
  f.tell("one");
  const auto waits = suspended ? question{} : f.probe.ask(f.child.handle, ask_to{"two"});
  f.tell("hurry", urgent);
  f.supervisor.end(f.child, r.how, {errc::io_error, "disk full"});
  if (!suspended)
    f.tell("crash", urgent); // behind the end
  f.time.run();
  const auto late = f.ask("late");
  f.run("later");
  CHECK(f.probe.refusal(late) == error{r.told, "/test/a"});
  if (!suspended) {
    CHECK(f.probe.refusal(waits) == error{r.told, "/test/a"});
    CHECK(f.dead()
          == lines{"ended: crash", "ended: one", "ended: two?", "gone: late?", "gone: later"});
  } else {
    CHECK(f.dead()
          == lines{"crashed_receiver: crash", "ended: hurry", "ended: one", "gone: late?",
                   "gone: later"});
  }
  check_counts(*f.child.record);
}

TEST_CASE("notices, timers and the supervisor's own messages are no dead letters",
          "[supervised_actor][E7]") {
  child_fixture f{
    {{"arm", [](puppet& p) { p.self->run_after(1ms, [] {}); }}, {"on_stop", [](puppet&) {}}}};
  f.start();
  f.run("arm");
  f.supervisor.halt(f.child);
  f.supervisor.end(f.child);
  f.supervisor.restart(f.child);
  f.supervisor.stop(f.child);
  f.probe.send(f.child.handle, caf::down_msg{});
  f.time.advance(1s);
  f.supervisor.resume(f.child);
  f.supervisor.signal_start(f.child);
  f.time.run();
  CHECK(f.dead().empty());
  CHECK(f.child.record->refused > 0);
}

TEST_CASE("without a sink what is lost is counted", "[supervised_actor][E7]") {
  child_fixture f;
  f.setup.dead_letters = nullptr;
  f.start();
  f.run("crash");
  f.ask("one");
  f.stop();
  f.run("two");
  CHECK(f.child.record->refused == 2);
}

// -- a stop that drains -------------------------------------------------------------------------------------------

TEST_CASE("a draining stop comes after what arrived before it; what arrives later is lost",
          "[supervised_actor][G1]") {
  child_fixture f{{{"on_stop", [](puppet& p) { p.self->run_after(1s, [&p] { p.self->quit(); }); }}},
                  {.drain_before_stop = true}};
  f.start();
  for (int i = 0; i < 20; ++i)
    f.tell("before");
  f.supervisor.stop(f.child);
  f.tell("behind");
  const auto q = f.probe.ask(f.child.handle, ask_to{"behind, too"});
  f.time.run();
  CHECK(f.told->size() == 21);
  CHECK(f.told->back() == "#1 stop: test");
  CHECK(f.refusal(q) == errc::stopped);
  const auto late = f.ask("late");
  CHECK(f.refusal(late) == errc::stopped);
  CHECK(f.dead() == lines{"ended: behind", "ended: behind, too?", "ended: late?"});
  f.time.advance(1s);
  CHECK(f.supervisor.lines() == lines{"up #1", "ended: normal"});
  check_counts(*f.child.record);
}

TEST_CASE("answers and timers still come while a drained actor says good-bye",
          "[supervised_actor][G1]") {
  child_fixture f{{}, {.drain_before_stop = true}};
  f.start();
  f.table->emplace("on_stop", [&](puppet& p) {
    p.self->request(caf::actor_cast<caf::actor>(f.probe.handle()), 1s, go{"bye"})
      .then([](int) {},
            [&p](const caf::error&) {
              p.say("no answer");
              p.self->quit();
            });
  });
  f.stop();
  f.time.advance(1s);
  CHECK(*f.told == lines{"#1 stop: test", "#1 no answer", "#1 gone"});
}

TEST_CASE("a crash or a quit while a stop waits behind the mailbox ends the actor",
          "[supervised_actor][G1][G9]") {
  child_fixture f{{{"quit", [](puppet& p) { p.self->quit(); }}}, {.drain_before_stop = true}};
  f.start();
  const auto what = GENERATE(as<std::string>{}, "crash", "quit");
  f.tell(what);
  f.tell("behind");
  f.stop();
  CHECK(f.supervisor.lines()
        == lines{"up #1", what == "crash" ? "ended: crashed" : "ended: normal"});
  CHECK(f.dead().back() == "ended: behind");
}

TEST_CASE("a suspended actor has nothing to drain: it stops at once", "[supervised_actor][G1]") {
  child_fixture f{{}, {.drain_before_stop = true}};
  f.start();
  f.run("crash");
  f.tell("one");
  f.stop();
  CHECK(f.supervisor.lines().back() == "ended: shutdown");
  CHECK(f.dead().back() == "ended: one");
}
