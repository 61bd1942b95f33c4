// What belonged to an incarnation never reaches the next one.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace incarnation_test {

struct go {
  std::string what;
};

} // namespace incarnation_test

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(incarnation_test::go)

namespace {

using incarnation_test::go;
using lines = std::vector<std::string>;
using story = std::shared_ptr<lines>;
constexpr auto urgent = caf::message_priority::high;

/// A state that does what the test's table says, in its constructor and on `go`.
struct puppet {
  using actions = std::map<std::string, std::function<void(puppet&)>>;
  static constexpr std::string_view type_name = "puppet";

  puppet(supervised_actor* s, actions a, story n)
    : self(s), table(std::move(a)), told(std::move(n)) {}

  caf::behavior make_behavior() {
    self->set_down_handler([this](caf::scheduled_actor*, caf::down_msg&) { say("down"); });
    self->set_exit_handler([this](caf::scheduled_actor*, caf::exit_msg&) { say("exit"); });
    if (const auto it = table.find("make"); it != table.end())
      it->second(*this);
    return {
      [this](const go& order) { table.at(order.what)(*this); },
      [this](const crash&) { throw 1; },
    };
  }

  void say(const std::string& what) const {
    told->push_back("#" + std::to_string(self->incarnation()) + " " + what);
  }

  supervised_actor* self;
  actions table;
  story told;
};

struct fixture {
  explicit fixture(puppet::actions actions)
    : child(*supervisor.start(make_child<puppet>("a", std::move(actions), told))) {
    time.run();
  }
  ~fixture() {
    supervisor.stop(child);
    time.run();
  }

  void tell(const std::string& what) {
    probe.send(child.handle, go{what});
    time.run();
  }
  void crash_and_restart() {
    probe.send(child.handle, crash{});
    time.run();
    supervisor.restart(child);
    time.run();
  }

  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  story told = std::make_shared<lines>();
  /// Somebody to watch, to link to and to ask.
  std::shared_ptr<child_script> other_script = std::make_shared<child_script>();
  started_child other = *supervisor.start(make_scripted_child("other", other_script));
  started_child child;
};

} // namespace

// -- timers ---------------------------------------------------------------------------------------------------------

TEST_CASE("a timer runs once, at its time", "[supervised_actor]") {
  fixture f{{{"arm", [](puppet& p) { p.self->run_after(10ms, [&p] { p.say("due"); }); }}}};
  f.tell("arm");
  f.time.advance(10ms - 1ns);
  CHECK(f.told->empty());
  f.time.advance(1ns);
  CHECK(*f.told == lines{"#1 due"});
  f.time.advance(1h);
  CHECK(*f.told == lines{"#1 due"});
}

TEST_CASE("a timer of the old incarnation never runs, wherever it is when the restart comes",
          "[supervised_actor]") {
  fixture f{{{"arm", [](puppet& p) { p.self->run_after(10ms, [&p] { p.say("due"); }); }}}};
  SECTION("not due yet") {
    f.tell("arm");
    f.crash_and_restart();
    f.time.advance(1s);
  }
  SECTION("due while suspended") {
    f.tell("arm");
    f.probe.send(f.child.handle, crash{});
    f.time.run();
    f.time.advance(1s);
    f.supervisor.restart(f.child);
    f.time.run();
  }
  SECTION("a running actor is restarted") {
    f.tell("arm");
    f.supervisor.restart(f.child);
    f.time.advance(1s);
  }
  CHECK(f.told->empty());
  CHECK(f.child.record->incarnation == 2);
}

TEST_CASE("a cancelled timer does not run; cancelling again, or one that has run, changes nothing",
          "[supervised_actor]") {
  auto id = std::make_shared<timer_id>();
  fixture f{{{"arm", [id](puppet& p) { *id = p.self->run_after(10ms, [&p] { p.say("due"); }); }},
             {"cancel", [id](puppet& p) { p.self->cancel(*id); }}}};
  f.tell("arm");
  f.tell("cancel");
  f.tell("cancel");
  f.time.advance(1s);
  CHECK(f.told->empty());
  f.tell("arm");
  f.time.advance(10ms);
  f.tell("cancel");
  CHECK(*f.told == lines{"#1 due"});
}

