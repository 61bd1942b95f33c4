// Tests of the supervisor's decisions, as tables and stories.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

const steady_time t0{1h};
const error boom{errc::crashed, "boom"};

/// Effects as one line: `spawn 0, ready`.
std::string text(const plan::effects& effects) {
  struct visitor {
    std::string operator()(plan::spawn e) const { return "spawn " + std::to_string(e.child); }
    std::string operator()(plan::restart_in_place e) const {
      return "restart " + std::to_string(e.child);
    }
    std::string operator()(plan::stop e) const {
      return "stop " + std::to_string(e.child) + " in " + std::to_string(e.grace.count());
    }
    std::string operator()(plan::abandon e) const { return "abandon " + std::to_string(e.child); }
    std::string operator()(plan::ready) const { return "ready"; }
    std::string operator()(const plan::finish& e) const {
      return "finish " + std::string{to_string(e.how)}
             + (e.why ? " (" + e.why->to_text() + ")" : std::string{});
    }
  };
  std::string out;
  for (const auto& e : effects)
    out += (out.empty() ? "" : ", ") + std::visit(visitor{}, e);
  return out;
}

std::vector<planned_child> children(std::initializer_list<restart_type> types) {
  std::vector<planned_child> out;
  for (auto type : types)
    out.push_back({.id = std::string(1, static_cast<char>('a' + out.size())),
                   .restart = type,
                   .shutdown = 100ms});
  return out;
}

constexpr auto permanent = restart_type::permanent;
constexpr auto transient = restart_type::transient;
constexpr auto temporary = restart_type::temporary;

/// A plan whose children are all up.
restart_plan running(std::initializer_list<restart_type> types, restart_limits limits = {3, 5s}) {
  restart_plan p{limits, children(types)};
  auto effects = p.start();
  for (std::size_t i = 0; i < types.size(); ++i)
    effects = p.started(i);
  REQUIRE(text(effects) == "ready");
  return p;
}

} // namespace

// -- start ----------------------------------------------------------------------------------------------------------

TEST_CASE("a supervisor without children is ready at once", "[restart_plan]") {
  restart_plan p{{}, {}};
  CHECK(text(p.start()) == "ready");
  CHECK(text(p.stop()) == "finish shutdown");
}

TEST_CASE("children start in list order, each after the one before is up", "[restart_plan]") {
  restart_plan p{{}, children({permanent, permanent, permanent})};
  CHECK(text(p.start()) == "spawn 0");
  CHECK(p.children()[1].phase == child_phase::idle);
  CHECK(text(p.started(0)) == "spawn 1");
  CHECK(text(p.started(1)) == "spawn 2");
  CHECK(text(p.started(2)) == "ready");
  for (const auto& c : p.children()) {
    CHECK(c.phase == child_phase::running);
    CHECK(c.incarnation == 1);
    CHECK(c.restarts == 0);
  }
}

TEST_CASE("a failed first start stops those already up in reverse, and the rest is never started",
          "[restart_plan]") {
  restart_plan p{{}, children({permanent, permanent, permanent, permanent, permanent})};
  (void)p.start();
  (void)p.started(0);
  (void)p.started(1);
  CHECK(text(p.start_failed(2, {errc::io_error, "no disk"}, false, t0)) == "stop 1 in 100");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0))
        == "finish start_failed (" + std::string{sentence(errc::start_failed)}
             + ": child \"c\": " + error{errc::io_error, "no disk"}.to_text() + ")");
  CHECK(p.children()[3].phase == child_phase::idle);
  CHECK(p.children()[4].phase == child_phase::idle);
  CHECK(p.window().used(t0) == 0);
}

TEST_CASE("the first child's failed start finishes at once", "[restart_plan]") {
  restart_plan p{{}, children({temporary})};
  (void)p.start();
  CHECK(text(p.start_failed(0, boom, false, t0)).starts_with("finish start_failed"));
  CHECK(p.finished());
}

