// What a supervisor does about one child's end: by rule, by what the child asks for, by its significance.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/supervised_tree.hpp"

#include <stdexcept>

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

/// One child `a` under this rule, beside `b`.
struct ruled : supervised_tree {
  explicit ruled(failure_rule rule, restart_type restart = restart_type::permanent) {
    auto a = scripted("a", restart);
    a.on_failure = std::move(rule);
    start({a, scripted("b")});
    (void)story();
  }
};

} // namespace

// -- by cause ----------------------------------------------------------------------

TEST_CASE("resume keeps the state, costs nothing, and goes on with the next message",
          "[supervisor][A6][E1]") {
  ruled f{on_exception<std::runtime_error>(failure_directive::resume)};
  f.tell("a", count{5});
  const auto q = f.probe.ask(f.at("a"), crash{});
  const auto next = f.probe.ask(f.at("a"), count{2});
  f.time.run();
  CHECK(f.probe.refusal(q)->code == errc::crashed);
  CHECK(f.probe.answer<std::int64_t>(next).value_or(0) == 7);
  CHECK(f.story() == lines{"failed a #1: boom", "resumed a #1"});
  CHECK(f.children().restarts_left == 3);
  CHECK(f.info("a").restarts == 0);
}

TEST_CASE("a temporary child can be resumed, too", "[supervisor][A4][A6]") {
  ruled f{otherwise(failure_directive::resume), restart_type::temporary};
  f.tell("a", crash{});
  CHECK(f.incarnation_of(f.at("a")) == 1U);
  CHECK(f.info("a").phase == child_phase::running);
}

TEST_CASE("stop ends a permanent child for good and leaves the others", "[supervisor][A6]") {
  ruled f{otherwise(failure_directive::stop)};
  f.tell("a", crash{});
  CHECK(f.story() == lines{"failed a #1: boom", "ended a: crashed"});
  CHECK(f.info("a").phase == child_phase::stopped);
  CHECK(f.children().restarts_left == 3);
  CHECK(f.script("b")->constructions() == 1);
  CHECK(f.ask<child_reply>(restart_child{"a"}));
  CHECK(f.info("a").incarnation == 2);
}

TEST_CASE("escalate ends the supervisor with this cause, whatever is left of the budget",
          "[supervisor][A6][D3]") {
  ruled f{otherwise(failure_directive::escalate)};
  f.tell("a", crash{});
  const auto story = f.story();
  REQUIRE(story.size() == 4);
  CHECK(story[1].starts_with("gave up /test/top (escalated)"));
  CHECK(story[1].find("boom") != std::string::npos);
  CHECK(story[2] == "ended b: shutdown");
  CHECK(story[3] == "ended a: shutdown");
  CHECK(f.end_of_top() == "escalated");
}

TEST_CASE("the first rule that answers wins, also in a list inside a list", "[supervisor][A6]") {
  ruled f{first_of({on_exception<std::logic_error>(failure_directive::escalate),
                    first_of({on_exception<int>(failure_directive::resume),
                              on_exception<std::bad_alloc>(failure_directive::stop)}),
                    otherwise(failure_directive::restart)})};
  f.tell("a", crash{failure::number});
  CHECK(f.story().back() == "resumed a #1");
  f.tell("a", crash{failure::exception});
  CHECK(f.info("a").incarnation == 2);
  f.tell("a", crash{failure::out_of_memory});
  CHECK(f.info("a").phase == child_phase::stopped);
}

TEST_CASE("a rule that throws has no answer: the restart type decides", "[supervisor][A6]") {
  ruled f{[](const child_failure&) -> std::optional<failure_directive> {
    throw std::runtime_error{"the rule"};
  }};
  f.tell("a", crash{});
  CHECK(f.info("a").incarnation == 2);
  ruled g{[](const child_failure&) -> std::optional<failure_directive> { throw 42; },
          restart_type::temporary};
  g.tell("a", crash{});
  CHECK_FALSE(g.listed("a"));
}

TEST_CASE("a rule knows how often in a row it has failed", "[supervisor][A6][D10]") {
  ruled f{[](const child_failure& failure) {
    return failure.consecutive < 2 ? std::nullopt : std::optional{failure_directive::stop};
  }};
  f.tell("a", crash{});
  f.tell("a", crash{});
  CHECK(f.info("a").phase == child_phase::running);
  f.tell("a", crash{});
  CHECK(f.info("a").phase == child_phase::stopped);
}

TEST_CASE("a rule does not stand in the way of a stop", "[supervisor][A6][G9]") {
  ruled f{otherwise(failure_directive::resume)};
  f.script("b")->on_stop(stop_mode::late, 1s);
  f.stop();
  f.tell("a", crash{});
  f.time.advance(1s);
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.time.running() == 0);
}

// -- what a child asks for ------------------------------------------------------------

TEST_CASE("a permanent child that asks not to be restarted is not, and stays listed",
          "[supervisor][A12]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = restart_strategy::one_for_all});
  (void)f.story();
  f.tell("a", quit_as{quit_as::way::for_good});
  CHECK(f.info("a").phase == child_phase::stopped);
  CHECK(f.script("b")->constructions() == 1);
  CHECK(f.children().restarts_left == 3);
  CHECK(f.story() == lines{"ended a: normal"});
}

