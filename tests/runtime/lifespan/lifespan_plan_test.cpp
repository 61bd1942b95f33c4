// The order of a start and a stop, step by step, without an actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_plan.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

constexpr steady_time t0{std::chrono::hours{1}};

const stop_reason sigterm{stop_reason::kind_type::signal, "SIGTERM"};

/// Effects as words; arming of timers is left out, `armed` has the last one.
struct driver {
  explicit driver(std::vector<lifespan_hook> hooks, lifespan_options options = {})
    : plan(options, std::move(hooks)) {}

  std::vector<std::string> words(const lifespan_step::effects& effects) {
    std::vector<std::string> out;
    for (const auto& effect : effects)
      std::visit([&](const auto& e) { word(e, out); }, effect);
    return out;
  }

  void word(const lifespan_step::call_hook& e, std::vector<std::string>& out) {
    out.push_back((e.shutdown ? "shutdown " : "startup ") + std::to_string(e.hook));
  }
  void word(const lifespan_step::abandon_hook&, std::vector<std::string>& out) {
    out.emplace_back("abandon");
  }
  void word(const lifespan_step::start_tree&, std::vector<std::string>& out) {
    out.emplace_back("start tree");
  }
  void word(const lifespan_step::stop_tree& e, std::vector<std::string>& out) {
    tree_deadline = e.deadline;
    out.emplace_back("stop tree");
  }
  void word(const lifespan_step::broadcast& e, std::vector<std::string>& out) {
    broadcast_deadline = e.deadline;
    out.push_back("say " + std::string{to_string(e.event)});
  }
  void word(const lifespan_step::arm& e, std::vector<std::string>&) { armed = e; }
  void word(const lifespan_step::enter& e, std::vector<std::string>& out) {
    out.push_back(std::string{to_string(e.state)});
  }
  void word(const lifespan_step::finish&, std::vector<std::string>& out) {
    out.emplace_back("finish");
  }

  /// Brings an application without hooks to the state ready.
  void to_ready() {
    (void)words(plan.begin(t0));
    (void)words(plan.tree_ready(t0));
    for (const auto event :
         {lifespan_event::startup, lifespan_event::started, lifespan_event::ready})
      (void)words(plan.broadcast_done(event, {}, t0));
    REQUIRE(plan.state() == lifespan_state::ready);
  }

  lifespan_plan plan;
  lifespan_step::arm armed{};
  steady_time tree_deadline{};
  steady_time broadcast_deadline{};
};

using words = std::vector<std::string>;

lifespan_hook pair(std::string name) {
  return {std::move(name), true, true};
}

} // namespace

TEST_CASE("options that are negative are refused by name", "[lifespan_plan]") {
  lifespan_options options;
  CHECK(validate(options));
  options.drain_time = -3ms;
  const auto refused = validate(options);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().detail, Catch::Contains("drain_time") && Catch::Contains("-3 ms"));
}

TEST_CASE("a start goes through hooks, tree, startup, started to ready", "[lifespan_plan]") {
  driver d{{pair("a"), {"b", false, true}, {"c", true, false}}};
  CHECK(d.words(d.plan.begin(t0)) == words{"starting", "startup 0"});
  CHECK(d.words(d.plan.hook_done(0, false, std::nullopt, t0)) == words{"startup 2"});
  CHECK(d.words(d.plan.hook_done(2, false, std::nullopt, t0)) == words{"start tree"});
  CHECK(d.words(d.plan.tree_ready(t0)) == words{"say startup"});
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::startup, {}, t0))
        == words{"started", "say started"});
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::started, {}, t0))
        == words{"ready", "say ready"});
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::ready, {}, t0)).empty());
}

TEST_CASE("a stop goes through notice, drain, shutdown, tree and hooks in reverse",
          "[lifespan_plan]") {
  driver d{{}};
  d.to_ready();
  CHECK(d.words(d.plan.stop(sigterm, t0)) == words{"lame_duck", "say stopping"});
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::stopping, {}, t0))
        == words{"draining", "say drain"});
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::drain, {}, t0))
        == words{"stopping", "say shutdown"});
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::shutdown, {}, t0)) == words{"stop tree"});
  CHECK(d.words(d.plan.tree_ended(std::nullopt, t0)) == words{"stopped", "finish"});
  CHECK(d.plan.finished());
  CHECK(d.plan.report().reason == sigterm);
  CHECK_FALSE(d.plan.report().has_leftovers());
}