TEST_CASE("timers due at the same time run in the order in which they were set",
          "[supervised_actor]") {
  fixture f{{{"arm", [](puppet& p) {
                for (const char* name : {"a", "b", "c"})
                  p.self->run_after(5ms, [&p, name] { p.say(name); });
              }}}};
  f.tell("arm");
  f.time.advance(5ms);
  CHECK(*f.told == lines{"#1 a", "#1 b", "#1 c"});
}

TEST_CASE("a timer may set and cancel timers, its own included", "[supervised_actor]") {
  auto id = std::make_shared<timer_id>();
  fixture f{{{"arm", [id](puppet& p) {
                *id = p.self->run_after(1ms, [&p, id] {
                  p.self->cancel(*id);
                  p.say("first");
                  p.self->run_after(1ms, [&p] { p.say("second"); });
                });
              }}}};
  f.tell("arm");
  f.time.advance(2ms);
  CHECK(*f.told == lines{"#1 first", "#1 second"});
}

TEST_CASE("a delay without end never comes, it does not come at once", "[supervised_actor]") {
  fixture f{{{"arm", [](puppet& p) {
                p.self->run_after(std::chrono::nanoseconds::max(), [&p] { p.say("due"); });
              }}}};
  f.tell("arm");
  f.time.advance(24h);
  CHECK(f.told->empty());
}

TEST_CASE("a promise made in a timer is one to nobody, not to the request handled before",
          "[supervised_actor]") {
  auto kept = std::make_shared<answer_promise>();
  fixture f{{{"arm", [kept](puppet& p) {
                p.self->run_after(1ms, [&p, kept] { *kept = p.self->make_promise(); });
              }}}};
  const auto q = f.probe.ask(f.child.handle, go{"arm"});
  f.time.run();
  f.time.advance(1ms);
  CHECK_FALSE(kept->pending());
  CHECK(f.probe.answers_to(q) == 1);
}

// -- answers --------------------------------------------------------------------------------------------------------

TEST_CASE("an answer to the old incarnation's request is dropped, and so is its timeout",
          "[supervised_actor]") {
  caf::strong_actor_ptr other;
  auto ask = [&other](puppet& p) {
    p.self->request(caf::actor_cast<caf::actor>(other), 1s, keep{})
      .then([&p](done) { p.say("answer"); }, [&p](const caf::error&) { p.say("error"); });
  };
  fixture f{{{"ask", ask}}};
  other = f.other.handle;
  f.tell("ask");
  f.crash_and_restart();
  SECTION("the answer comes late") {
    f.probe.send(f.other.handle, answer_kept{});
    f.time.run();
  }
  SECTION("no answer comes") {
    f.time.advance(2s);
  }
  SECTION("the new incarnation asks, too, and gets its own") {
    f.tell("ask");
    f.probe.send(f.other.handle, answer_kept{});
    f.time.run();
    CHECK(*f.told == lines{"#2 answer"});
    f.told->clear();
  }
  CHECK(f.told->empty());
  CHECK(f.child.record->state == actor_state::idle);
  other = nullptr;
}

TEST_CASE("an answer that waits in the mailbox at the crash is dropped", "[supervised_actor]") {
  caf::strong_actor_ptr other;
  auto ask = [&other](puppet& p) {
    p.self->request(caf::actor_cast<caf::actor>(other), 1s, which_incarnation{})
      .then([&p](std::uint32_t) { p.say("answer"); }, [&p](const caf::error&) { p.say("error"); });
  };
  fixture f{{{"ask", ask}}};
  other = f.other.handle;
  f.probe.send(f.child.handle, go{"ask"});
  f.probe.send(f.child.handle, crash{});
  f.time.run();
  CHECK(f.child.record->depth() == 1);
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.told->empty());
  CHECK(f.child.record->depth() == 0);
  other = nullptr;
}

// -- monitors and links ---------------------------------------------------------------------------------------------

TEST_CASE("a monitor of the old incarnation is undone", "[supervised_actor]") {
  caf::strong_actor_ptr other;
  fixture f{{{"watch", [&](puppet& p) { p.self->monitor(other); }}}};
  other = f.other.handle;
  f.tell("watch");
  f.crash_and_restart();
  f.supervisor.stop(f.other);
  f.time.run();
  CHECK(f.told->empty());
  other = nullptr;
}

