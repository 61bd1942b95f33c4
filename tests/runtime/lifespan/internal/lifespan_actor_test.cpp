// The lifespan's actor on virtual time: functions, the tree, subscribers of every kind, and its own end.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/lifespan/internal/lifespan_actor.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/inline_runner.hpp"
#include "runtime/testkit/recording_sink.hpp"
#include "runtime/testkit/scripted_child.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/send.hpp>
#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

enum class manner { acknowledges, fails, crashes, is_silent, ends };

/// Subscribes when it is made, the ordinary way, and answers in its manner from `from` on; before it acknowledges.
struct listener {
  static constexpr std::string_view type_name = "listener";

  listener(supervised_actor* s, std::shared_ptr<registry> actors, std::shared_ptr<lines> n,
           manner m, lifespan_event f)
    : self(s), told(std::move(n)), how(m), from(f) {
    if (const auto& lifespan = actors->ref(lifespan_path).resolve())
      caf::anon_send(caf::actor_cast<caf::actor>(lifespan),
                     subscribe_lifespan{self->path(), caf::strong_actor_ptr{self->ctrl()}});
  }

  caf::behavior make_behavior() {
    return {[this](const lifespan_message& message) -> caf::result<lifespan_ack> {
      told->push_back(std::string{to_string(message.event)});
      if (message.event < from)
        return lifespan_ack{};
      switch (how) {
        case manner::acknowledges:
          break;
        case manner::fails:
          return to_caf({errc::address_in_use, "port 8080 is in use"});
        case manner::crashes:
          throw std::runtime_error{"boom"};
        case manner::is_silent:
          kept.push_back(self->make_promise());
          return caf::delegated<lifespan_ack>{};
        case manner::ends:
          kept.push_back(self->make_promise());
          self->quit();
          return caf::delegated<lifespan_ack>{};
      }
      return lifespan_ack{};
    }};
  }

  supervised_actor* self;
  std::shared_ptr<lines> told;
  manner how;
  lifespan_event from;
  std::vector<answer_promise> kept;
};

struct fixture {
  fixture() { setup->events = sink; }
  ~fixture() {
    sink->clear();
    actors->clear();
    handle = nullptr;
  }

  child_spec scripted(const std::string& id) {
    script = std::make_shared<child_script>();
    return make_scripted_child(id, script);
  }
  child_spec listening(const std::string& id, manner how,
                       lifespan_event from = lifespan_event::startup) {
    return make_child<listener>(id, actors, told, how, from);
  }
  void hook(const std::string& name, std::optional<error> startup_fails = {},
            std::optional<error> shutdown_fails = {}) {
    auto call = [this](std::string what, std::optional<error> why) {
      return [this, what = std::move(what), why = std::move(why)]() -> result<void> {
        calls.push_back(what);
        if (why && why->code == errc::crashed)
          throw std::runtime_error{why->detail};
        return why ? result<void>{*why} : result<void>{};
      };
    };
    setup->hooks.push_back({name, call("start " + name, std::move(startup_fails)),
                            call("stop " + name, std::move(shutdown_fails))});
  }
  void start(std::vector<child_spec> children = {}, restart_limits limits = {}) {
    start_with(make_supervisor("app", {.limits = limits}, std::move(children)));
    time.run();
  }
  /// Nothing has run yet.
  void start_with(child_spec root) {
    setup->root = std::move(root);
    setup->actors = actors;
    setup->status = status;
    setup->supervisor_events = fan;
    setup->runner = runner;
    setup->on_finished = [this](lifespan_report r) {
      ++reports;
      report = std::move(r);
    };
    handle = start_lifespan(time.system(), setup);
  }
  void stop(stop_reason reason = {stop_reason::kind_type::signal, "SIGTERM"}) {
    probe.send(handle, request_stop{std::move(reason)}, caf::message_priority::high);
    time.run();
  }
  lines states() const {
    lines out;
    for (const auto& line : sink->lines())
      if (line.starts_with("state "))
        out.push_back(line.substr(6));
    return out;
  }

  /// Feeds the registry as the application does.
  struct both final : supervisor_event_sink {
    both(std::shared_ptr<registry> a, std::shared_ptr<recording_sink> s)
      : actors(std::move(a)), sink(std::move(s)) {}
    void publish(const supervisor_event& event) noexcept override {
      actors->publish(event);
      sink->publish(event);
    }
    std::shared_ptr<registry> actors;
    std::shared_ptr<recording_sink> sink;
  };