TEST_CASE("a startup handler that fails undoes the ones before it, newest first",
          "[lifespan_plan]") {
  driver d{{pair("a"), pair("b"), pair("c"), pair("d")}};
  (void)d.words(d.plan.begin(t0));
  (void)d.words(d.plan.hook_done(0, false, std::nullopt, t0));
  (void)d.words(d.plan.hook_done(1, false, std::nullopt, t0));
  CHECK(d.words(d.plan.hook_done(2, false, error{errc::start_failed, "no disk"}, t0))
        == words{"stopping", "shutdown 1"});
  CHECK(d.words(d.plan.hook_done(1, true, std::nullopt, t0)) == words{"shutdown 0"});
  CHECK(d.words(d.plan.hook_done(0, true, std::nullopt, t0)) == words{"stopped", "finish"});
  REQUIRE(d.plan.report().start_failure);
  CHECK_THAT(d.plan.report().start_failure->detail,
             Catch::Contains("\"c\"") && Catch::Contains("no disk"));
}

TEST_CASE("a tree that cannot start is not stopped, and the hooks are undone", "[lifespan_plan]") {
  driver d{{pair("a")}};
  (void)d.words(d.plan.begin(t0));
  (void)d.words(d.plan.hook_done(0, false, std::nullopt, t0));
  CHECK(d.words(d.plan.tree_failed({errc::start_failed, "child \"x\""}, t0))
        == words{"stopping", "shutdown 0"});
}

TEST_CASE("a missing acknowledgement of started fails the start and stops the tree",
          "[lifespan_plan]") {
  driver d{{}};
  (void)d.words(d.plan.begin(t0));
  (void)d.words(d.plan.tree_ready(t0));
  (void)d.words(d.plan.broadcast_done(lifespan_event::startup, {}, t0));
  CHECK(
    d.words(d.plan.broadcast_done(
      lifespan_event::started, {{lifespan_event::started, "/app/http", {errc::timed_out, ""}}}, t0))
    == words{"stopping", "stop tree"});
  CHECK_THAT(d.plan.report().start_failure->detail, Catch::Contains("/app/http"));
}

TEST_CASE("a start that takes too long is rolled back with a budget of its own",
          "[lifespan_plan]") {
  lifespan_options options;
  options.startup_time = 1s;
  options.rollback_time = 7s;
  driver d{{pair("a"), pair("slow")}, options};
  (void)d.words(d.plan.begin(t0));
  (void)d.words(d.plan.hook_done(0, false, std::nullopt, t0));
  CHECK(d.armed.at == t0 + 1s);
  CHECK(d.words(d.plan.timer_due(d.armed.ticket, t0 + 1s))
        == words{"abandon", "stopping", "shutdown 0"});
  CHECK(d.armed.at == t0 + 1s + options.handler_time);
  CHECK(d.plan.report().unfinished == words{"startup handler \"slow\""});
  // What the abandoned function does later is of no interest.
  CHECK(d.words(d.plan.hook_done(1, false, std::nullopt, t0 + 2s)).empty());
}

TEST_CASE("a stop during a startup handler lets it finish and undoes it, too", "[lifespan_plan]") {
  driver d{{pair("a"), pair("b")}};
  (void)d.words(d.plan.begin(t0));
  (void)d.words(d.plan.hook_done(0, false, std::nullopt, t0));
  CHECK(d.words(d.plan.stop(sigterm, t0 + 1s)).empty());
  CHECK(d.words(d.plan.stop({stop_reason::kind_type::requested, "again"}, t0 + 1s)).empty());
  CHECK(d.words(d.plan.hook_done(1, false, std::nullopt, t0 + 2s))
        == words{"stopping", "shutdown 1"});
  CHECK(d.plan.report().reason == sigterm);
  CHECK(d.plan.report().start_failure->code == errc::stopping);
}