TEST_CASE(
  "a down message that waits in the mailbox at the crash is the old incarnation's and is dropped",
  "[supervised_actor]") {
  caf::strong_actor_ptr other;
  auto watch = [&](puppet& p) { p.self->monitor(other); };
  SECTION("the new incarnation does not watch") {
    fixture f{{{"watch", watch}}};
    other = f.other.handle;
    f.tell("watch");
    f.probe.send(f.child.handle, crash{});
    f.supervisor.stop(f.other);
    f.time.run();
    CHECK(f.child.record->depth() == 1);
    f.supervisor.restart(f.child);
    f.time.run();
    CHECK(f.told->empty());
    other = nullptr;
  }
  SECTION("the new incarnation watches the same actor, and is told once") {
    fixture f{{{"make",
                [&](puppet& p) {
                  if (other)
                    p.self->monitor(other);
                }},
               {"watch", watch}}};
    other = f.other.handle;
    f.tell("watch");
    f.probe.send(f.child.handle, crash{});
    f.supervisor.stop(f.other);
    f.time.run();
    f.supervisor.restart(f.child);
    f.time.run();
    CHECK(*f.told == lines{"#2 down"});
    other = nullptr;
  }
}

TEST_CASE("a monitor works as CAF's: once for each call, and at once when the other has ended",
          "[supervised_actor]") {
  caf::strong_actor_ptr other;
  fixture f{{{"watch", [&](puppet& p) { p.self->monitor(other); }},
             {"unwatch", [&](puppet& p) { p.self->demonitor(other); }}}};
  other = f.other.handle;
  f.tell("watch");
  f.tell("watch");
  SECTION("it ends") {
    f.supervisor.stop(f.other);
    f.time.run();
    CHECK(*f.told == lines{"#1 down", "#1 down"});
    f.tell("watch");
    CHECK(f.told->size() == 3);
  }
  SECTION("it is no longer watched") {
    f.tell("unwatch");
    f.supervisor.stop(f.other);
    f.time.run();
    CHECK(f.told->empty());
  }
  other = nullptr;
}

TEST_CASE("an actor that watches and links to short-lived ones does not keep their memory",
          "[supervised_actor]") {
  caf::strong_actor_ptr next;
  fixture f{{{"watch", [&](puppet& p) { p.self->monitor(next); }},
             {"link", [&](puppet& p) { p.self->link_to(next); }},
             {"unwatch", [&](puppet& p) { p.self->demonitor(next); }}}};
  const auto brief = make_scripted_child("brief", std::make_shared<child_script>());
  auto refers = GENERATE(lines{"watch"}, lines{"link"}, lines{"watch", "unwatch"});
  next = brief.start({f.time.system(), "/brief", nullptr, f.supervisor.events()})->handle;
  const auto memory = caf::actor_cast<caf::weak_actor_ptr>(next);
  f.time.run();
  for (const auto& what : refers)
    f.tell(what);
  caf::anon_send<urgent>(caf::actor_cast<caf::actor>(next), stop_request{});
  f.time.run();
  next = nullptr;
  CHECK_FALSE(memory.lock());
  CHECK(memory.get()->weak_refs == 1); // this test's own
}

TEST_CASE("a link of the old incarnation is undone, both ways", "[supervised_actor]") {
  caf::strong_actor_ptr other;
  fixture f{{{"link", [&](puppet& p) { p.self->link_to(other); }}}};
  other = f.other.handle;
  f.tell("link");
  f.crash_and_restart();
  SECTION("the other's end does not reach the new incarnation") {
    f.probe.send(f.other.handle, crash{failure::after_quit});
    f.time.run();
    CHECK(f.told->empty());
  }
  SECTION("the new incarnation's end does not reach the other") {
    f.supervisor.stop(f.child);
    f.time.run();
    CHECK(f.other.record->state == actor_state::idle);
  }
  other = nullptr;
}

TEST_CASE(
  "an exit message that waits in the mailbox at the crash is the old incarnation's and is dropped",
  "[supervised_actor]") {
  caf::strong_actor_ptr other;
  fixture f{{{"link", [&](puppet& p) { p.self->link_to(other); }}}};
  other = f.other.handle;
  f.tell("link");
  f.probe.send(f.child.handle, crash{});
  f.probe.send(f.other.handle, crash{failure::after_quit});
  f.time.run();
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.told->empty());
  CHECK(f.child.record->state == actor_state::idle);
  other = nullptr;
}

