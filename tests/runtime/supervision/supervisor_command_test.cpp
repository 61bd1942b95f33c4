// What actors may ask of a supervisor, and what it answers in every phase of a child.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/supervised_tree.hpp"

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

// -- unknown children ------------------------------------------------------------------

TEST_CASE("what is asked about a child that is not there is refused by its name",
          "[supervisor][C8][J3]") {
  supervised_tree f;
  f.start({f.scripted("a")});
  const error none{errc::child_not_found, "\"x\""};
  CHECK(f.refused(which_child{"x"}) == none);
  CHECK(f.refused(get_child_spec{"x"}) == none);
  CHECK(f.refused(terminate_child{"x"}) == none);
  CHECK(f.refused(restart_child{"x"}) == none);
  CHECK(f.refused(delete_child{"x"}) == none);
  CHECK(f.refused(change_child{f.scripted("x")}) == none);
}

// -- start_child -----------------------------------------------------------------------

TEST_CASE("a bad specification is refused and nothing is made", "[supervisor][A9][A10][C8][s18]") {
  supervised_tree f;
  f.start({});
  auto bad = f.scripted("x");
  bad.shutdown = -1ms;
  const auto why = f.refused(start_child{bad});
  CHECK(why->code == errc::invalid_argument);
  CHECK(why->detail.starts_with("child.shutdown: -1 ms"));
  auto significant = f.scripted("x", restart_type::transient);
  significant.significant = true;
  CHECK(f.refused(start_child{significant})->detail.starts_with("child.significant"));
  CHECK(f.refused(start_pooled{})->code == errc::invalid_argument);
  CHECK(f.script("x")->constructions() == 0);
  CHECK(f.counts() == child_counts{});
}

TEST_CASE("an id that is taken is refused: running while it runs, present when it has ended",
          "[supervisor][A1][C8]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("t", restart_type::transient)});
  CHECK(f.refused(start_child{f.scripted("a")}) == error{errc::already_running, "/test/top/a"});
  f.tell("t", end_normally{});
  CHECK(f.refused(start_child{f.scripted("t")}) == error{errc::already_present, "/test/top/t"});
  CHECK(f.counts() == child_counts{2, 1, 0, 2});
}

TEST_CASE(
  "a new child is the last in order, answered when it is up, and supervised like the others",
  "[supervisor][C8][C9]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = restart_strategy::rest_for_one});
  f.script("late")->start_delay(1s);
  const auto q = f.probe.ask(f.top.handle, start_child{f.scripted("late")});
  f.time.advance(1s - 1ns);
  CHECK_FALSE(f.probe.answered(q));
  f.time.advance(1ns);
  CHECK(f.probe.answer<child_reply>(q));
  f.script("late")->start_delay(0s);
  CHECK(f.ids() == lines{"a", "b", "late"});
  f.tell("b", crash{});
  CHECK(f.info("late").incarnation == 2);
  (void)f.story();
  f.stop();
  CHECK(f.story() == lines{"ended late: shutdown", "ended b: shutdown", "ended a: shutdown"});
}

TEST_CASE("a new child that does not start is not added, costs nothing, and the answer says why",
          "[supervisor][C8]") {
  supervised_tree f;
  f.start({});
  f.script("x")->fail_constructions({1});
  const auto why = f.refused(start_child{f.scripted("x")});
  CHECK(why->code == errc::start_failed);
  CHECK(why->detail.find("no disk") != std::string::npos);
  CHECK_FALSE(f.listed("x"));
  CHECK(f.children().restarts_left == 3);
  CHECK(f.ask<child_reply>(start_child{f.scripted("x")}));
}

TEST_CASE("a new child that is not wanted stays listed without a handle", "[supervisor][A3][C8]") {
  supervised_tree f;
  f.start({});
  f.script("x")->ignore_constructions({1, 2});
  const auto reply = f.ask<child_reply>(start_child{f.scripted("x")});
  REQUIRE(reply);
  CHECK_FALSE(reply->handle);
  CHECK(f.counts() == child_counts{1, 0, 0, 1});
  CHECK(f.refused(start_child{f.scripted("x")})->code == errc::already_present);
}