TEST_CASE("a startup handler that does not finish after a stop is given up", "[lifespan_plan]") {
  driver d{{pair("a"), pair("b")}};
  (void)d.words(d.plan.begin(t0));
  (void)d.words(d.plan.hook_done(0, false, std::nullopt, t0));
  (void)d.words(d.plan.stop(sigterm, t0));
  const auto out = d.words(d.plan.timer_due(d.armed.ticket, d.armed.at));
  CHECK(out == words{"abandon", "stopping", "shutdown 0"});
}

TEST_CASE("a stop while the tree starts stops it", "[lifespan_plan]") {
  driver d{{}};
  (void)d.words(d.plan.begin(t0));
  CHECK(d.words(d.plan.stop(sigterm, t0)) == words{"stopping", "stop tree"});
  CHECK(d.words(d.plan.tree_ended(std::nullopt, t0)) == words{"stopped", "finish"});
}

TEST_CASE("a lame duck waits for its delay", "[lifespan_plan]") {
  lifespan_options options;
  options.lame_duck_time = 3s;
  driver d{{}, options};
  d.to_ready();
  CHECK(d.words(d.plan.stop(sigterm, t0)) == words{"lame_duck"});
  CHECK(d.armed.at == t0 + 3s);
  CHECK(d.words(d.plan.timer_due(d.armed.ticket, t0 + 3s)) == words{"say stopping"});
}

TEST_CASE("missing acknowledgements in a stop are noted and the stop goes on", "[lifespan_plan]") {
  driver d{{}};
  d.to_ready();
  (void)d.words(d.plan.stop(sigterm, t0));
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::stopping,
                                      {{lifespan_event::stopping, "/app/a", {errc::timed_out, ""}}},
                                      t0))
        == words{"draining", "say drain"});
  CHECK(d.plan.report().missing_acks.size() == 1);
  CHECK(d.plan.report().has_leftovers());
}

TEST_CASE("every wait of a stop lies within its budget, and handlers keep their share",
          "[lifespan_plan]") {
  lifespan_options options;
  options.stop_time = 8s;
  options.drain_time = 60s;
  driver d{{pair("a")}, options};
  (void)d.words(d.plan.begin(t0));
  (void)d.words(d.plan.hook_done(0, false, std::nullopt, t0));
  (void)d.words(d.plan.tree_ready(t0));
  for (const auto event : {lifespan_event::startup, lifespan_event::started, lifespan_event::ready})
    (void)d.words(d.plan.broadcast_done(event, {}, t0));
  (void)d.words(d.plan.stop(sigterm, t0));
  (void)d.words(d.plan.broadcast_done(lifespan_event::stopping, {}, t0));
  CHECK(d.broadcast_deadline <= t0 + 8s);
  (void)d.words(d.plan.broadcast_done(lifespan_event::drain, {}, t0 + 1s));
  (void)d.words(d.plan.broadcast_done(lifespan_event::shutdown, {}, t0 + 1s));
  CHECK(d.tree_deadline == t0 + 8s - options.handler_time);
}

TEST_CASE("a tree that does not end is given up and the handlers still run", "[lifespan_plan]") {
  driver d{{}};
  d.to_ready();
  (void)d.words(d.plan.stop(sigterm, t0));
  for (const auto event :
       {lifespan_event::stopping, lifespan_event::drain, lifespan_event::shutdown})
    (void)d.words(d.plan.broadcast_done(event, {}, t0));
  CHECK(d.words(d.plan.timer_due(d.armed.ticket, d.armed.at)) == words{"stopped", "finish"});
  CHECK(d.plan.report().tree_unfinished);
}

TEST_CASE("shutdown handlers that fail or hang do not keep the others from running",
          "[lifespan_plan]") {
  driver d{{pair("a"), pair("b"), pair("c")}};
  (void)d.words(d.plan.begin(t0));
  for (std::size_t hook = 0; hook < 3; ++hook)
    (void)d.words(d.plan.hook_done(hook, false, std::nullopt, t0));
  (void)d.words(d.plan.tree_failed({errc::start_failed, ""}, t0));
  CHECK(d.words(d.plan.hook_done(2, true, error{errc::io_error, "disk full"}, t0))
        == words{"shutdown 1"});
  CHECK(d.words(d.plan.timer_due(d.armed.ticket, d.armed.at)) == words{"abandon", "shutdown 0"});
  CHECK(d.words(d.plan.hook_done(0, true, std::nullopt, t0)) == words{"stopped", "finish"});
  REQUIRE(d.plan.report().failed_shutdowns.size() == 2);
  CHECK(d.plan.report().failed_shutdowns[1].why.code == errc::timed_out);
}