TEST_CASE("a child that ends before it was ever up has failed to start, whatever its type and end",
          "[restart_plan]") {
  for (auto type : {permanent, transient, temporary})
    for (auto how :
         {exit_class::normal, exit_class::shutdown, exit_class::crashed, exit_class::killed}) {
      restart_plan p{{}, children({permanent, type})};
      (void)p.start();
      (void)p.started(0);
      CHECK(text(p.ended(1, how, boom, t0)) == "stop 0 in 100");
      CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).starts_with("finish start_failed"));
    }
}

TEST_CASE("a child that is crashed before it was ever up has failed to start and is stopped with "
          "the others",
          "[restart_plan]") {
  restart_plan p{{}, children({permanent, permanent})};
  (void)p.start();
  (void)p.started(0);
  CHECK(text(p.crashed(1, boom, t0)) == "stop 1 in 100");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).starts_with("finish start_failed"));
}

TEST_CASE("a child that crashes while its younger siblings still start is restarted and starts "
          "nobody twice",
          "[restart_plan]") {
  restart_plan p{{}, children({permanent, permanent, permanent})};
  (void)p.start();
  CHECK(text(p.started(0)) == "spawn 1");
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.started(0)).empty());
  CHECK(text(p.started(1)) == "spawn 2");
  CHECK(text(p.started(2)) == "ready");
}

// -- restart types, the matrix --------------------------------------------------------------------------------------

TEST_CASE("the end of a running child: restart type times way to end", "[restart_plan]") {
  struct row {
    restart_type type;
    exit_class how;
    const char* effects;
    child_phase phase;
  };
  const auto type_and_end = GENERATE(
    row{permanent, exit_class::normal, "spawn 1", child_phase::restarting},
    row{permanent, exit_class::shutdown, "spawn 1", child_phase::restarting},
    row{permanent, exit_class::crashed, "spawn 1", child_phase::restarting},
    row{permanent, exit_class::killed, "spawn 1", child_phase::restarting},
    row{permanent, exit_class::escalated, "spawn 1", child_phase::restarting},
    row{permanent, exit_class::unreachable, "spawn 1", child_phase::restarting},
    row{transient, exit_class::normal, "", child_phase::stopped},
    row{transient, exit_class::shutdown, "", child_phase::stopped},
    row{transient, exit_class::crashed, "spawn 1", child_phase::restarting},
    row{transient, exit_class::killed, "spawn 1", child_phase::restarting},
    row{transient, exit_class::escalated, "spawn 1", child_phase::restarting},
    row{transient, exit_class::start_failed, "spawn 1", child_phase::restarting},
    row{temporary, exit_class::normal, "", child_phase::stopped},
    row{temporary, exit_class::shutdown, "", child_phase::stopped},
    row{temporary, exit_class::crashed, "", child_phase::stopped},
    row{temporary, exit_class::killed, "", child_phase::stopped});
  auto p = running({permanent, type_and_end.type, permanent});
  INFO(to_string(type_and_end.type) << " ended " << to_string(type_and_end.how));
  CHECK(text(p.ended(1, type_and_end.how, boom, t0)) == type_and_end.effects);
  CHECK(p.children()[1].phase == type_and_end.phase);
  CHECK(p.children()[0].phase == child_phase::running);
  CHECK(p.children()[2].phase == child_phase::running);
}

TEST_CASE("a contained crash: permanent and transient are restarted in place, temporary is stopped",
          "[restart_plan]") {
  auto p = running({permanent, transient, temporary});
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  CHECK(text(p.crashed(2, boom, t0)) == "stop 2 in 100");
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)).empty());
  CHECK(p.children()[2].phase == child_phase::stopped);
  CHECK(p.window().used(t0) == 2);
  CHECK_FALSE(p.stopping());
}