TEST_CASE("no more children than max_children, those between two incarnations included",
          "[supervisor][C10]") {
  supervised_tree f;
  auto a = f.scripted("a");
  a.backoff = {.min_backoff = 1h, .max_backoff = 1h, .jitter = 0, .first_at_once = false};
  f.start({a}, {.max_children = 2});
  f.tell("a", crash{});
  CHECK(f.ask<child_reply>(start_child{f.scripted("b")}));
  const auto why = f.refused(start_child{f.scripted("c")});
  CHECK(why == error{errc::overloaded, "max_children is 2"});
  CHECK(f.script("c")->constructions() == 0);
  CHECK(f.ask<child_info>(terminate_child{"b"}));
  CHECK(f.ask<child_info>(delete_child{"b"}));
  CHECK(f.ask<child_reply>(start_child{f.scripted("c")}));
}

// -- terminate_child -----------------------------------------------------------------------

TEST_CASE("a child stopped by hand stays listed and down; a temporary one is forgotten",
          "[supervisor][A4][C8][G15]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("o", restart_type::temporary), f.scripted("b")});
  const auto before = f.ask<child_info>(terminate_child{"a"});
  REQUIRE(before);
  CHECK(before->phase == child_phase::stopped);
  CHECK(f.info("a").phase == child_phase::stopped);
  CHECK(f.ask<child_info>(terminate_child{"o"}));
  CHECK(f.ids() == lines{"a", "b"});
  CHECK(f.children().restarts_left == 3);
  CHECK(f.incarnation_of(f.at("b")) == 1U);
  CHECK(f.ask<child_info>(terminate_child{"a"})); // again
}

TEST_CASE("two who stop the same child are both answered when it has ended",
          "[supervisor][C8][G8][s27]") {
  supervised_tree f;
  f.start({f.scripted("a")});
  f.script("a")->on_stop(stop_mode::late, 2s);
  const auto first = f.probe.ask(f.top.handle, terminate_child{"a"});
  f.time.advance(1s);
  const auto second = f.probe.ask(f.top.handle, terminate_child{"a"});
  f.time.advance(1s - 1ns);
  CHECK_FALSE(f.probe.answered(first));
  CHECK(f.refused(restart_child{"a"})->code == errc::restarting);
  CHECK(f.refused(delete_child{"a"})->code == errc::already_running);
  f.time.advance(1ns);
  CHECK(f.probe.answer<child_info>(first));
  CHECK(f.probe.answer<child_info>(second));
  CHECK(f.script("a")->stop_requests() == 1);
}

TEST_CASE("a child that hangs is abandoned at its time, and the answer says so",
          "[supervisor][C8][G4][G6][s26]") {
  supervised_tree f;
  auto hog = f.scripted("hog");
  hog.shutdown = 1s;
  f.start({hog});
  const auto before = f.at("hog");
  f.script("hog")->on_stop(stop_mode::ignore);
  const auto q = f.probe.ask(f.top.handle, terminate_child{"hog"});
  f.time.advance(1s);
  CHECK(f.probe.answer<child_info>(q)->phase == child_phase::abandoned);
  CHECK(f.counts() == child_counts{1, 0, 0, 1});
  const auto again = f.ask<child_reply>(restart_child{"hog"});
  REQUIRE(again);
  CHECK(again->handle != before);
  CHECK(f.info("hog").incarnation == 2);
  // Its late end hurts nobody.
  f.probe.send(before, end_normally{});
  f.time.run();
  CHECK(f.info("hog").phase == child_phase::running);
}

TEST_CASE("a child that is still starting can be stopped by hand: who waited for it is told",
          "[supervisor][C8][G11]") {
  supervised_tree f;
  f.start({});
  f.script("slow")->start_delay(1h);
  const auto start = f.probe.ask(f.top.handle, start_child{f.scripted("slow")});
  f.time.run();
  CHECK(f.ask<child_info>(terminate_child{"slow"}));
  CHECK(f.probe.refusal(start)->code == errc::stopped);
  CHECK_FALSE(f.listed("slow")); // it was never up
  CHECK(f.time.running() == 1);
}

TEST_CASE("a whole branch can be stopped, with the rest unaffected, and started again",
          "[supervisor][C8][C12][G15]") {
  supervised_tree f;
  f.start({f.scripted("a"),
           supervised_tree::supervisor("inner", {}, {f.scripted("x"), f.scripted("y")})});
  const auto inner = f.at("inner");
  CHECK(f.ask<child_info>(terminate_child{"inner"}));
  CHECK(f.script("x")->destructions() == 1);
  CHECK(f.counts() == child_counts{2, 1, 1, 1});
  CHECK(f.incarnation_of(f.at("a")) == 1U);
  CHECK(f.ask<child_reply>(restart_child{"inner"}));
  CHECK(f.at("inner") != inner);
  CHECK(f.script("y")->constructions() == 2);
}

