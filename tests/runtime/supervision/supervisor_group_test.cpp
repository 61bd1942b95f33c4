// Group restarts with real actors: the order of stops and starts, what siblings keep, and what can go wrong on the way.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "tests/runtime/supervision/supervised_tree.hpp"

#include <stdexcept>

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

using diary = std::shared_ptr<lines>;

/// Writes down when it is made (+), asked to stop (?) and gone (-). Any number crashes it.
struct diarist {
  static constexpr std::string_view type_name = "diarist";

  diarist(supervised_actor* its_self, std::string its_name, diary common)
    : self(its_self), name(std::move(its_name)), book(std::move(common)) {
    book->push_back("+" + name);
  }
  ~diarist() { book->push_back("-" + name); }
  diarist(const diarist&) = delete;
  diarist& operator=(const diarist&) = delete;

  caf::behavior make_behavior() {
    return {[](int) { throw std::runtime_error{"boom"}; }};
  }
  void on_stop(const stop_request&) {
    book->push_back("?" + name);
    self->quit(caf::exit_reason::user_shutdown);
  }

  supervised_actor* self;
  std::string name;
  diary book;
};

struct group_of_five : supervised_tree {
  explicit group_of_five(supervisor_options options) {
    std::vector<child_spec> children;
    for (const char* id : {"a", "b", "c", "d", "e"}) {
      children.push_back(make_child<diarist>(id, std::string{id}, book));
      children.back().backoff = backoff_options::off();
    }
    start(std::move(children), options);
    book->clear();
  }

  diary book = std::make_shared<lines>();
};

} // namespace

// -- order ----------------------------------------------------------------------

TEST_CASE("one_for_all stops the newest first and starts the oldest first",
          "[supervisor][C2][E8][s5]") {
  group_of_five f{{.strategy = restart_strategy::one_for_all}};
  f.tell("c", 1);
  CHECK(
    *f.book
    == lines{"?e", "-e", "?d", "-d", "?b", "-b", "?a", "-a", "+a", "+b", "-c", "+c", "+d", "+e"});
  CHECK(f.story({"spawned", "up"})
        == lines{
          "failed c #1: boom", "restarting a in place, attempt 0, 2 left",
          "restarting b in place, attempt 0, 2 left", "restarting c in place, attempt 1, 2 left",
          "restarting d in place, attempt 0, 2 left", "restarting e in place, attempt 0, 2 left"});
}

TEST_CASE("rest_for_one stops 5 and 4 and starts 3, 4, 5; a stop takes 5, 4, 3, 2, 1",
          "[supervisor][C3][G2][s6][s8]") {
  group_of_five f{{.strategy = restart_strategy::rest_for_one}};
  f.tell("c", 1);
  CHECK(*f.book == lines{"?e", "-e", "?d", "-d", "-c", "+c", "+d", "+e"});
  f.book->clear();
  f.stop();
  CHECK(*f.book == lines{"?e", "-e", "?d", "-d", "?c", "-c", "?b", "-b", "?a", "-a"});
  CHECK(f.end_of_top() == "shutdown");
}

TEST_CASE("where children stop together the group is asked at once, and still starts in order",
          "[supervisor][C2][G3]") {
  group_of_five f{{.strategy = restart_strategy::one_for_all, .stop = stop_order::together}};
  f.tell("c", 1);
  const lines starts{"+a", "+b", "-c", "+c", "+d", "+e"};
  REQUIRE(f.book->size() == 14);
  CHECK(lines(f.book->end() - 6, f.book->end()) == starts);
  for (const auto& line : lines(f.book->begin(), f.book->begin() + 8))
    CHECK((line.front() == '?' || line.front() == '-'));
}

// -- what siblings keep -----------------------------------------------------------

