// Tests of the answer that cannot be forgotten.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/answer_promise.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <caf/event_based_actor.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <memory>

using namespace troupe;
using namespace troupe::testkit;

namespace {

/// Gives every message it gets to a function, with the promise for it.
struct handed_over {
  using function = std::function<void(answer_promise)>;
  static constexpr std::string_view type_name = "handed_over";

  handed_over(supervised_actor* s, function f) : self(s), then(std::move(f)) {}

  caf::behavior make_behavior() {
    return {[this](int) { then(self->make_promise()); }};
  }

  supervised_actor* self;
  function then;
};

struct fixture {
  explicit fixture(handed_over::function then)
    : child(*supervisor.start(make_child<handed_over>("a", std::move(then)))) {
    time.run();
  }

  question ask() {
    const auto q = probe.ask(child.handle, 1);
    time.run();
    return q;
  }

  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  started_child child;
};

} // namespace

TEST_CASE("a promise destroyed unanswered answers that it was dropped", "[answer_promise]") {
  fixture f{[](const answer_promise&) {}};
  const auto q = f.ask();
  CHECK(f.probe.refusal(q)->code == errc::promise_dropped);
  CHECK(f.probe.answers_to(q) == 1);
}

TEST_CASE("the last copy counts: an earlier one may go", "[answer_promise]") {
  std::vector<answer_promise> kept;
  fixture f{[&](const answer_promise& p) {
    kept.push_back(p);
    kept.push_back(p);
  }};
  const auto q = f.ask();
  kept.pop_back();
  f.time.run();
  CHECK_FALSE(f.probe.answered(q));
  CHECK(kept.front().pending());
  kept.clear();
  CHECK(f.probe.refusal(q)->code == errc::promise_dropped);
}

TEST_CASE("the first answer counts, through whichever copy", "[answer_promise]") {
  std::vector<answer_promise> kept;
  fixture f{[&](const answer_promise& p) { kept = {p, p}; }};
  const auto q = f.ask();
  kept[1].deliver(7);
  CHECK_FALSE(kept[0].pending());
  kept[0].deliver(8);
  kept[0].fail({errc::io_error, "late"});
  kept.clear();
  f.time.run();
  CHECK(*f.probe.answer<int>(q) == 7);
  CHECK(f.probe.answers_to(q) == 1);
}

TEST_CASE("a promise may be answered with an error", "[answer_promise]") {
  fixture f{[](const answer_promise& p) { p.fail({errc::overloaded, "queue full"}); }};
  CHECK(f.probe.refusal(f.ask()) == error{errc::overloaded, "queue full"});
}

TEST_CASE("a promise outlives the actor that made it and still answers", "[answer_promise]") {
  answer_promise kept;
  fixture f{[&](const answer_promise& p) { kept = p; }};
  const auto q = f.ask();
  f.supervisor.stop(f.child);
  f.time.run();
  CHECK_FALSE(f.probe.answered(q));
  kept.deliver(3);
  CHECK(*f.probe.answer<int>(q) == 3);
}

TEST_CASE("a promise for a plain message is a promise to nobody", "[answer_promise]") {
  answer_promise kept;
  fixture f{[&](const answer_promise& p) { kept = p; }};
  f.probe.send(f.child.handle, 1);
  f.time.run();
  CHECK_FALSE(kept.pending());
  kept = {};
  f.time.run();
  // An error sent to a plain CAF actor would end it.
  CHECK(f.probe.none());
}

TEST_CASE("an empty promise does nothing", "[answer_promise]") {
  const answer_promise none;
  CHECK_FALSE(none.pending());
  none.deliver(1);
  none.fail({errc::gone, ""});
  CHECK_FALSE(none.pending());
}

namespace {

struct twice {
  static constexpr std::string_view type_name = "twice";
  twice(supervised_actor* s, answer_promise* a, answer_promise* b) : self(s), one(a), two(b) {}
  caf::behavior make_behavior() {
    return {[this](int) {
      *one = self->make_promise();
      *two = self->make_promise();
    }};
  }
  supervised_actor* self;
  answer_promise* one;
  answer_promise* two;
};

} // namespace

TEST_CASE("a second promise for the same request is one to nobody", "[answer_promise]") {
  answer_promise first;
  answer_promise second;
  virtual_time_system time;
  fake_supervisor supervisor{time.system()};
  actor_probe probe{time.system()};
  const auto child = *supervisor.start(make_child<twice>("a", &first, &second));
  const auto q = probe.ask(child.handle, 1);
  time.run();
  CHECK(first.pending());
  CHECK_FALSE(second.pending());
  second = {};
  CHECK_FALSE(probe.answered(q));
  first.deliver(1);
  CHECK(*probe.answer<int>(q) == 1);
  supervisor.stop(child);
  time.run();
}