// -- restart_child ----------------------------------------------------------------------------

TEST_CASE("a child that runs is not restarted by hand, unless that is wanted: then in place, free "
          "of charge",
          "[supervisor][C8][E3]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = restart_strategy::one_for_all});
  const auto a = f.at("a");
  CHECK(f.refused(restart_child{"a"}) == error{errc::already_running, "/test/top/a"});
  f.script("a")->on_stop(stop_mode::late, 1s);
  const auto q = f.probe.ask(f.top.handle, restart_child{"a", true});
  f.time.run();
  CHECK(f.info("a").phase == child_phase::halting);
  f.time.advance(1s);
  const auto reply = f.probe.answer<child_reply>(q);
  REQUIRE(reply);
  CHECK(reply->handle == a);
  CHECK(reply->child.incarnation == 2);
  CHECK(f.script("a")->log() == lines{"#1 made", "#1 asked to stop", "#1 gone", "#2 made"});
  CHECK(f.info("a").restarts == 0);
  CHECK(f.script("b")->constructions() == 1);
  CHECK(f.children().restarts_left == 3);
}

TEST_CASE("one that ended is restarted by hand as a new actor with the numbers going on",
          "[supervisor][A2][C8][s2]") {
  supervised_tree f;
  f.start({f.scripted("t", restart_type::transient)});
  const auto before = f.at("t");
  f.tell("t", quit_as{quit_as::way::shutdown});
  const auto reply = f.ask<child_reply>(restart_child{"t"});
  REQUIRE(reply);
  CHECK(reply->handle != before);
  CHECK(reply->child.incarnation == 2);
  CHECK(f.incarnation_of(reply->handle) == 2U);
  CHECK(f.children().restarts_left == 3);
}

TEST_CASE("a restart by hand that fails leaves the child stopped, and says why",
          "[supervisor][C8]") {
  supervised_tree f;
  f.start({f.scripted("t", restart_type::transient)});
  f.tell("t", end_normally{});
  f.script("t")->fail_constructions({2});
  CHECK(f.refused(restart_child{"t"})->detail.find("no disk") != std::string::npos);
  CHECK(f.info("t").phase == child_phase::stopped);
  CHECK(f.children().restarts_left == 3);
  CHECK(f.ask<child_reply>(restart_child{"t"}));
}

// -- delete_child ---------------------------------------------------------------------------------

TEST_CASE("only what has ended can be deleted; its id is then free", "[supervisor][C8]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")});
  CHECK(f.refused(delete_child{"a"}) == error{errc::already_running, "/test/top/a"});
  CHECK(f.ask<child_info>(terminate_child{"a"}));
  CHECK(f.ask<child_info>(delete_child{"a"}));
  CHECK(f.ids() == lines{"b"});
  const auto reply = f.ask<child_reply>(start_child{f.scripted("a")});
  REQUIRE(reply);
  CHECK(reply->child.incarnation == 1);
  CHECK(f.ids() == lines{"b", "a"});
}

// -- looking ------------------------------------------------------------------------------------------

TEST_CASE("the list, one child, and the counts", "[supervisor][A8][J1][J2][J3]") {
  supervised_tree f;
  f.start({f.scripted("a"), supervised_tree::supervisor("inner", {}, {f.scripted("x")}),
           f.scripted("t", restart_type::transient)},
          {.strategy = restart_strategy::rest_for_one, .limits = {7, 5s}});
  f.tell("t", end_normally{});
  const auto list = f.children();
  CHECK(list.strategy == restart_strategy::rest_for_one);
  CHECK(list.max_restarts == 7);
  REQUIRE(list.children.size() == 3);
  CHECK(list.children[1]
        == child_info{"inner", "/test/top/inner", child_phase::running, child_type::supervisor,
                      restart_type::permanent, 1, 0});
  CHECK(list.children[2] == f.info("t"));
  CHECK(f.counts() == child_counts{3, 2, 1, 2});
}

TEST_CASE("a specification is read back with the defaults filled in", "[supervisor][A11]") {
  supervised_tree f;
  f.start({{.id = "a", .start = f.scripted("a").start}});
  const auto spec = f.ask<child_spec>(get_child_spec{"a"});
  REQUIRE(spec);
  CHECK(spec->id == "a");
  CHECK(spec->start);
  CHECK(spec->restart == restart_type::permanent);
  CHECK(spec->shutdown == 5s);
  CHECK(spec->type == child_type::worker);
  CHECK(spec->backoff == backoff_options{});
  CHECK(spec->policy == actor_policy{});
  CHECK_FALSE(spec->significant);
}

