// Specifies the parser actor: when it says 202, 400, 422, 429 and 503, and what a crash does to requests under way.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/registry/registry.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"
#include "http_bridge/testkit/test_request.hpp"
#include "examples/hostwatch/parser.hpp"
#include "examples/hostwatch/store.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;
using troupe::http::response;
using troupe::http::status;

const std::string good_body = to_json({"web-1", {}});

/// Makes the scripted store give the answers it owes.
struct answer_now {};

/// A store that does what the test says: it answers at once, or when it is told to.
struct scripted_store {
  static constexpr std::string_view type_name = "scripted_store";

  struct script {
    keep_outcome outcome = keep_outcome::kept;
    bool silent = false;
    std::vector<host_sample> seen;
  };

  scripted_store(troupe::supervised_actor* s, std::shared_ptr<script> what)
    : self(s), rules(std::move(what)) {}

  caf::behavior make_behavior() {
    return {[this](const keep_samples& request) {
              rules->seen.insert(rules->seen.end(), request.samples->begin(),
                                 request.samples->end());
              owed.push_back(self->make_promise());
              if (!rules->silent)
                answer();
            },
            [this](answer_now) { answer(); }};
  }

  void answer() {
    for (const auto& promise : std::exchange(owed, {}))
      promise.deliver(sample_store::answer{rules->outcome, rules->seen.back().host});
  }

  troupe::supervised_actor* self;
  std::shared_ptr<script> rules;
  std::vector<troupe::answer_promise> owed;
};

struct world {
  troupe::testkit::virtual_time_system time;
  troupe::registry actors;
  troupe::testkit::actor_probe client{time.system()};
  troupe::testkit::fake_supervisor supervisor{time.system()};
  std::shared_ptr<scripted_store::script> store = std::make_shared<scripted_store::script>();
  std::shared_ptr<permit_pool> places = permit_pool::make(4);
  troupe::started_child held;
  troupe::started_child child;

  world() {
    held = supervisor.start(troupe::make_child<scripted_store>("store", store)).value();
    actors.enter("/test/store", held.handle, held.record);
    const auto here = std::make_shared<const host_identity>(host_identity{"here", 100});
    child = supervisor
              .start(troupe::make_child<parser>(
                "parser", store_access{actors.ref("/test/store"), places}, here))
              .value();
    supervisor.restart_crashed(true);
    time.run();
  }
  ~world() { actors.clear(); }
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  troupe::testkit::question post(const std::string& body) {
    const auto asked = client.ask(
      child.handle,
      troupe::testkit::make_test_request(troupe::http::method::post, "/samples", {}, body));
    time.run();
    return asked;
  }

  response answer(troupe::testkit::question asked) {
    return client.answer<response>(asked).value();
  }
};

} // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(answer_now)

TEST_CASE("202 is said once the store has acknowledged, not before", "[parser]") {
  world w;
  w.store->silent = true;
  const auto asked = w.post(good_body);
  REQUIRE(w.store->seen.size() == 1);
  CHECK(w.store->seen[0].host == "web-1");
  CHECK_FALSE(w.client.answered(asked));
  w.client.send(w.held.handle, answer_now{});
  w.time.run();
  CHECK(w.answer(asked).status() == status::accepted);
  CHECK(w.answer(asked).body() == R"({"accepted":1})");
}

TEST_CASE("an array is handed over as one", "[parser]") {
  world w;
  const auto asked = w.post("[" + good_body + "," + good_body + "]");
  CHECK(w.answer(asked).body() == R"({"accepted":2})");
  CHECK(w.store->seen.size() == 2);
}

TEST_CASE("a body that is wrong never reaches the store", "[parser]") {
  world w;
  CHECK(w.answer(w.post("not JSON")).status() == status::bad_request);
  const auto empty = w.answer(w.post("{}"));
  CHECK(empty.status() == status::unprocessable_content);
  CHECK(empty.header("Content-Type") == "application/problem+json");
  CHECK_THAT(empty.body(), Catch::Contains("host: missing"));
  CHECK(w.store->seen.empty());
}