  virtual_time_system time;
  actor_probe probe{time.system()};
  std::shared_ptr<registry> actors = std::make_shared<registry>();
  std::shared_ptr<lifespan_status> status = std::make_shared<lifespan_status>();
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();
  std::shared_ptr<both> fan = std::make_shared<both>(actors, sink);
  std::shared_ptr<inline_runner> runner = std::make_shared<inline_runner>();
  std::shared_ptr<lifespan_setup> setup = std::make_shared<lifespan_setup>();
  std::shared_ptr<lines> told = std::make_shared<lines>();
  std::shared_ptr<child_script> script;
  lines calls;
  int reports = 0;
  lifespan_report report;
  caf::strong_actor_ptr handle;
};

} // namespace

// -- the whole way --------------------------------------------------------------------------------------------------

TEST_CASE("a whole life: functions, children, events, states and everything back in reverse",
          "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  f.hook("cache");
  f.start({f.scripted("a"), f.listening("web", manner::acknowledges)});
  CHECK(f.status->ready());
  CHECK(f.calls == lines{"start db", "start cache"});
  CHECK(*f.told == lines{"startup", "started", "ready"});
  f.time.advance(1h);
  f.stop();
  CHECK(f.states()
        == lines{"starting", "started", "ready", "lame_duck", "draining", "stopping", "stopped"});
  CHECK(*f.told == lines{"startup", "started", "ready", "stopping", "drain", "shutdown"});
  CHECK(f.calls == lines{"start db", "start cache", "stop cache", "stop db"});
  CHECK(f.reports == 1);
  CHECK(f.report.reason.text == "SIGTERM");
  CHECK_FALSE(f.report.has_leftovers());
  CHECK_FALSE(f.report.start_failure);
  CHECK(f.time.running() == 0);
  // The children end before the first shutdown function is called.
  const auto all = f.sink->lines();
  const auto last_child = std::find(all.begin(), all.end(), "ended /app: shutdown");
  const auto first_function = std::find(all.begin(), all.end(), "shutdown \"cache\" done");
  CHECK(last_child < first_function);
}

TEST_CASE("a life without functions, children and subscribers", "[lifespan_actor]") {
  fixture f;
  f.start();
  CHECK(f.status->ready());
  f.stop();
  CHECK(f.reports == 1);
  CHECK(f.time.running() == 0);
}

// -- the start fails ------------------------------------------------------------------------------------------------

TEST_CASE("a startup function that fails, by error or exception, undoes those before it",
          "[lifespan_actor]") {
  const auto code = GENERATE(errc::io_error, errc::crashed);
  fixture f;
  f.hook("db");
  f.hook("cache", error{code, "no memory"});
  f.hook("never");
  f.start({f.scripted("a")});
  CHECK(f.calls == lines{"start db", "start cache", "stop db"});
  CHECK(f.script->constructions() == 0);
  REQUIRE(f.report.start_failure);
  CHECK(f.report.start_failure->detail == "startup handler \"cache\": no memory");
  CHECK(f.states() == lines{"starting", "stopping", "stopped"});
  CHECK(f.time.running() == 0);
}

