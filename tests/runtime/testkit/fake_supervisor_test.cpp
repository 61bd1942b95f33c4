// Tests of the supervisor without decisions.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using lines = std::vector<std::string>;

TEST_CASE("it keeps every report and decides nothing", "[fake_supervisor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system(), "/app"};
  actor_probe probe{time.system()};
  const auto script = std::make_shared<child_script>();
  const auto child = *supervisor.start(make_scripted_child("a", script));
  time.run();
  CHECK(child.record->path == "/app/a");
  script->fail_constructions({2});
  probe.send(child.handle, crash{});
  time.run();
  CHECK(script->constructions() == 1);
  supervisor.restart(child);
  time.run();
  supervisor.restart(child);
  time.run();
  supervisor.stop(child);
  time.run();
  CHECK(supervisor.lines()
        == lines{"up #1", "crashed #1: boom", "start failed (alive): no disk", "up #3",
                 "ended: shutdown"});
  CHECK(supervisor.count(child_report::kind_type::up) == 2);
  CHECK(supervisor.reports()[1].actor_id == child.handle->id());
  supervisor.clear();
  CHECK(supervisor.reports().empty());
}

TEST_CASE("told to, it restarts whatever crashes", "[fake_supervisor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  supervisor.restart_crashed(true);
  actor_probe probe{time.system()};
  const auto script = std::make_shared<child_script>();
  script->fail_constructions({2, 3});
  const auto child = *supervisor.start(make_scripted_child("a", script));
  probe.send(child.handle, crash{});
  time.run();
  CHECK(supervisor.lines().back() == "up #4");
}

TEST_CASE("a start function that fails or throws is an error of the start", "[fake_supervisor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  const child_spec throwing{.id = "a",
                            .start = [](const start_args&) -> result<started_child> { throw 42; }};
  CHECK(supervisor.start(throwing).error()
        == error{errc::start_failed, "an exception of type int"});
  const child_spec failing{.id = "a", .start = [](const start_args&) -> result<started_child> {
                             return error{errc::io_error, "no disk"};
                           }};
  CHECK(supervisor.start(failing).error() == error{errc::io_error, "no disk"});
  CHECK(supervisor.reports().empty());
}

TEST_CASE("its destructor asks its children to stop, suspended ones, too", "[fake_supervisor]") {
  virtual_time_system time;
  const auto script = std::make_shared<child_script>();
  {
    fake_supervisor supervisor{time.system()};
    actor_probe probe{time.system()};
    const auto child = *supervisor.start(make_scripted_child("a", script));
    (void)supervisor.start(make_scripted_child("b", script));
    probe.send(child.handle, crash{});
    time.run();
    CHECK(time.running() == 2);
  }
  time.run();
  CHECK(time.running() == 0);
}

TEST_CASE("waiting ends when enough reports have come or the time is over", "[fake_supervisor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  CHECK_FALSE(supervisor.wait_for(child_report::kind_type::up, 1, std::chrono::milliseconds{1}));
  (void)supervisor.start(make_scripted_child("a", std::make_shared<child_script>()));
  time.run();
  CHECK(supervisor.wait_for(child_report::kind_type::up, 1));
}

TEST_CASE("it sends every directive, and knows every report", "[fake_supervisor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  supervisor.end_quitters(false);
  actor_probe probe{time.system()};
  const auto script = std::make_shared<child_script>();
  script->ignore_constructions({4});
  const auto child = *supervisor.start(make_scripted_child("a", script));
  const auto step = [&](auto action) {
    action();
    time.run();
  };
  step([&] { supervisor.signal_start(child); });
  step([&] { probe.send(child.handle, crash{}); });
  step([&] { supervisor.resume(child); });
  step([&] { supervisor.halt(child); });
  step([&] { supervisor.restart(child); });
  step([&] { probe.send(child.handle, quit_as{quit_as::way::failed}); });
  step([&] { supervisor.restart(child); });
  step([&] { supervisor.restart(child); });
  step([&] { supervisor.end(child, exit_class::killed); });
  CHECK(supervisor.lines()
        == lines{"up #1", "crashed #1: boom", "halted #1", "up #2", "quit #2: crashed", "up #3",
                 "start ignored (alive)", "ended: killed"});
  CHECK(supervisor.reports()[1].cause);
  CHECK(supervisor.reports()[4].why == error{errc::io_error, "disk full"});
}

TEST_CASE("it ends what quits, unless it is told not to", "[fake_supervisor]") {
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start(make_scripted_child("a", std::make_shared<child_script>()));
  probe.send(child.handle, quit_as{quit_as::way::failed});
  time.run();
  CHECK(supervisor.lines() == lines{"up #1", "quit #1: crashed", "ended: crashed"});
  CHECK(supervisor.reports().back().why == error{errc::io_error, "disk full"});
}