TEST_CASE("a temporary child that ignores its stop is abandoned while the others go on",
          "[restart_plan]") {
  auto p = running({temporary, permanent});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.stop_expired(0)) == "abandon 0");
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).empty());
}

TEST_CASE("only the child that failed is restarted", "[restart_plan]") {
  auto p = running({permanent, permanent, permanent});
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  CHECK(text(p.started(1)).empty());
  CHECK(p.children()[1].incarnation == 2);
  CHECK(p.children()[1].restarts == 1);
  CHECK(p.children()[0].incarnation == 1);
  CHECK(p.children()[2].incarnation == 1);
}

// -- budget ---------------------------------------------------------------------------------------------------------

TEST_CASE(
  "as many failures as the limit survive, the next stops the others in reverse and escalates",
  "[restart_plan]") {
  auto p = running({permanent, permanent, permanent}, {2, 5s});
  CHECK(text(p.crashed(1, boom, t0)) == "restart 1");
  (void)p.started(1);
  CHECK(text(p.crashed(1, boom, t0 + 1s)) == "restart 1");
  (void)p.started(1);
  CHECK(text(p.crashed(1, boom, t0 + 2s)) == "stop 2 in 100");
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  const auto end = text(p.ended(0, exit_class::shutdown, {}, t0));
  CHECK(end.starts_with("finish escalated"));
  CHECK(end.find("more than 2 restarts in 5 s") != std::string::npos);
  CHECK(end.find("child \"b\"") != std::string::npos);
  CHECK(end.find("boom") != std::string::npos);
}

TEST_CASE("the budget is the supervisor's: failures of different children add up",
          "[restart_plan]") {
  auto p = running({permanent, permanent}, {1, 5s});
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.crashed(1, boom, t0)) == "stop 1 in 100");
}

TEST_CASE("a limit of zero makes the first failure fatal", "[restart_plan]") {
  auto p = running({permanent}, {0, 5s});
  CHECK(text(p.crashed(0, boom, t0)) == "stop 0 in 100");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).starts_with("finish escalated"));
}

TEST_CASE("a failure exactly one period after the last counts, a tick later it does not",
          "[restart_plan]") {
  auto at_the_edge = running({permanent}, {1, 1s});
  (void)at_the_edge.crashed(0, boom, t0);
  (void)at_the_edge.started(0);
  CHECK(text(at_the_edge.crashed(0, boom, t0 + 1s)) == "stop 0 in 100");

  auto behind_it = running({permanent}, {1, 1s});
  (void)behind_it.crashed(0, boom, t0);
  (void)behind_it.started(0);
  CHECK(text(behind_it.crashed(0, boom, t0 + 1s + 1ns)) == "restart 0");
}

TEST_CASE("failed attempts to restart use the budget until the supervisor ends by itself",
          "[restart_plan]") {
  auto p = running({permanent}, {10, 5s});
  auto effects = p.crashed(0, boom, t0);
  int attempts = 0;
  while (text(effects) == "restart 0") {
    ++attempts;
    REQUIRE(attempts < 100);
    effects = p.start_failed(0, {errc::start_failed, "no disk"}, true, t0);
  }
  CHECK(attempts == 10);
  CHECK(text(effects) == "stop 0 in 100");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).starts_with("finish escalated"));
  CHECK(p.children()[0].restarts == 10);
  CHECK(p.children()[0].incarnation == 1);
}

TEST_CASE("a first attempt to restart that fails and a second that works leave the child up",
          "[restart_plan]") {
  auto p = running({permanent}, {2, 5s});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.start_failed(0, boom, true, t0)) == "restart 0");
  CHECK(text(p.started(0)).empty());
  CHECK(p.children()[0].phase == child_phase::running);
  CHECK(p.children()[0].incarnation == 2);
  CHECK(p.children()[0].restarts == 2);
}