TEST_CASE("a child that cannot start undoes the functions", "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  auto child = f.scripted("a");
  f.script->fail_constructions({1});
  f.start({child});
  CHECK(f.calls == lines{"start db", "stop db"});
  CHECK(f.report.start_failure->detail.find("child \"a\"") != std::string::npos);
  CHECK(f.reports == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE(
  "a root that cannot even be made, by error or exception, undoes the functions within their time",
  "[lifespan_actor]") {
  const auto throws = GENERATE(false, true);
  fixture f;
  f.hook("db");
  f.runner->set(inline_runner::mode::held);
  f.start_with({.id = "app", .start = [throws](const start_args&) -> result<started_child> {
                  if (throws)
                    throw std::runtime_error{"no root"};
                  return error{errc::duplicate_child, "no root"};
                }});
  f.time.run();
  f.runner->run_next(); // startup
  f.time.run();
  CHECK(f.runner->held() == 1); // the shutdown function, and it hangs
  f.time.advance(5s);
  CHECK(f.reports == 1);
  CHECK(f.report.start_failure->detail == "no root");
  CHECK(f.report.unfinished == lines{"shutdown handler \"db\""});
  CHECK(f.time.running() == 0);
}

TEST_CASE("a startup function that hangs is given up at the end of the start's time",
          "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  f.hook("slow");
  f.runner->set(inline_runner::mode::held);
  f.start();
  f.runner->run_next();
  f.time.run();
  f.runner->set(inline_runner::mode::immediate);
  f.time.advance(60s);
  CHECK(f.runner->abandoned() == 1);
  CHECK(f.report.unfinished == lines{"startup handler \"slow\""});
  CHECK(f.calls == lines{"start db", "stop db"});
  CHECK(f.sink->count("startup \"slow\" failed: given up") == 1);
}

TEST_CASE("a child that is not up in time fails the start and is stopped", "[lifespan_actor]") {
  fixture f;
  auto child = f.scripted("slow");
  f.script->start_delay(1h);
  f.start({child});
  CHECK(f.states() == lines{"starting"});
  f.time.advance(60s);
  CHECK(f.report.start_failure->code == errc::timed_out);
  CHECK(f.script->destructions() == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE("a subscriber that cannot take `started` fails the start, named with its reason",
          "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  f.start({f.listening("web", manner::fails, lifespan_event::started)});
  REQUIRE(f.report.start_failure);
  const auto why = f.report.start_failure->to_text();
  CHECK(why.find("/app/web did not acknowledge started") != std::string::npos);
  CHECK(why.find("port 8080 is in use") != std::string::npos);
  CHECK(f.calls == lines{"start db", "stop db"});
  CHECK_FALSE(f.status->ready());
  CHECK(f.time.running() == 0);
}

TEST_CASE("a stop during a hanging start ends it within the time of a function",
          "[lifespan_actor]") {
  fixture f;
  f.hook("hangs");
  f.runner->set(inline_runner::mode::held);
  f.start();
  f.stop();
  f.time.advance(5s);
  CHECK(f.reports == 1);
  CHECK(f.report.start_failure->code == errc::stopping);
  CHECK(f.report.unfinished == lines{"startup handler \"hangs\""});
  CHECK(f.time.running() == 0);
}

TEST_CASE("a stop that comes before everything ends the start before it begins",
          "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  f.start_with(make_supervisor("app", {}, {}));
  f.stop();
  f.time.advance(1h);
  CHECK(f.calls.empty());
  CHECK(f.reports == 1);
  CHECK(f.report.start_failure->code == errc::stopping);
  CHECK(f.time.running() == 0);
}

// -- subscribers ----------------------------------------------------------------------------------------------------

TEST_CASE("a subscription sent by a child before it is up is never overtaken by the start",
          "[lifespan_actor]") {
  fixture f;
  // A root that is up as soon as it is made; its child's subscription was sent just before, in the ordinary way.
  f.start_with({.id = "app", .start = [&f](const start_args& at) -> result<started_child> {
                  auto child = make_child<listener>("web", std::make_shared<registry>(), f.told,
                                                    manner::acknowledges, lifespan_event::startup);
                  auto made = child.start({at.system, "/app/web", at.supervisor, at.events});
                  caf::anon_send(caf::actor_cast<caf::actor>(at.supervisor),
                                 subscribe_lifespan{"/app/web", made->handle});
                  caf::anon_send<caf::message_priority::high>(
                    caf::actor_cast<caf::actor>(at.supervisor), child_up{made->handle->id(), 1});
                  return made;
                }});
  f.time.run();
  CHECK(*f.told == lines{"startup", "started", "ready"});
  f.stop();
  CHECK(f.reports == 1);
}

TEST_CASE(
  "a subscriber that hangs in a stop is waited for as long as it has, named, and the stop goes on",
  "[lifespan_actor]") {
  fixture f;
  f.start({f.listening("web", manner::is_silent, lifespan_event::stopping),
           f.listening("good", manner::acknowledges)});
  f.stop();
  f.time.advance(1s); // notice_time
  CHECK(f.states().back() == "draining");
  f.time.advance(10s); // drain_time
  f.time.advance(1s);  // broadcast_time
  CHECK(f.reports == 1);
  REQUIRE(f.report.missing_acks.size() == 3);
  for (const auto& missing : f.report.missing_acks) {
    CHECK(missing.path == "/app/web");
    CHECK(missing.why.code == errc::timed_out);
  }
  CHECK(f.report.missing_acks[1].event == lifespan_event::drain);
  CHECK(f.sink->count("no acknowledgement of drain by /app/web") == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE(
  "a subscriber that fails or crashes in a stop is named with its reason, and the stop goes on",
  "[lifespan_actor]") {
  const auto how = GENERATE(manner::fails, manner::crashes);
  fixture f;
  f.start({f.listening("web", how, lifespan_event::drain)});
  f.stop();
  f.time.advance(1min);
  CHECK(f.reports == 1);
  REQUIRE_FALSE(f.report.missing_acks.empty());
  CHECK(f.report.missing_acks[0].event == lifespan_event::drain);
  CHECK(f.report.missing_acks[0].why.code
        == (how == manner::fails ? errc::address_in_use : errc::crashed));
  CHECK(f.time.running() == 0);
}

TEST_CASE("subscribers that have ended owe nothing and are forgotten", "[lifespan_actor]") {
  fixture f;
  auto brief = f.listening("brief", manner::acknowledges);
  brief.restart = restart_type::temporary;
  f.start({brief, f.listening("good", manner::acknowledges)});
  caf::anon_send<caf::message_priority::high>(
    caf::actor_cast<caf::actor>(f.actors->ref("/app/brief").resolve()), stop_request{});
  f.time.run();
  f.told->clear();
  f.stop();
  CHECK(*f.told == lines{"stopping", "drain", "shutdown"}); // the other one's
  CHECK_FALSE(f.report.has_leftovers());
}

TEST_CASE("an application whose only subscriber has ended stops without waiting",
          "[lifespan_actor]") {
  fixture f;
  auto brief = f.listening("brief", manner::acknowledges);
  brief.restart = restart_type::temporary;
  f.start({brief});
  caf::anon_send<caf::message_priority::high>(
    caf::actor_cast<caf::actor>(f.actors->ref("/app/brief").resolve()), stop_request{});
  f.time.run();
  f.sink->clear();
  f.stop();
  CHECK(f.reports == 1);
  CHECK(f.states() == lines{"lame_duck", "draining", "stopping", "stopped"});
}

TEST_CASE("a subscriber that subscribes twice is told once", "[lifespan_actor]") {
  fixture f;
  f.start({f.listening("web", manner::acknowledges)});
  f.probe.send(f.handle, subscribe_lifespan{"/app/web", f.actors->ref("/app/web").resolve()});
  f.probe.send(f.handle, subscribe_lifespan{"/nobody", nullptr});
  f.time.run();
  f.told->clear();
  f.stop();
  CHECK(*f.told == lines{"stopping", "drain", "shutdown"});
  CHECK(f.reports == 1);
}

// -- the stop -------------------------------------------------------------------------------------------------------

TEST_CASE("a child that ignores its stop is given up, and the shutdown functions run",
          "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  f.start({f.scripted("hog")});
  f.script->on_stop(child_script::stop_mode::ignore);
  f.stop();
  f.time.advance(5s);
  CHECK(f.sink->count("abandoned /app/hog") == 1);
  CHECK(f.calls.back() == "stop db");
  CHECK(f.reports == 1);
  CHECK_FALSE(f.report.tree_unfinished);
}

TEST_CASE("a root that does not end at all is given up, and the shutdown functions run",
          "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  f.start_with(f.scripted("app"));
  f.time.run();
  CHECK(f.status->ready());
  f.script->on_stop(child_script::stop_mode::ignore);
  f.stop();
  f.time.advance(20s); // 25 s less the 5 s kept for functions
  CHECK(f.reports == 0);
  f.time.advance(500ms);
  CHECK(f.reports == 1);
  CHECK(f.report.tree_unfinished);
  CHECK(f.calls.back() == "stop db");
}

TEST_CASE("a root that spends its budget ends the application in order and says why",
          "[lifespan_actor]") {
  fixture f;
  f.hook("db");
  f.start({f.scripted("a"), f.listening("web", manner::acknowledges)}, {0, 5s});
  f.probe.send(f.actors->ref("/app/a").resolve(), crash{});
  f.time.run();
  CHECK(f.reports == 1);
  REQUIRE(f.report.escalation);
  CHECK(f.report.escalation->code == errc::too_many_restarts);
  CHECK(f.report.escalation->detail.find("child \"a\"") != std::string::npos);
  CHECK(f.report.reason.kind == stop_reason::kind_type::task_failed);
  CHECK(f.calls == lines{"start db", "stop db"});
  CHECK(f.time.running() == 0);
}

TEST_CASE("a second stop joins the first and keeps its reason", "[lifespan_actor]") {
  fixture f;
  f.start({f.listening("web", manner::is_silent, lifespan_event::stopping)});
  f.stop({stop_reason::kind_type::requested, "first"});
  f.stop({stop_reason::kind_type::signal, "second"});
  f.time.advance(1min);
  CHECK(f.report.reason.text == "first");
  CHECK(f.reports == 1);
}

TEST_CASE("a lifespan that is killed still reports, and asks its tree to stop",
          "[lifespan_actor]") {
  fixture f;
  f.start({f.scripted("a")});
  f.probe.send(f.handle,
               caf::exit_msg{f.probe.handle()->address(), caf::make_error(caf::exit_reason::kill)});
  f.time.run();
  CHECK(f.reports == 1);
  CHECK(f.report.escalation);
  CHECK(f.report.tree_unfinished);
  CHECK(f.script->destructions() == 1);
  CHECK(f.time.running() == 0);
}
