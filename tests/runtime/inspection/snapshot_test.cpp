// What is read from the records of actors, and what is made of it.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/registry/registry.hpp"
#include "runtime/lifespan/lifespan_status.hpp"
#include "runtime/inspection/snapshot.hpp"
#include "tests/runtime/inspection/hand_made.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <typeinfo>

namespace {

using namespace troupe;
using namespace std::chrono_literals;

struct sample {};

class fixed_clock final : public clock {
public:
  [[nodiscard]] steady_time now() const noexcept override { return at; }
  steady_time at = std::chrono::steady_clock::now() + 10s;
};

struct fixture {
  std::shared_ptr<registry> actors = std::make_shared<registry>();
  std::shared_ptr<lifespan_status> status = std::make_shared<lifespan_status>();
  fixed_clock time;

  std::shared_ptr<actor_record> add(const char* path, const char* type = "worker") {
    auto record = std::make_shared<actor_record>(path, type);
    actors->enter(path, nullptr, record);
    return record;
  }

  [[nodiscard]] snapshot take() const { return take_snapshot({"app", actors, status, {}}, time); }
};

} // namespace

TEST_CASE("a snapshot of nothing is empty", "[snapshot]") {
  fixture f;
  const auto now = f.take();
  CHECK(now.actors.empty());
  CHECK(now.application == "app");
  CHECK(now.state == lifespan_state::starting);
  CHECK_FALSE(now.unobserved.has_value());
}

TEST_CASE("a path that was only asked for is no actor", "[snapshot]") {
  fixture f;
  const auto unused = f.actors->ref("/app/later");
  CHECK(f.take().actors.empty());
}

TEST_CASE("every figure of a record is in the snapshot", "[snapshot]") {
  fixture f;
  const auto record = f.add("/app/store", "store");
  record->actor_id = 42;
  record->incarnation = 3;
  record->restarts = 2;
  record->failures = 4;
  record->enqueued = 100;
  record->processed = 70;
  record->refused = 10;
  record->unhandled = 5;
  record->run_ns = 1'500;
  record->abandoned = true;
  record->state = actor_state::stopping;
  record->last_error({errc::crashed, "boom"});
  f.time.at = record->spawned_at + 7s;

  const auto actor = f.take().actors.at(0);
  CHECK(actor.path == "/app/store");
  CHECK(actor.type == "store");
  CHECK(actor.observed);
  CHECK(actor.id == 42);
  CHECK(actor.incarnation == 3);
  CHECK(actor.restarts == 2);
  CHECK(actor.failures == 4);
  CHECK(actor.enqueued == 100);
  CHECK(actor.processed == 70);
  CHECK(actor.refused == 10);
  CHECK(actor.unhandled == 5);
  CHECK(actor.depth == 20);
  CHECK(actor.busy == 1'500ns);
  CHECK(actor.age == 7s);
  CHECK(actor.abandoned);
  CHECK(actor.state == actor_state::stopping);
  CHECK_FALSE(actor.current.has_value());
  CHECK(actor.last_error == error{errc::crashed, "boom"});
}

TEST_CASE("the depth is never negative", "[snapshot]") {
  fixture f;
  const auto record = f.add("/a");
  record->enqueued = 3;
  record->processed = 4; // a message that arrived between the two reads
  CHECK(f.take().actors.at(0).depth == 0);
}

TEST_CASE("an idle actor with messages waiting is ready, and only an idle one", "[snapshot]") {
  fixture f;
  const auto record = f.add("/a");
  record->state = actor_state::idle;
  CHECK(f.take().actors.at(0).state == actor_state::idle);
  record->enqueued = 1;
  CHECK(f.take().actors.at(0).state == actor_state::ready);
  record->state = actor_state::backoff;
  CHECK(f.take().actors.at(0).state == actor_state::backoff);
}

TEST_CASE("the message in hand is named, with the time its handler has been running",
          "[snapshot]") {
  fixture f;
  const auto record = f.add("/a");
  record->state = actor_state::running;
  record->current_message = &typeid(sample);
  record->busy_since_ns = (f.time.at - 250ms).time_since_epoch().count();
  const auto named = f.take().actors.at(0).current;
  REQUIRE(named.has_value());
  CHECK(named->message.find("sample") != std::string::npos);
  CHECK(named->busy_for == 250ms);

  record->current_message = nullptr;
  CHECK(f.take().actors.at(0).current->message == "(built-in)");

  record->busy_since_ns = (f.time.at + 1ms).time_since_epoch().count();
  CHECK(f.take().actors.at(0).current->busy_for == 0ns);
}

TEST_CASE("actors come in the order in which their paths first appeared", "[snapshot]") {
  fixture f;
  f.add("/b");
  f.add("/a");
  f.add("/b");
  const auto now = f.take();
  REQUIRE(now.actors.size() == 2);
  CHECK(now.actors[0].path == "/b");
  CHECK(now.actors[1].path == "/a");
}

TEST_CASE("the state is that of the lifespan", "[snapshot]") {
  fixture f;
  f.status->enter(lifespan_state::lame_duck);
  CHECK(f.take().state == lifespan_state::lame_duck);
}

TEST_CASE("live actors without a record are counted, ended ones are not taken off", "[snapshot]") {
  fixture f;
  f.add("/a")->state = actor_state::idle;
  f.add("/b")->state = actor_state::stopped;
  f.add("/c")->state = actor_state::failed;
  const auto unobserved = [&](std::size_t running) {
    return *take_snapshot({"app", f.actors, f.status, [=] { return running; }}, f.time).unobserved;
  };
  CHECK(unobserved(5) == 4);
  CHECK(unobserved(1) == 0);
  CHECK(unobserved(0) == 0); // an actor that is just ending
}

TEST_CASE("totals are the sums over all observed actors", "[snapshot]") {
  const auto totals = totals_of(testing::small_service());
  CHECK(totals.actors == 7);
  CHECK(totals.by_state[static_cast<std::size_t>(actor_state::idle)] == 4);
  CHECK(totals.by_state[static_cast<std::size_t>(actor_state::running)] == 1);
  CHECK(totals.by_state[static_cast<std::size_t>(actor_state::failed)] == 1);
  CHECK(totals.depth == 15);
  CHECK(totals.enqueued == 170);
  CHECK(totals.processed == 150);
  CHECK(totals.refused == 5);
  CHECK(totals.unhandled == 1);
  CHECK(totals.failures == 2);
  CHECK(totals.restarts == 2);
}

TEST_CASE("every state is found by its name, and no other word", "[snapshot]") {
  for (const auto state : all_actor_states)
    CHECK(parse_actor_state(to_string(state)) == state);
  CHECK_FALSE(parse_actor_state("").has_value());
  CHECK_FALSE(parse_actor_state("Idle").has_value());
  CHECK_FALSE(parse_actor_state("?").has_value());
}