TEST_CASE("a full store is answered 429, saying of what there is too much", "[parser]") {
  world w;
  w.store->outcome = keep_outcome::too_many_hosts;
  auto told = w.answer(w.post(good_body));
  CHECK(told.status() == status::too_many_requests);
  CHECK(told.header("Retry-After") == "60");
  CHECK_THAT(told.body(), Catch::Contains("web-1: there are too many hosts"));
  w.store->outcome = keep_outcome::too_many_samples;
  told = w.answer(w.post(good_body));
  CHECK(told.status() == status::too_many_requests);
  CHECK_THAT(told.body(), Catch::Contains("web-1: too many samples"));
}

TEST_CASE("a store that says nothing is waited for 2 s, then 504", "[parser]") {
  world w;
  w.store->silent = true;
  const auto asked = w.post(good_body);
  w.time.advance(store_access::time_limit - 1ms);
  CHECK_FALSE(w.client.answered(asked));
  w.time.advance(1ms);
  CHECK(w.answer(asked).status() == status::gateway_timeout);
  // The answer that comes too late changes nothing.
  w.client.send(w.held.handle, answer_now{});
  w.time.run();
  CHECK(w.client.answers_to(asked) == 1);
}

TEST_CASE("when the store has no place left the client is told to come back", "[parser]") {
  world w;
  std::vector<permit> all;
  while (auto place = w.places->take())
    all.push_back(std::move(place));
  const auto told = w.answer(w.post(good_body));
  CHECK(told.status() == status::service_unavailable);
  CHECK(told.header("Retry-After") == "1");
  all.clear();
  CHECK(w.answer(w.post(good_body)).status() == status::accepted);
}

TEST_CASE("without a store the answer is 503", "[parser]") {
  world w;
  w.actors.clear();
  CHECK(w.answer(w.post(good_body)).status() == status::service_unavailable);
}

TEST_CASE(
  "a crash answers the requests under way with restarting, which is a 503 to come back after",
  "[parser]") {
  world w;
  w.store->silent = true;
  const auto asked = w.post(good_body);
  w.client.send(w.child.handle, inject_fault{fault_kind::throw_});
  w.time.run();
  REQUIRE(w.client.refusal(asked));
  CHECK(w.client.refusal(asked)->code == troupe::errc::restarting);
  w.store->silent = false;
  CHECK(w.answer(w.post(good_body)).status() == status::accepted);
}

TEST_CASE("the local texts go the same way, under this host's name", "[parser]") {
  world w;
  proc_texts texts{.at = {},
                   .stat = "cpu 1 0 1 98\n",
                   .meminfo = "MemTotal: 100 kB\nMemAvailable: 40 kB\n",
                   .loadavg = "0.5 0.4 0.3 1/1 1\n",
                   .net_dev = "a\nb\n"};
  w.client.send(w.child.handle, local_texts{std::make_shared<const proc_texts>(texts), {}});
  w.time.run();
  REQUIRE(w.store->seen.size() == 1);
  CHECK(w.store->seen[0].host == "here");
  CHECK(w.store->seen[0].values.load.one == 0.5);
  texts.stat = "nonsense";
  w.client.send(w.child.handle, local_texts{std::make_shared<const proc_texts>(texts), {}});
  w.time.run();
  CHECK(w.store->seen.size() == 1);
}

TEST_CASE("the parser ends when it is asked to, unless that is the fault it has", "[parser]") {
  using kind = troupe::testkit::child_report::kind_type;
  world w;
  SECTION("no fault") {
    w.supervisor.stop(w.child);
    w.time.run();
    CHECK(w.supervisor.count(kind::ended) == 1);
  }
  SECTION("ignore_stop") {
    w.client.send(w.child.handle, inject_fault{fault_kind::ignore_stop});
    w.time.run();
    w.supervisor.stop(w.child);
    w.time.advance(1h);
    CHECK(w.supervisor.count(kind::ended) == 0);
  }
}
