// Specifies the store actor: what it acknowledges, whom it tells, and what a restart costs.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/registry/registry.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"
#include "examples/hostwatch/store.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;
using troupe::testkit::child_report;

struct world {
  troupe::testkit::virtual_time_system time;
  troupe::registry actors;
  troupe::testkit::actor_probe client{time.system()};
  troupe::testkit::actor_probe listener{time.system()};
  troupe::testkit::fake_supervisor supervisor{time.system()};
  troupe::started_child child;

  explicit world(std::size_t listener_places = 10) {
    actors.enter("/test/live", listener.handle(), nullptr);
    child = supervisor
              .start(troupe::make_child<store>("store", actors.ref("/test/live"),
                                               permit_pool::make(listener_places)))
              .value();
    time.run();
  }
  ~world() { actors.clear(); }
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  template <class Answer, class Question>
  troupe::result<Answer> ask(Question what) {
    const auto asked = client.ask(child.handle, std::move(what));
    time.run();
    return client.answer<Answer>(asked);
  }

  troupe::result<sample_store::answer> keep(const std::string& host) {
    return ask<sample_store::answer>(
      keep_samples{std::make_shared<const std::vector<host_sample>>(1, host_sample{host, {}}), {}});
  }
};

} // namespace

TEST_CASE("the store acknowledges what it has kept, and gives it back", "[store]") {
  world w;
  CHECK(w.keep("a").value().outcome == keep_outcome::kept);
  const auto listed = w.ask<host_list>(list_hosts{});
  REQUIRE(listed);
  REQUIRE(listed->hosts.size() == 1);
  CHECK(listed->hosts[0].host == "a");
  CHECK_FALSE(listed->since);
  CHECK(w.ask<found_window>(find_window{"a", 60s, {}})->samples->size() == 1);
  CHECK_FALSE(w.ask<found_window>(find_window{"b", 60s, {}})->samples);
}

TEST_CASE("the listener is told what was kept, and nothing of what was refused", "[store]") {
  world w;
  CHECK(w.keep("a").value().outcome == keep_outcome::kept);
  const auto told = w.listener.expect<samples_kept>();
  REQUIRE(told);
  CHECK(told->samples->front().host == "a");
  const auto refused = w.ask<sample_store::answer>(keep_samples{
    std::make_shared<const std::vector<host_sample>>(3'600, host_sample{"a", {}}), {}});
  CHECK(refused->outcome == keep_outcome::too_many_samples);
  CHECK(w.listener.none());
}

TEST_CASE("a listener that does not keep up misses news, and holds up nobody", "[store]") {
  world w{2};
  for (int i = 0; i < 5; ++i)
    CHECK(w.keep("a").value().outcome == keep_outcome::kept);
  CHECK(w.listener.waiting() == 2);
  CHECK(w.listener.expect<samples_kept>());
  CHECK(w.keep("a").value().outcome == keep_outcome::kept);
  CHECK(w.listener.waiting() == 2);
}

TEST_CASE("a store without a listener keeps samples all the same", "[store]") {
  world w;
  w.actors.clear();
  CHECK(w.keep("a").value().outcome == keep_outcome::kept);
}

TEST_CASE("a restarted store begins empty and says since when", "[store]") {
  world w;
  CHECK(w.keep("a").value().outcome == keep_outcome::kept);
  w.supervisor.restart_crashed(true);
  const auto before = std::chrono::system_clock::now();
  w.client.send(w.child.handle, inject_fault{fault_kind::throw_});
  w.time.run();
  CHECK(w.supervisor.count(child_report::kind_type::crashed) == 1);
  const auto listed = w.ask<host_list>(list_hosts{});
  REQUIRE(listed);
  CHECK(listed->hosts.empty());
  REQUIRE(listed->since);
  CHECK(*listed->since >= before);
  CHECK(*listed->since <= std::chrono::system_clock::now());
  CHECK(w.ask<found_window>(find_window{"a", 60s, {}})->since == listed->since);
}

TEST_CASE("samples that wait while the store is restarted are kept by the next incarnation",
          "[store]") {
  world w;
  w.supervisor.restart_crashed(true);
  // Both are in the mailbox before the store runs.
  w.client.send(w.child.handle, inject_fault{fault_kind::throw_});
  const auto asked = w.client.ask(
    w.child.handle,
    keep_samples{std::make_shared<const std::vector<host_sample>>(1, host_sample{"a", {}}), {}});
  w.time.run();
  CHECK(w.client.answer<sample_store::answer>(asked).value().outcome == keep_outcome::kept);
  CHECK(w.ask<host_list>(list_hosts{})->hosts.size() == 1);
}

TEST_CASE("the store ends when it is asked to, unless that is the fault it has", "[store]") {
  world w;
  SECTION("no fault") {
    w.supervisor.stop(w.child);
    w.time.run();
    CHECK(w.supervisor.count(child_report::kind_type::ended) == 1);
  }
  SECTION("ignore_stop") {
    w.client.send(w.child.handle, inject_fault{fault_kind::ignore_stop});
    w.time.run();
    w.supervisor.stop(w.child);
    w.time.advance(1h);
    CHECK(w.supervisor.count(child_report::kind_type::ended) == 0);
  }
}
