// Watching: one notice, a death pact with those who do not handle it, and no end where there is only a restart.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/scripted_child.hpp"
#include "tests/runtime/caf/child_fixture.hpp"

#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::fixture_test;
using namespace troupe::testkit;
using kind = child_report::kind_type;

namespace {

struct watch_fixture : child_fixture {
  explicit watch_fixture(bool handles)
    : child_fixture({{"watch", [this](puppet& p) { p.self->monitor(other.handle); }},
                     {"unwatch", [this](puppet& p) { p.self->demonitor(other.handle); }},
                     {"make", [handles](puppet& p) {
                        if (handles)
                          p.self->set_down_handler([&p](caf::scheduled_actor*, caf::down_msg& x) {
                            p.say("down: " + std::string{to_string(classify(x.reason))});
                          });
                      }}}) {
    start();
    other = *supervisor.start(make_scripted_child("other", script));
    time.run();
    supervisor.clear();
  }
  void end_other() {
    supervisor.stop(other);
    time.run();
  }

  std::shared_ptr<child_script> script = std::make_shared<child_script>();
  started_child other;
};

} // namespace

TEST_CASE(
  "a watcher without a handler fails when what it watches ends, and is told whose end it was",
  "[supervised_actor][F4]") {
  watch_fixture f{false};
  f.run("watch");
  f.end_other();
  const auto reports = f.supervisor.reports();
  const auto crash = std::find_if(reports.begin(), reports.end(),
                                  [](const auto& r) { return r.kind == kind::crashed; });
  REQUIRE(crash != reports.end());
  CHECK(crash->why.code == errc::death_pact);
  CHECK(crash->why.detail.find("actor " + std::to_string(f.other.handle->id())) == 0);
  CHECK(crash->why.detail.find("shutdown") != std::string::npos);
  CHECK_THROWS_AS(std::rethrow_exception(crash->cause), death_pact);
  CHECK(f.child.record->state == actor_state::backoff);
  f.restart();
  CHECK(f.told->back().find("post_restart: actor ") != std::string::npos);
  f.run("one");
  CHECK(f.told->back() == "#2 one");
}

TEST_CASE("a notice about an actor that is not watched breaks no pact", "[supervised_actor][F4]") {
  watch_fixture f{false};
  const caf::down_msg forged{caf::actor_cast<caf::actor_addr>(f.other.handle), {}};
  f.probe.send(f.child.handle, forged);
  f.run("watch");
  f.run("unwatch");
  f.probe.send(f.child.handle, forged);
  f.time.run();
  CHECK(f.supervisor.count(kind::crashed) == 0);
}

TEST_CASE("a resumed watcher is still bound by its pacts", "[supervised_actor][E1][F4]") {
  watch_fixture f{false};
  f.run("watch");
  f.end_other();
  f.resume();
  f.other = *f.supervisor.start(make_scripted_child("other", f.script));
  f.run("watch");
  f.end_other();
  CHECK(f.supervisor.count(kind::crashed) == 2);
}

TEST_CASE(
  "a watcher with a handler gets exactly one notice, also of an actor that has ended already",
  "[supervised_actor][F1]") {
  watch_fixture f{true};
  const auto before = GENERATE(false, true);
  if (before)
    f.end_other();
  f.run("watch");
  if (!before)
    f.end_other();
  CHECK(f.told->back() == "#1 down: shutdown");
  CHECK(std::count(f.told->begin(), f.told->end(), "#1 down: shutdown") == 1);
  CHECK(f.supervisor.count(kind::crashed) == 0);
}

TEST_CASE("each watch has its own notice", "[supervised_actor][F1]") {
  watch_fixture f{true};
  f.run("watch");
  f.run("watch");
  f.end_other();
  CHECK(std::count(f.told->begin(), f.told->end(), "#1 down: shutdown") == 2);
}

TEST_CASE("after unwatching no notice is handled, also one that waits already",
          "[supervised_actor][F2]") {
  watch_fixture f{false};
  f.run("watch");
  SECTION("before the end") {
    f.run("unwatch");
    f.end_other();
  }
  SECTION("the notice is in the mailbox") {
    f.supervisor.stop(f.other);
    f.tell("unwatch");
    while (f.other.record->state != actor_state::stopped)
      REQUIRE(f.time.step());
    f.time.run();
  }
  CHECK(f.supervisor.count(kind::crashed) == 0);
  CHECK(f.told->back() == "#1 unwatch");
}

TEST_CASE("watchers see no end of an actor that crashes, quits or is halted and comes back",
          "[supervised_actor][F5]") {
  watch_fixture f{true};
  f.supervisor.end_quitters(false);
  f.run("watch");
  f.probe.send(f.other.handle, crash{});
  f.time.run();
  f.supervisor.restart(f.other);
  f.time.run();
  f.probe.send(f.other.handle, quit_as{quit_as::way::failed});
  f.time.run();
  f.supervisor.restart(f.other);
  f.time.run();
  f.supervisor.halt(f.other);
  f.time.run();
  f.supervisor.restart(f.other);
  f.time.run();
  CHECK(f.other.record->incarnation == 4);
  CHECK(f.told->back() == "#1 watch");
  f.end_other();
  CHECK(f.told->back() == "#1 down: shutdown");
}

TEST_CASE("a link spreads an abnormal end, both ways, and no normal one",
          "[supervised_actor][F3]") {
  started_child other;
  auto script = std::make_shared<child_script>();
  child_fixture f{{{"link", [&](puppet& p) { p.self->link_to(other.handle); }}}};
  f.start();
  other = *f.supervisor.start(make_scripted_child("other", script));
  f.run("link");
  const bool mine = GENERATE(false, true);
  const auto how = GENERATE(exit_class::normal, exit_class::crashed);
  const auto& first = mine ? f.child : other;
  const auto& second = mine ? other : f.child;
  f.supervisor.end(first, how, {errc::crashed, "boom"});
  f.time.run();
  CHECK(second.record->state
        == (how == exit_class::normal ? actor_state::idle : actor_state::failed));
  f.supervisor.end(other);
  f.time.run();
}