TEST_CASE("a new actor whose factory fails is tried again as a new actor", "[restart_plan]") {
  auto p = running({permanent}, {2, 5s});
  CHECK(text(p.ended(0, exit_class::killed, boom, t0)) == "spawn 0");
  CHECK(text(p.start_failed(0, boom, false, t0)) == "spawn 0");
  CHECK(text(p.start_failed(0, boom, false, t0)).starts_with("finish escalated"));
}

TEST_CASE("a suspended child that is killed before it is up again comes back as a new actor",
          "[restart_plan]") {
  auto p = running({permanent}, {5, 5s});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.ended(0, exit_class::killed, boom, t0)) == "spawn 0");
  CHECK(text(p.started(0)).empty());
  CHECK(p.children()[0].incarnation == 2);
}

TEST_CASE("a child that crashes again before it reported its new incarnation is tried again",
          "[restart_plan]") {
  auto p = running({permanent}, {2, 5s});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.crashed(0, boom, t0)) == "restart 0");
  CHECK(text(p.started(0)).empty());
  CHECK(p.children()[0].restarts == 2);
}

TEST_CASE("time gives the budget back", "[restart_plan]") {
  auto p = running({permanent}, {2, 500ms});
  (void)p.crashed(0, boom, t0);
  (void)p.started(0);
  (void)p.crashed(0, boom, t0);
  (void)p.started(0);
  CHECK(text(p.crashed(0, boom, t0 + 550ms)) == "restart 0");
}

// -- stop -----------------------------------------------------------------------------------------------------------

TEST_CASE("children stop in reverse order, each waited for", "[restart_plan]") {
  auto p = running({permanent, permanent, permanent});
  CHECK(text(p.stop()) == "stop 2 in 100");
  CHECK(p.stopping());
  CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100");
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
  CHECK(p.finished());
}

TEST_CASE("a second stop joins the first, before and after it is done", "[restart_plan]") {
  auto p = running({permanent});
  CHECK(text(p.stop()) == "stop 0 in 100");
  CHECK(text(p.stop()).empty());
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
  CHECK(text(p.stop()).empty());
}

TEST_CASE("a stop in the middle of the start stops those that have begun and starts no more",
          "[restart_plan]") {
  restart_plan p{{}, children({permanent, permanent, permanent})};
  (void)p.start();
  (void)p.started(0);
  CHECK(text(p.stop()) == "stop 1 in 100");
  CHECK(text(p.started(1)).empty()); // it came up while it was asked to stop
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
}

TEST_CASE("a child that fails to start while it is being stopped is simply done",
          "[restart_plan]") {
  restart_plan p{{}, children({permanent, permanent})};
  (void)p.start();
  (void)p.started(0);
  (void)p.stop();
  CHECK(text(p.start_failed(1, boom, false, t0)) == "stop 0 in 100");
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
}