TEST_CASE(
  "a sibling keeps its address, and what waits for it is handled in order after the group is back",
  "[supervisor][C2][E2][E3][E6]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = restart_strategy::one_for_all});
  const auto b = f.at("b");
  f.probe.watch(b);
  f.script("a")->start_delay(1s);
  f.tell("a", crash{});
  CHECK(f.info("b").phase == child_phase::halted);
  for (const char* text : {"one", "two", "three"})
    f.probe.send(b, note{text});
  CHECK(f.refusal_of(b) == errc::restarting);
  f.time.advance(1s);
  CHECK(f.at("b") == b);
  CHECK(
    f.script("b")->log()
    == lines{"#1 made", "#1 asked to stop", "#1 gone", "#2 made", "#2 one", "#2 two", "#2 three"});
  CHECK(f.probe.none()); // no end was seen
}

TEST_CASE("a sibling that ignores the stop is abandoned at its time and replaced by a new actor",
          "[supervisor][C2][G4][G6]") {
  supervised_tree f;
  auto hog = f.scripted("hog");
  hog.shutdown = 1s;
  f.start({f.scripted("a"), hog}, {.strategy = restart_strategy::one_for_all});
  const auto before = f.at("hog");
  f.script("hog")->on_stop(stop_mode::ignore);
  (void)f.story();
  f.tell("a", crash{});
  f.time.advance(1s - 1ns);
  CHECK(f.story() == lines{"failed a #1: boom"});
  f.time.advance(1ns);
  CHECK(f.story()
        == lines{"abandoned hog", "restarting a in place, attempt 1, 2 left", "up a #2",
                 "restarting hog anew, attempt 0, 2 left", "spawned hog", "up hog #2"});
  CHECK(f.at("hog") != before);
  CHECK(f.incarnation_of(f.at("hog")) == 2U);
  // What the one that was given up still does concerns nobody.
  f.probe.send(before, crash{});
  f.time.run();
  CHECK(f.info("hog").incarnation == 2);
  CHECK(f.children().restarts_left == 2);
}

TEST_CASE("a sibling that fails while it makes way comes back with the group and costs nothing",
          "[supervisor][C2][G7]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = restart_strategy::one_for_all});
  f.script("b")->on_stop(stop_mode::fail);
  f.tell("a", crash{});
  CHECK(f.info("b").phase == child_phase::running);
  CHECK(f.info("b").incarnation == 2);
  CHECK(f.children().restarts_left == 2);
}

TEST_CASE("a sibling that crashed at the same time is one with the group", "[supervisor][C2][D1]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")},
          {.strategy = restart_strategy::one_for_all});
  f.script("b")->on_stop(stop_mode::late, 1s);
  f.tell("c", crash{});
  f.tell("a", crash{});
  f.time.advance(1s);
  for (const char* id : {"a", "b", "c"})
    CHECK(f.info(id).incarnation == 2);
  CHECK(f.children().restarts_left == 2);
}

TEST_CASE("a temporary sibling is stopped by a group restart and stays gone",
          "[supervisor][A4][C5][s7]") {
  const auto strategy = GENERATE(restart_strategy::one_for_all, restart_strategy::rest_for_one);
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("bystander", restart_type::temporary)},
          {.strategy = strategy});
  f.tell("a", crash{});
  CHECK(f.ids() == lines{"a"});
  CHECK(f.script("bystander")->log() == lines{"#1 made", "#1 asked to stop", "#1 gone"});
  CHECK(f.info("a").incarnation == 2);
  CHECK(f.end_of_top() == "still there");
}

TEST_CASE("a sibling that was stopped by hand comes back with its group", "[supervisor][C2][C8]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = restart_strategy::one_for_all});
  CHECK(f.ask<child_info>(terminate_child{"b"}));
  CHECK(f.info("b").phase == child_phase::stopped);
  f.tell("a", crash{});
  CHECK(f.info("b").phase == child_phase::running);
}

// -- failures on the way ------------------------------------------------------------

TEST_CASE("one_for_all begins again with the whole group when a member does not come up",
          "[supervisor][C6][D2]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c")},
          {.strategy = restart_strategy::one_for_all});
  f.script("b")->fail_constructions({2});
  f.tell("c", crash{});
  CHECK(f.script("a")->constructions() == 3);
  CHECK(f.script("b")->constructions() == 3);
  CHECK(f.script("c")->constructions() == 2);
  CHECK(f.counts().active == 3);
  CHECK(f.children().restarts_left == 1);
}