TEST_CASE("a root supervisor that gives up begins the stop without waiting for the tree",
          "[lifespan_plan]") {
  lifespan_options options;
  options.lame_duck_time = 10s;
  driver d{{}, options};
  d.to_ready();
  CHECK(d.words(d.plan.tree_ended(error{errc::too_many_restarts, "of a"}, t0))
        == words{"lame_duck", "say stopping"});
  (void)d.words(d.plan.broadcast_done(lifespan_event::stopping, {}, t0));
  (void)d.words(d.plan.broadcast_done(lifespan_event::drain, {}, t0));
  CHECK(d.words(d.plan.broadcast_done(lifespan_event::shutdown, {}, t0))
        == words{"stopped", "finish"});
  CHECK(d.plan.report().escalation->code == errc::too_many_restarts);
  CHECK(d.plan.report().reason.kind == stop_reason::kind_type::task_failed);
}

TEST_CASE("whatever happens, a stop ends, and undoes what was begun exactly once in reverse order",
          "[lifespan_plan]") {
  const bool holds = rc::check("lifespan", [] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 5);
    std::vector<lifespan_hook> hooks;
    for (std::size_t i = 0; i < count; ++i)
      hooks.push_back(
        {std::to_string(i), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()});
    lifespan_options options;
    options.lame_duck_time = std::chrono::seconds{*rc::gen::inRange(0, 3)};
    driver d{hooks, options};
    auto now = t0;
    std::vector<std::string> story;
    const auto add = [&](const lifespan_step::effects& effects) {
      for (auto& word : d.words(effects))
        story.push_back(std::move(word));
    };
    add(d.plan.begin(now));
    const auto failure = [] {
      return *rc::gen::inRange(0, 4) == 0 ? std::optional{error{errc::unknown, "x"}} : std::nullopt;
    };
    for (int step = 0; step < 200 && !d.plan.finished(); ++step) {
      now += std::chrono::milliseconds{*rc::gen::inRange(0, 2'000)};
      const auto event = static_cast<lifespan_event>(*rc::gen::inRange(0, 6));
      switch (*rc::gen::inRange(0, 8)) {
        case 0:
          add(d.plan.stop(sigterm, now));
          break;
        case 1:
          add(d.plan.tree_ready(now));
          break;
        case 2:
          add(d.plan.tree_failed({errc::start_failed, "y"}, now));
          break;
        case 3:
          add(d.plan.tree_ended(failure(), now));
          break;
        case 4:
          add(d.plan.timer_due(d.armed.ticket, std::max(now, d.armed.at)));
          break;
        case 5:
          add(d.plan.broadcast_done(event, {}, now));
          break;
        default:
          if (count > 0)
            add(d.plan.hook_done(*rc::gen::inRange<std::size_t>(0, count),
                                 *rc::gen::arbitrary<bool>(), failure(), now));
      }
    }
    // From here on only what cannot fail to come: the stop, its acknowledgements and its timers.
    add(d.plan.stop(sigterm, now));
    for (int step = 0; step < 100 && !d.plan.finished(); ++step) {
      for (int event = 0; event < 6; ++event)
        add(d.plan.broadcast_done(static_cast<lifespan_event>(event), {}, now));
      now = std::max(now, d.armed.at);
      add(d.plan.timer_due(d.armed.ticket, now));
      now += 100ms;
    }
    RC_ASSERT(d.plan.finished());
    RC_ASSERT(std::count(story.begin(), story.end(), "finish") == 1);
    RC_ASSERT(story.back() == "finish");
    std::size_t last = count;
    for (const auto& word : story)
      if (word.rfind("shutdown ", 0) == 0) {
        const auto hook = static_cast<std::size_t>(std::stoul(word.substr(9)));
        RC_ASSERT(hook < last);
        RC_ASSERT(hooks[hook].has_shutdown);
        last = hook;
      }
    RC_ASSERT(d.words(d.plan.stop(sigterm, now)).empty());
    RC_ASSERT(d.words(d.plan.timer_due(d.armed.ticket, now)).empty());
  });
  CHECK(holds);
}