TEST_CASE("nothing is restarted once the stop has begun", "[restart_plan]") {
  auto p = running({permanent, permanent, permanent});
  (void)p.stop();
  SECTION("a crash of the child being stopped") {
    CHECK(text(p.crashed(2, boom, t0)).empty());
    CHECK(text(p.ended(2, exit_class::crashed, boom, t0)) == "stop 1 in 100");
  }
  SECTION("the end of a child whose turn has not come") {
    CHECK(text(p.ended(0, exit_class::crashed, boom, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "finish shutdown");
  }
  SECTION("a crash of a child whose turn has not come: it is stopped when it comes") {
    CHECK(text(p.crashed(0, boom, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 1 in 100");
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  }
  CHECK(p.window().used(t0) == 0);
}

TEST_CASE("a stop cuts a restart loop short", "[restart_plan]") {
  auto p = running({permanent, permanent}, {1000, 5s});
  (void)p.crashed(1, boom, t0);
  (void)p.start_failed(1, boom, true, t0);
  CHECK(p.children()[1].phase == child_phase::restarting);
  CHECK(text(p.stop()) == "stop 1 in 100");
  CHECK(text(p.start_failed(1, boom, true, t0)).empty()); // an attempt that was under way
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
}

TEST_CASE("a child that does not stop in its time is abandoned and the next one is stopped",
          "[restart_plan]") {
  auto p = running({permanent, permanent});
  (void)p.stop();
  CHECK(text(p.stop_expired(1)) == "abandon 1, stop 0 in 100");
  CHECK(p.children()[1].phase == child_phase::abandoned);
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)).empty()); // it ends after all, nobody cares
  CHECK(text(p.stop_expired(0)) == "abandon 0, finish shutdown");
}

TEST_CASE("the time of a stop that is over already means nothing", "[restart_plan]") {
  auto p = running({permanent, permanent});
  (void)p.stop();
  (void)p.ended(1, exit_class::shutdown, {}, t0);
  CHECK(text(p.stop_expired(1)).empty());
  CHECK(p.children()[1].phase == child_phase::stopped);
}

TEST_CASE("a temporary child that is being stopped already is waited for in its turn",
          "[restart_plan]") {
  auto p = running({permanent, temporary, permanent});
  CHECK(text(p.crashed(1, boom, t0)) == "stop 1 in 100");
  CHECK(text(p.stop()) == "stop 2 in 100");
  SECTION("it ends before its turn") {
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)).empty());
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  }
  SECTION("it ends in its turn") {
    CHECK(text(p.ended(2, exit_class::shutdown, {}, t0)).empty());
    CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
  }
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)) == "finish shutdown");
}

TEST_CASE("a temporary child that crashes in a stop waits for its turn like any other",
          "[restart_plan]") {
  auto p = running({temporary, permanent});
  CHECK(text(p.stop()) == "stop 1 in 100");
  CHECK(text(p.crashed(0, boom, t0)).empty());
  CHECK(text(p.ended(1, exit_class::shutdown, {}, t0)) == "stop 0 in 100");
}

TEST_CASE("a stop asked for while the plan escalates keeps the reason of the escalation",
          "[restart_plan]") {
  auto p = running({permanent}, {0, 5s});
  (void)p.crashed(0, boom, t0);
  CHECK(text(p.stop()).empty());
  CHECK(text(p.ended(0, exit_class::shutdown, {}, t0)).starts_with("finish escalated"));
}

TEST_CASE("a report about a child that has ended is ignored", "[restart_plan]") {
  auto p = running({temporary, permanent});
  (void)p.ended(0, exit_class::normal, {}, t0);
  CHECK(text(p.started(0)).empty());
  CHECK(text(p.crashed(0, boom, t0)).empty());
  CHECK(text(p.start_failed(0, boom, true, t0)).empty());
  CHECK(text(p.ended(0, exit_class::crashed, boom, t0)).empty());
  CHECK(text(p.stop_expired(0)).empty());
}

TEST_CASE("the names of restart types and phases differ", "[restart_plan]") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(restart_type::temporary); ++i)
    CHECK(names.insert(to_string(static_cast<restart_type>(i))).second);
  for (int i = 0; i <= static_cast<int>(child_phase::abandoned); ++i)
    CHECK(names.insert(to_string(static_cast<child_phase>(i))).second);
  CHECK_FALSE(names.contains("?"));
  CHECK(to_string(static_cast<restart_type>(99)) == "?");
  CHECK(to_string(static_cast<child_phase>(99)) == "?");
}

TEST_CASE("a hundred thousand children start and stop in the time of a breath", "[restart_plan]") {
  constexpr std::size_t many = 100'000;
  std::vector<planned_child> all(many);
  restart_plan p{{}, std::move(all)};
  auto effects = p.start();
  for (std::size_t i = 0; i < many; ++i)
    effects = p.started(i);
  REQUIRE(text(effects) == "ready");
  effects = p.stop();
  for (std::size_t i = many; i-- > 0;)
    effects = p.ended(i, exit_class::shutdown, {}, t0);
  CHECK(text(effects) == "finish shutdown");
}
