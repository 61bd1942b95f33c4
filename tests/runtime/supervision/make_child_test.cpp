// Any CAF actor can be a child: plain ones are made anew, typed ones with the base restart in place.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/errors.hpp"
#include "runtime/supervision/make_child.hpp"
#include "tests/runtime/supervision/supervised_tree.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <stdexcept>

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;
using namespace std::chrono_literals;

namespace {

/// Adds up; a negative number ends it: -1 normally, -2 by an error, -3 by an exception.
class plain_adder final : public caf::event_based_actor {
public:
  plain_adder(caf::actor_config& cfg, int base) : caf::event_based_actor(cfg), sum_(base) {
    if (base < 0)
      throw std::runtime_error{"a negative base"};
  }

private:
  caf::behavior make_behavior() override {
    return {[this](int by) {
      if (by == -1)
        quit();
      else if (by == -2)
        quit(to_caf({errc::io_error, "disk full"}));
      else if (by == -3)
        throw std::runtime_error{"boom"};
      return sum_ += by;
    }};
  }

  int sum_;
};

using typed_base = caf::typed_event_based_actor<caf::replies_to<int>::with<int>>;

class plain_typed_adder final : public typed_base {
public:
  plain_typed_adder(caf::actor_config& cfg, int base) : typed_base(cfg), sum_(base) {}

private:
  behavior_type make_behavior() override {
    return {[this](int by) {
      if (by < 0)
        quit(to_caf({errc::io_error, "disk full"}));
      return sum_ += by;
    }};
  }

  int sum_;
};

struct typed_state {
  static constexpr std::string_view type_name = "typed_state";

  typed_state(supervised<typed_base>*, int base) : sum(base) {}

  typed_base::behavior_type make_behavior() {
    return {[this](int by) {
      if (by < 0)
        throw std::runtime_error{"boom"};
      return sum += by;
    }};
  }

  int sum;
};

child_spec without_delay(child_spec spec, restart_type restart = restart_type::permanent) {
  spec.restart = restart;
  spec.backoff = backoff_options::off();
  return spec;
}

int add(supervised_tree& tree, std::string_view id, int by) {
  const auto q = tree.probe.ask(tree.at(id), by);
  tree.time.run();
  return tree.probe.answer<int>(q).value_or(-1);
}

} // namespace

TEST_CASE("a plain CAF actor that fails is made anew from its arguments, at the same path",
          "[make_child][A2][E3]") {
  const auto how = GENERATE(-2, -3);
  supervised_tree f;
  f.start({without_delay(make_plain_child<plain_adder>("a", 10)), f.scripted("b")});
  CHECK(add(f, "a", 5) == 15);
  const auto before = f.at("a");
  (void)f.story();
  f.probe.send(before, how);
  const auto waiting = f.probe.ask(before, 1); // in the mailbox at the crash: lost
  f.time.run();
  CHECK(f.probe.refusal(waiting));
  CHECK(
    f.story()
    == lines{"ended a: crashed", "restarting a anew, attempt 1, 2 left", "spawned a", "up a #2"});
  CHECK(f.at("a") != before);
  CHECK(add(f, "a", 5) == 15);
  CHECK(f.script("b")->constructions() == 1);
}

TEST_CASE("the restart type decides about plain actors, too", "[make_child][A4][A5]") {
  const auto [restart, end, phase] = GENERATE(
    table<restart_type, int, child_phase>({{restart_type::permanent, -1, child_phase::running},
                                           {restart_type::transient, -1, child_phase::stopped},
                                           {restart_type::transient, -2, child_phase::running}}));
  supervised_tree f;
  f.start({without_delay(make_plain_child<plain_adder>("a", 10), restart)});
  f.tell("a", end);
  CHECK(f.info("a").phase == phase);
  CHECK(f.info("a").incarnation == (phase == child_phase::running ? 2U : 1U));
}

TEST_CASE("a temporary plain actor is gone after its end", "[make_child][A4]") {
  supervised_tree f;
  f.start({without_delay(make_plain_child<plain_adder>("a", 10), restart_type::temporary)});
  f.tell("a", -2);
  CHECK(f.counts() == child_counts{});
}

TEST_CASE("a plain actor that cannot be made is a failed start", "[make_child][B3]") {
  supervised_tree f;
  f.start({f.scripted("a"), make_plain_child<plain_adder>("bad", -7)});
  CHECK(f.end_of_top() == "start_failed");
  CHECK(f.time.running() == 0);
}

TEST_CASE("a killed plain actor is made anew, and plain actors are made anew with their group",
          "[make_child][C2]") {
  supervised_tree f;
  f.start({without_delay(make_plain_child<plain_adder>("a", 10)), f.scripted("b")},
          {.strategy = restart_strategy::one_for_all});
  f.kill("a");
  CHECK(f.info("a").incarnation == 2);
  CHECK(f.info("b").incarnation == 2);
  const auto before = f.at("a");
  f.tell("b", crash{});
  CHECK(f.at("a") != before);
  CHECK(f.info("a").incarnation == 3);
  CHECK(add(f, "a", 1) == 11);
  CHECK(f.counts().active == 2);
}

TEST_CASE("a plain actor is stopped by an exit message, brutally by a kill",
          "[make_child][A7][G2]") {
  const auto [time, how] = GENERATE(table<std::chrono::milliseconds, std::string>(
    {{5s, "ended a: shutdown"}, {brutal_shutdown, "ended a: killed"}}));
  supervised_tree f;
  auto spec = make_plain_child<plain_adder>("a", 10);
  spec.shutdown = time;
  f.start({spec});
  (void)f.story();
  f.stop();
  CHECK(f.story() == lines{how});
  CHECK(f.end_of_top() == "shutdown");
}

TEST_CASE("a plain actor can be restarted by hand: as a new actor", "[make_child][C8]") {
  supervised_tree f;
  f.start({without_delay(make_plain_child<plain_adder>("a", 10))});
  const auto before = f.at("a");
  const auto reply = f.ask<child_reply>(restart_child{"a", true});
  REQUIRE(reply);
  CHECK(reply->handle != before);
  CHECK(reply->child.incarnation == 2);
}

TEST_CASE("under a barrier plain actors do not wait and hold nobody up", "[make_child][B2]") {
  supervised_tree f;
  f.start({make_plain_child<plain_adder>("a", 10), f.scripted("b")}, {.start_barrier = true});
  CHECK(f.parent.lines() == lines{"up #1"});
  CHECK(f.script("b")->starts() == 1);
}

TEST_CASE("a plain statically typed actor is made anew like any other", "[make_child][A2]") {
  supervised_tree f;
  f.start({without_delay(make_plain_child<plain_typed_adder>("a", 10))});
  CHECK(add(f, "a", 5) == 15);
  const auto before = f.at("a");
  f.tell("a", -1);
  CHECK(f.at("a") != before);
  CHECK(f.info("a").incarnation == 2);
  CHECK(add(f, "a", 5) == 15);
}

TEST_CASE("a statically typed actor with the base restarts in place and keeps its mailbox",
          "[make_child][E2][E3]") {
  supervised_tree f;
  f.start({without_delay({.id = "a", .start = start_as<typed_state, typed_base>(10)})});
  CHECK(add(f, "a", 5) == 15);
  const auto a = f.at("a");
  f.probe.send(a, -1);
  const auto waiting = f.probe.ask(a, 1);
  f.time.run();
  CHECK(f.at("a") == a);
  CHECK(f.probe.answer<int>(waiting).value_or(-1) == 11);
  CHECK(f.info("a").incarnation == 2);
}
