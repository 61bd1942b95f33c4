// Specifies the reporter actor: the answers to GET /hosts and GET /hosts/{host}/summary.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/registry/registry.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"
#include "http_bridge/testkit/test_request.hpp"
#include "examples/hostwatch/reporter.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;
using nlohmann::json;
using troupe::http::response;
using troupe::http::status;

sample at(std::chrono::seconds time, std::uint64_t received) {
  return {troupe::wall_time{time},
          {std::chrono::milliseconds{time} / 4, time},
          {troupe::byte_count{100}, troupe::byte_count{25}},
          {},
          {troupe::byte_count{received}, {}}};
}

struct world {
  troupe::testkit::virtual_time_system time;
  troupe::registry actors;
  troupe::testkit::actor_probe client{time.system()};
  troupe::testkit::fake_supervisor supervisor{time.system()};
  troupe::started_child held;
  troupe::started_child child;

  world() {
    supervisor.restart_crashed(true);
    held = supervisor
             .start(troupe::make_child<store>("store", troupe::stable_ref{}, permit_pool::make(1)))
             .value();
    actors.enter("/test/store", held.handle, held.record);
    child = supervisor
              .start(troupe::make_child<reporter>(
                "reporter", store_access{actors.ref("/test/store"), permit_pool::make(4)}))
              .value();
    time.run();
  }
  ~world() { actors.clear(); }
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  void keep(std::vector<host_sample> samples) {
    client.send(
      held.handle,
      keep_samples{std::make_shared<const std::vector<host_sample>>(std::move(samples)), {}});
    time.run();
  }

  response get(const std::string& target, const std::string& host) {
    troupe::testkit::test_request request;
    request.target = target;
    if (!host.empty())
      request.params = {{"host", host}};
    const auto asked = client.ask(child.handle, troupe::testkit::make_test_request(request));
    time.run();
    return client.answer<response>(asked).value();
  }
};

} // namespace

TEST_CASE("without samples there are no hosts", "[reporter]") {
  world w;
  const auto answer = w.get("/hosts", "");
  CHECK(answer.status() == status::ok);
  CHECK(json::parse(answer.body()) == json{{"hosts", json::array()}});
}

TEST_CASE("hosts are listed by name with their newest time", "[reporter]") {
  world w;
  w.keep({{"b", at(5s, 0)}, {"a", at(1s, 0)}, {"b", at(4s, 0)}});
  const auto hosts = json::parse(w.get("/hosts", "").body())["hosts"];
  REQUIRE(hosts.size() == 2);
  CHECK(hosts[0]["host"] == "a");
  CHECK(hosts[1] == json{{"host", "b"}, {"samples", 2}, {"newest", "1970-01-01T00:00:05.000Z"}});
}

TEST_CASE("a summary has rates and percentiles over the window asked for", "[reporter]") {
  world w;
  w.keep({{"a", at(100s, 0)}, {"a", at(160s, 600)}, {"a", at(161s, 620)}});
  const auto minute = json::parse(w.get("/hosts/a/summary?window=60s", "a").body());
  CHECK(minute["host"] == "a");
  CHECK(minute["window_seconds"] == 60);
  CHECK(minute["samples"] == 2);
  CHECK(minute["from"] == "1970-01-01T00:02:40.000Z");
  CHECK(minute["cpu_busy"] == json{{"p50", 0.25}, {"p95", 0.25}, {"max", 0.25}});
  CHECK(minute["memory_used"]["max"] == 0.75);
  CHECK(minute["received_bytes_per_second"]["max"] == 20);
  CHECK_FALSE(minute.contains("since"));
  const auto longer = json::parse(w.get("/hosts/a/summary?window=2m", "a").body());
  CHECK(longer["samples"] == 3);
  CHECK(longer["received_bytes_per_second"] == json{{"p50", 10.0}, {"p95", 20.0}, {"max", 20.0}});
}

TEST_CASE("one sample has no rates, and says null", "[reporter]") {
  world w;
  w.keep({{"a", at(100s, 0)}});
  const auto read = json::parse(w.get("/hosts/a/summary", "a").body());
  CHECK(read["window_seconds"] == 60);
  CHECK(read["cpu_busy"].is_null());
  CHECK(read["memory_used"]["p50"] == 0.75);
}

TEST_CASE("an unknown host is 404, a wrong window 422 naming it", "[reporter]") {
  world w;
  w.keep({{"a", at(1s, 0)}});
  CHECK(w.get("/hosts/b/summary", "b").status() == status::not_found);
  for (const auto* window : {"", "0s", "2h", "abc", "60"}) {
    CAPTURE(window);
    const auto answer = w.get("/hosts/a/summary?window=" + std::string{window}, "a");
    CHECK(answer.status() == status::unprocessable_content);
    CHECK_THAT(answer.body(), Catch::Contains("window: "));
  }
}

TEST_CASE("after a restart of the store the answers say since when", "[reporter]") {
  world w;
  w.client.send(w.held.handle, inject_fault{fault_kind::throw_});
  w.time.run();
  w.keep({{"a", at(1s, 0)}});
  CHECK(json::parse(w.get("/hosts", "").body())["since"].is_string());
  CHECK(json::parse(w.get("/hosts/a/summary", "a").body())["since"].is_string());
}

TEST_CASE("a crash of the reporter loses nothing that the store holds", "[reporter]") {
  world w;
  w.keep({{"a", at(1s, 0)}});
  w.client.send(w.child.handle, inject_fault{fault_kind::throw_});
  w.time.run();
  CHECK(w.child.record->restarts == 1);
  const auto read = json::parse(w.get("/hosts", "").body());
  CHECK(read["hosts"].size() == 1);
  CHECK_FALSE(read.contains("since"));
}