TEST_CASE("rest_for_one goes on from the member that did not come up; the earlier ones stay up",
          "[supervisor][C6][D2]") {
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b"), f.scripted("c"), f.scripted("d")},
          {.strategy = restart_strategy::rest_for_one});
  f.script("c")->fail_constructions({2});
  f.tell("b", crash{});
  CHECK(f.script("a")->constructions() == 1);
  CHECK(f.script("b")->constructions() == 2);
  CHECK(f.script("c")->constructions() == 3);
  CHECK(f.script("d")->constructions() == 2);
  CHECK(f.counts().active == 4);
  CHECK(f.children().restarts_left == 1);
}

TEST_CASE("a member that never comes up again uses the budget up and ends all",
          "[supervisor][C6][D2][D3][s11]") {
  const auto strategy = GENERATE(restart_strategy::one_for_all, restart_strategy::rest_for_one);
  supervised_tree f;
  f.start({f.scripted("a"), f.scripted("b")}, {.strategy = strategy, .limits = {10, 5s}});
  f.script("b")->fail_constructions_from(2);
  f.tell("a", crash{});
  CHECK(f.script("b")->constructions() == 11);
  CHECK(f.end_of_top() == "escalated");
  CHECK(f.time.running() == 0);
}

// -- delays ------------------------------------------------------------------------

TEST_CASE("the delay comes between the stops and the starts, and the supervisor answers in it",
          "[supervisor][C2][C7][D6]") {
  supervised_tree f;
  auto b = f.scripted("b");
  b.backoff = {.min_backoff = 1s, .max_backoff = 1s, .jitter = 0, .first_at_once = false};
  f.start({f.scripted("a"), b}, {.strategy = restart_strategy::one_for_all});
  f.tell("b", crash{});
  f.time.advance(1s - 1ns);
  CHECK(f.info("a").phase == child_phase::halted);
  CHECK(f.info("b").phase == child_phase::halted);
  CHECK(f.refused(restart_child{"a"})->code == errc::restarting);
  CHECK(f.refused(delete_child{"b"})->code == errc::restarting);
  f.time.advance(1ns);
  CHECK(f.counts().active == 2);
  CHECK(f.info("a").incarnation == 2);
}

TEST_CASE("a stop cuts the delay of a group short", "[supervisor][D8][G9]") {
  supervised_tree f;
  auto b = f.scripted("b");
  b.backoff = {.min_backoff = 1h, .max_backoff = 1h, .jitter = 0, .first_at_once = false};
  f.start({f.scripted("a"), b}, {.strategy = restart_strategy::one_for_all});
  f.tell("b", crash{});
  f.stop();
  CHECK(f.end_of_top() == "shutdown");
  CHECK(f.script("a")->constructions() == 1);
  CHECK(f.time.running() == 0);
}

// -- nesting -----------------------------------------------------------------------

TEST_CASE("a supervisor in a group is made anew, with its static children at the same paths",
          "[supervisor][C2][C9][C12]") {
  supervised_tree f;
  f.start({f.scripted("a"), supervised_tree::supervisor("inner", {}, {f.scripted("deep")})},
          {.strategy = restart_strategy::one_for_all});
  const auto inner = f.at("inner");
  const auto deep = f.at("inner/deep");
  (void)f.story();
  f.tell("a", crash{});
  CHECK(f.story()
        == lines{"failed a #1: boom", "ended inner/deep: shutdown", "ended inner: shutdown",
                 "restarting a in place, attempt 1, 2 left", "up a #2",
                 "restarting inner anew, attempt 0, 2 left", "spawned inner", "spawned inner/deep",
                 "up inner/deep #1", "up inner #2"});
  CHECK(f.at("inner") != inner);
  CHECK(f.at("inner/deep") != deep);
  CHECK(f.refusal_of(deep) == errc::stopped);
  CHECK(f.children().restarts_left == 2);
}
