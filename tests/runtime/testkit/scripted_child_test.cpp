// Tests of the child that does what it is told.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

struct fixture {
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

} // namespace

TEST_CASE("it counts, notes and tells its incarnation", "[scripted_child]") {
  fixture f;
  f.start();
  f.ask(testkit::count{2});
  CHECK(*f.probe.answer<std::int64_t>(f.ask(testkit::count{3})) == 5);
  CHECK(*f.probe.answer<std::uint32_t>(f.ask(which_incarnation{})) == 1);
  f.ask(note{"hello"});
  CHECK(f.script->log() == lines{"#1 made", "#1 hello"});
}

TEST_CASE("it fails to be made when it is told to, and only then", "[scripted_child]") {
  fixture f;
  f.script->fail_constructions({2, 4});
  f.supervisor.restart_crashed(true);
  f.start();
  f.ask(crash{});
  f.ask(crash{});
  CHECK(f.script->constructions() == 5);
  CHECK(f.supervisor.count(child_report::kind_type::start_failed) == 2);
  CHECK(f.supervisor.lines().back() == "up #5");
}

TEST_CASE("it takes as long to come up as it is told", "[scripted_child]") {
  fixture f;
  f.script->start_delay(2s);
  f.start();
  CHECK(f.supervisor.reports().empty());
  f.time.advance(2s);
  CHECK(f.supervisor.lines() == lines{"up #1"});
}

TEST_CASE("it stops at once, late, badly or not at all", "[scripted_child]") {
  using mode = child_script::stop_mode;
  fixture f;
  f.start();
  SECTION("at once") {
    f.supervisor.stop(f.child);
    f.time.run();
    CHECK(f.supervisor.lines().back() == "ended: shutdown");
  }
  SECTION("late") {
    f.script->on_stop(mode::late, 3s);
    f.supervisor.stop(f.child);
    f.time.advance(3s - 1ns);
    CHECK(f.time.running() == 1);
    f.time.advance(1ns);
    CHECK(f.supervisor.lines().back() == "ended: shutdown");
  }
  SECTION("badly") {
    f.script->on_stop(mode::fail);
    f.supervisor.stop(f.child);
    f.time.run();
    CHECK(f.supervisor.lines().back() == "ended: crashed");
  }
  SECTION("not at all") {
    f.script->on_stop(mode::ignore);
    f.supervisor.stop(f.child);
    f.time.advance(1h);
    CHECK(f.time.running() == 1);
    CHECK(f.script->stop_requests() == 1);
    f.ask(end_normally{});
    CHECK(f.supervisor.lines().back() == "ended: normal");
  }
}

TEST_CASE("it hangs until it is released", "[scripted_child]") {
  fixture f;
  f.start();
  const auto q = f.probe.ask(f.child.handle, hang{});
  std::thread other{[&] {
    if (f.script->wait_for_hang())
      f.script->release();
  }};
  f.time.run(); // blocks this thread meanwhile
  other.join();
  CHECK(f.probe.answer<done>(q));
  CHECK(f.script->hanging() == 0);
  CHECK_FALSE(f.script->wait_for_hang(1ms));
}

TEST_CASE("it quits in each way it is told", "[scripted_child]") {
  fixture f;
  f.start();
  f.supervisor.end_quitters(false);
  struct row {
    quit_as::way how;
    std::string line;
    errc why;
  };
  for (const auto& r : {row{quit_as::way::normal, "normal", errc::unknown},
                        row{quit_as::way::shutdown, "shutdown", errc::stopped},
                        row{quit_as::way::failed, "crashed", errc::io_error},
                        row{quit_as::way::for_good, "normal", errc::do_not_restart},
                        row{quit_as::way::tree, "normal", errc::end_tree}}) {
    CHECK(f.probe.answer<done>(f.ask(quit_as{r.how})));
    const auto report = f.supervisor.reports().back();
    CHECK(report.kind == child_report::kind_type::quit);
    CHECK(to_string(report.how) == r.line);
    CHECK(report.why.code == r.why);
    f.supervisor.restart(f.child);
    f.time.run();
  }
}

TEST_CASE("it is not wanted when it is told so, and counts its starts", "[scripted_child]") {
  fixture f;
  f.script->ignore_constructions({2});
  f.supervisor.restart_crashed(true);
  f.start();
  CHECK(f.script->starts() == 1);
  f.ask(crash{});
  CHECK(f.supervisor.lines().back() == "start ignored (alive)");
  f.supervisor.restart(f.child);
  f.time.run();
  CHECK(f.script->starts() == 2);
  CHECK(f.script->constructions() == 3);
}