// -- changing what is decided by -------------------------------------------------------------------------

TEST_CASE("new options count from the next decision on, and touch nobody", "[supervisor][J10]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")});
  f.tell("a", crash{});
  CHECK_FALSE(
    f.refused(change_supervisor{{.strategy = restart_strategy::one_for_all, .limits = {2, 5s}}}));
  CHECK(f.script("b")->constructions() == 1);
  CHECK(f.children().restarts_left == 1);
  f.tell("a", crash{});
  CHECK(f.script("b")->constructions() == 2);
  f.tell("a", crash{});
  CHECK(f.end_of_top() == "escalated");
}

TEST_CASE("options that do not hold are refused, and so is a change of a pool into something else",
          "[supervisor][J10]") {
  supervised_tree f;
  f.start({f.scripted("a")});
  CHECK(f.refused(change_supervisor{{.limits = {1, 0s}}})
        == error{errc::invalid_argument, "/test/top.limits.period: 0 ns"});
  CHECK(f.refused(change_supervisor{{.strategy = restart_strategy::dynamic}})->code
        == errc::invalid_argument);
  CHECK(f.children().strategy == restart_strategy::one_for_one);
}

TEST_CASE(
  "a new specification counts from the next decision, its start function from the next actor",
  "[supervisor][A10][J10]") {
  supervised_tree f;
  f.start({f.scripted("a")});
  auto bad = f.scripted("a");
  bad.init_timeout = -1ms;
  CHECK(f.refused(change_child{bad})->detail.starts_with("child.init_timeout: -1 ms"));
  auto other = f.scripted("other", restart_type::transient);
  other.id = "a";
  const auto info = f.ask<child_info>(change_child{other});
  REQUIRE(info);
  CHECK(info->restart == restart_type::transient);
  CHECK(info->incarnation == 1);
  f.tell("a", crash{}); // in place: still the old actor
  CHECK(f.script("a")->constructions() == 2);
  f.kill("a");
  CHECK(f.script("other")->constructions() == 1);
  f.tell("a", end_normally{});
  CHECK(f.info("a").phase == child_phase::stopped);
}

// -- in a stop ----------------------------------------------------------------------------------------------

TEST_CASE("once stopping nobody is added or brought back, and questions are still answered",
          "[supervisor][G9][G10][G15]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("late")});
  CHECK(f.ask<child_info>(terminate_child{"a"}));
  f.script("late")->on_stop(stop_mode::late, 2s);
  f.stop();
  CHECK(f.refused(start_child{f.scripted("x")})->code == errc::stopping);
  CHECK(f.refused(restart_child{"a"})->code == errc::stopping);
  CHECK(f.info("late").phase == child_phase::stopping);
  const auto q = f.probe.ask(f.top.handle, terminate_child{"late"});
  f.time.advance(2s);
  CHECK(f.probe.answer<child_info>(q));
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.script("x")->constructions() == 0);
}

TEST_CASE("who waits for a start when the stop begins is told", "[supervisor][G10][G11]") {
  supervised_tree f;
  f.start({});
  f.script("slow")->start_delay(1h);
  const auto q = f.probe.ask(f.top.handle, start_child{f.scripted("slow")});
  f.time.run();
  f.stop();
  CHECK(f.probe.refusal(q)->code == errc::stopping);
  CHECK(f.time.running() == 0);
}

TEST_CASE(
  "children added by hand are gone when their supervisor is made anew, the static ones are back",
  "[supervisor][C9][C12][s29]") {
  supervised_tree f;
  f.start({f.scripted("a"),
           supervised_tree::supervisor("inner", {.limits = {1, 5s}}, {f.scripted("static")})});
  const auto q = f.probe.ask(f.at("inner"), start_child{f.scripted("dynamic")});
  f.time.run();
  REQUIRE(f.probe.answer<child_reply>(q));
  f.tell("inner/dynamic", crash{}); // is replaced without touching the outer one
  CHECK(f.script("dynamic")->constructions() == 2);
  CHECK(f.children().restarts_left == 3);
  f.tell("inner/dynamic", crash{});
  CHECK(f.children().restarts_left == 2);
  CHECK(f.script("dynamic")->constructions() == 2);
  CHECK(f.script("static")->constructions() == 2);
  const auto list = f.probe.ask(f.at("inner"), which_children{});
  f.time.run();
  CHECK(f.probe.answer<children_list>(list)->children.size() == 1);
}