TEST_CASE("a child can end its whole supervisor, normally, and that is not brought back either",
          "[supervisor][A5][A12]") {
  supervised_tree f;
  auto inner = supervised_tree::supervisor("inner", {}, {f.scripted("x"), f.scripted("y")});
  inner.restart = GENERATE(restart_type::transient, restart_type::permanent);
  f.start({f.scripted("a"), inner});
  (void)f.story();
  f.tell("inner/x", quit_as{quit_as::way::tree});
  CHECK(f.script("y")->stop_requests() == 1);
  CHECK(f.story().back() == "ended inner: normal");
  CHECK(f.info("inner").phase == child_phase::stopped);
  CHECK(f.script("x")->constructions() == 1);
  CHECK(f.children().restarts_left == 3);
  CHECK(f.end_of_top() == "still there");
}

TEST_CASE("an abnormal quit is a failure like a crash", "[supervisor][A5][E5]") {
  supervised_tree f;
  f.start({f.scripted("t", restart_type::transient), f.scripted("o", restart_type::temporary)});
  (void)f.story();
  f.tell("t", quit_as{quit_as::way::failed});
  CHECK(f.info("t").incarnation == 2);
  CHECK(f.story().front() == "failed t #1: disk full");
  f.tell("o", quit_as{quit_as::way::failed});
  CHECK_FALSE(f.listed("o"));
  CHECK(f.story().back() == "ended o: crashed");
}

// -- significance -----------------------------------------------------------------------

namespace {

struct significant_tree : supervised_tree {
  explicit significant_tree(auto_shutdown when,
                            restart_strategy strategy = restart_strategy::one_for_one,
                            restart_type restart = restart_type::transient) {
    auto x = scripted("x", restart);
    auto y = scripted("y", restart);
    x.significant = y.significant = true;
    start({scripted("a"), x, y, scripted("z")}, {.strategy = strategy, .auto_shutdown = when});
  }
};

} // namespace

TEST_CASE("any_significant: the first significant child that ends by itself ends its supervisor",
          "[supervisor][A9][s30]") {
  significant_tree f{auto_shutdown::any_significant};
  f.tell("x", end_normally{});
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.script("a")->stop_requests() == 1);
  CHECK(f.time.running() == 0);
}

TEST_CASE("all_significant: only the last of them does", "[supervisor][A9][s30]") {
  const auto restart = GENERATE(restart_type::transient, restart_type::temporary);
  significant_tree f{auto_shutdown::all_significant, restart_strategy::one_for_one, restart};
  f.tell("x", end_normally{});
  CHECK(f.end_of_top() == "still there");
  f.tell("y", quit_as{quit_as::way::shutdown});
  CHECK(f.end_of_top() == "shutdown");
}

TEST_CASE("a temporary significant child counts by a crash, a transient one comes back",
          "[supervisor][A4][A9][s30]") {
  significant_tree transient{auto_shutdown::any_significant};
  transient.tell("x", crash{});
  CHECK(transient.end_of_top() == "still there");
  CHECK(transient.info("x").incarnation == 2);
  transient.stop();
}

TEST_CASE("the crash of a temporary significant child is an end by itself",
          "[supervisor][A9][s30]") {
  significant_tree f{auto_shutdown::any_significant, restart_strategy::one_for_one,
                     restart_type::temporary};
  f.tell("x", crash{});
  CHECK(f.end_of_top() == "shutdown");
}

TEST_CASE("an insignificant child's end ends nothing", "[supervisor][A9]") {
  supervised_tree f;
  f.start({f.scripted("a", restart_type::temporary)},
          {.auto_shutdown = auto_shutdown::any_significant});
  f.tell("a", end_normally{});
  CHECK(f.end_of_top() == "still there");
}

TEST_CASE("what is stopped by hand does not count for auto_shutdown", "[supervisor][A9][C8][s30]") {
  const auto when = GENERATE(auto_shutdown::any_significant, auto_shutdown::all_significant);
  significant_tree f{when};
  CHECK(f.ask<child_info>(terminate_child{"x"}));
  CHECK(f.ask<child_info>(terminate_child{"y"}));
  CHECK(f.end_of_top() == "still there");
}

TEST_CASE("what is stopped by a group restart does not count, also if it stays gone",
          "[supervisor][A9][C5][s30]") {
  const auto strategy = GENERATE(restart_strategy::one_for_all, restart_strategy::rest_for_one);
  significant_tree f{auto_shutdown::any_significant, strategy, restart_type::temporary};
  f.tell("a", crash{});
  CHECK(f.end_of_top() == "still there");
  CHECK(f.ids() == lines{"a", "z"});
}

TEST_CASE("an automatic shutdown goes up only through a supervisor that is itself significant",
          "[supervisor][A9][s30]") {
  const auto [restart, significant, inner, outer] = GENERATE(
    table<restart_type, bool, child_phase, std::string>(
      {{restart_type::transient, true, child_phase::stopped, "shutdown"},
       {restart_type::transient, false, child_phase::stopped, "still there"},
       {restart_type::permanent, false, child_phase::running, "still there"}}));
  supervised_tree f;
  auto x = f.scripted("x", restart_type::transient);
  x.significant = true;
  auto spec = supervised_tree::supervisor("inner",
                                          {.auto_shutdown = auto_shutdown::any_significant}, {x});
  spec.restart = restart;
  spec.significant = significant;
  f.start({f.scripted("a"), spec}, {.auto_shutdown = auto_shutdown::any_significant});
  f.tell("inner/x", end_normally{});
  CHECK(f.end_of_top() == outer);
  if (outer == "still there")
    CHECK(f.info("inner").phase == inner);
}