TEST_CASE("links work to the end: when the actor ends the linked one is told",
          "[supervised_actor]") {
  caf::strong_actor_ptr other;
  fixture f{{{"link", [&](puppet& p) { p.self->link_to(other); }},
             {"fail", [](puppet& p) { p.self->quit(caf::exit_reason::kill); }}}};
  other = f.other.handle;
  f.tell("link");
  f.tell("fail");
  CHECK(f.child.record->state == actor_state::failed);
  CHECK(f.other.record->state == actor_state::failed); // it did not trap the exit
  other = nullptr;
}

TEST_CASE("a link to this actor made by another one survives its restart", "[supervised_actor]") {
  fixture f{{{"fail", [](puppet& p) { p.self->quit(to_caf({errc::io_error, "no disk"})); }}}};
  auto told = std::make_shared<lines>();
  puppet::actions actions{{"link", [&](puppet& p) { p.self->link_to(f.child.handle); }}};
  const auto peer = *f.supervisor.start(make_child<puppet>("peer", actions, told));
  f.probe.send(peer.handle, go{"link"});
  f.time.run();
  f.crash_and_restart();
  CHECK(told->empty());
  f.tell("fail");
  CHECK(*told == lines{"#1 exit"});
}

// -- handlers -------------------------------------------------------------------------------------------------------

TEST_CASE("replaced default handlers and behaviours are those of the old incarnation alone",
          "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto script = std::make_shared<child_script>();
  const auto child = *supervisor.start(make_scripted_child("a", script));
  probe.send(child.handle, crash{failure::become});
  time.run();
  supervisor.restart(child);
  time.run();
  const auto known = probe.ask(child.handle, which_incarnation{});
  const auto unknown = probe.ask(child.handle, 3.0);
  time.run();
  CHECK(*probe.answer<std::uint32_t>(known) == 2);
  CHECK(probe.refusal(unknown)->code == errc::unexpected_message);
  probe.send(child.handle, caf::exit_msg{child.handle->address(),
                                         caf::make_error(caf::exit_reason::user_shutdown)});
  time.run();
  CHECK(supervisor.lines().back() == "ended: shutdown");
}

TEST_CASE("a handler that throws in place of CAF's own loses none of the four",
          "[supervised_actor]") {
  fixture f{{{"make", [](puppet& p) {
                if (p.self->incarnation() == 1)
                  p.self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) { throw 7; });
              }}}};
  f.probe.send(f.child.handle, caf::down_msg{f.other.handle->address(), caf::error{}});
  f.time.run();
  CHECK(f.supervisor.count(child_report::kind_type::crashed) == 1);
  f.supervisor.restart(f.child);
  f.time.run();
  f.probe.send(f.child.handle, caf::down_msg{f.other.handle->address(), caf::error{}});
  f.time.run();
  CHECK(*f.told == lines{"#2 down"});
}

namespace {

struct impatient {
  static constexpr std::string_view type_name = "impatient";
  impatient(supervised_actor* s, story n) : self(s), told(std::move(n)) {}
  caf::behavior make_behavior() {
    if (self->incarnation() > 1)
      return {[](const crash&) {}};
    return {[](const crash&) { throw 1; },
            caf::after(10ms) >> [this] { told->push_back("timeout"); }};
  }
  supervised_actor* self;
  story told;
};

} // namespace

TEST_CASE("a behaviour's own timeout belongs to the incarnation that set it",
          "[supervised_actor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  auto told = std::make_shared<lines>();
  const auto child = *supervisor.start(make_child<impatient>("a", told));
  time.run();
  probe.send(child.handle, crash{});
  time.run();
  supervisor.restart(child);
  time.run();
  time.advance(1s);
  CHECK(told->empty());
}

TEST_CASE("the new incarnation is told its number and what ended the last one",
          "[supervised_actor]") {
  auto seen = std::make_shared<lines>();
  fixture f{{{"make", [seen](puppet& p) {
                const auto last = p.self->last_error();
                seen->push_back(p.self->path() + " #" + std::to_string(p.self->incarnation()) + " "
                                + (last ? last->detail : "no error"));
              }}}};
  f.crash_and_restart();
  CHECK(*seen == lines{"/test/a #1 no error", "/test/a #2 an exception of type int"});
}
