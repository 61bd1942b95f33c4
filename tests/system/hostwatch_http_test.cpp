// hostwatch's API: samples in, hosts, summaries and live events out.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/hostwatch_service.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <string>

using namespace harness;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::int64_t new_year = 1'767'225'600'000;

std::string own_host(const hostwatch_service& service) {
  std::string name;
  REQUIRE(poll_until(service.port(), "/hosts", [&](const answer& a) {
    const auto hosts = json::parse(a.body)["hosts"];
    if (hosts.empty())
      return false;
    name = hosts[0]["host"];
    return true;
  }));
  return name;
}

} // namespace

TEST_CASE("this host samples itself and can be asked about it", "[hostwatch]") {
  hostwatch_service service;
  const auto host = own_host(service);
  REQUIRE(poll_until(service.port(), "/hosts/" + host + "/summary?window=60s", [](const answer& a) {
    return a.status == 200 && !json::parse(a.body)["cpu_busy"].is_null();
  }));
  const auto got = service.get("/hosts/" + host + "/summary?window=60s");
  REQUIRE(got);
  const auto summary = json::parse(got->body);
  INFO(summary.dump(2));
  CHECK(got->field("content-type") == "application/json");
  for (const auto* name : {"cpu_busy", "memory_used"}) {
    CAPTURE(name);
    for (const auto* part : {"p50", "p95", "max"}) {
      CHECK(summary[name][part] >= 0);
      CHECK(summary[name][part] <= 1);
    }
  }
  CHECK(summary["memory_used"]["max"] > 0);
  CHECK(summary["samples"] >= 2);
  CHECK_FALSE(summary.contains("since"));
}

TEST_CASE("samples of another host are accepted and summed up", "[hostwatch]") {
  hostwatch_service service;
  std::string body;
  for (int i = 0; i < 10; ++i)
    body += (i == 0 ? "[" : ",") + sample_body("web-1", new_year + 1'000 * i, i, 1'000 + 500 * i);
  const auto accepted = service.post("/samples", body + "]");
  REQUIRE(accepted);
  CHECK(accepted->status == 202);
  // 202 is said after the store has taken them, so they are there now.
  const auto got = service.get("/hosts/web-1/summary?window=60s");
  REQUIRE(got);
  REQUIRE(got->status == 200);
  const auto summary = json::parse(got->body);
  CHECK(summary["samples"] == 10);
  CHECK(summary["load_one"] == json{{"p50", 4.0}, {"p95", 9.0}, {"max", 9.0}});
  CHECK(summary["cpu_busy"] == json{{"p50", 0.25}, {"p95", 0.25}, {"max", 0.25}});
  CHECK(summary["memory_used"]["p50"] == 0.75);
  CHECK(summary["received_bytes_per_second"]
        == json{{"p50", 500.0}, {"p95", 500.0}, {"max", 500.0}});
  CHECK(json::parse(service.get("/hosts/web-1/summary?window=4s")->body)["samples"] == 5);
  CHECK(json::parse(service.get("/hosts/web-1/summary")->body)["samples"] == 10);
}

TEST_CASE("what is not a sample is refused and nothing of it is kept", "[hostwatch]") {
  hostwatch_service service;
  const auto refused = [&](const std::string& body, int status, const std::string& named) {
    const auto got = service.post("/samples", body);
    REQUIRE(got);
    CHECK(got->status == status);
    CHECK(got->field("content-type") == "application/problem+json");
    CHECK_THAT(json::parse(got->body)["detail"].get<std::string>(), Catch::Contains(named));
  };
  refused("", 400, "not JSON");
  refused("not JSON", 400, "not JSON");
  refused("{}", 422, "host: missing");
  refused("[]", 422, "body");
  refused("[" + sample_body("web-1", 1) + ",{}]", 422, "[1].host: missing");
  auto wrong = json::parse(sample_body("web-1", new_year));
  wrong["memory"]["available_bytes"] = "all";
  refused(wrong.dump(), 422, "memory.available_bytes");
  CHECK(service.get("/hosts/web-1/summary")->status == 404);
}

TEST_CASE("wrong paths, methods, windows and sizes have their answers", "[hostwatch]") {
  hostwatch_service service;
  REQUIRE(service.post("/samples", sample_body("web-1", new_year))->status == 202);
  CHECK(service.get("/nothing")->status == 404);
  CHECK(service.get("/samples")->status == 405);
  CHECK(service.get("/hosts/nobody/summary")->status == 404);
  CHECK(service.get("/hosts/nobody/live")->status == 404);
  for (const auto* window : {"0s", "3601s", "2h", "60", "abc", ""}) {
    const auto got = service.get("/hosts/web-1/summary?window=" + std::string{window});
    CAPTURE(window);
    REQUIRE(got);
    CHECK(got->status == 422);
    CHECK_THAT(got->body, Catch::Contains("window"));
  }
  CHECK(service.post("/samples", std::string(1'048'577, ' '))->status == 413);
  CHECK(service.fault("parser", "throw") == 404); // not without --enable-faults
}

TEST_CASE("a host may hold 3,600 samples, and there may be 1,000 hosts; beyond that 429",
          "[hostwatch]") {
  hostwatch_service service;
  const auto array = [](int count, auto make) {
    std::string out;
    for (int i = 0; i < count; ++i)
      out += (i == 0 ? "[" : ",") + make(i);
    return out + "]";
  };
  const auto of_one = [](int i) { return sample_body("full", new_year + 1'000 * i); };
  for (int part = 0; part < 2; ++part)
    REQUIRE(service.post("/samples", array(1'800, of_one))->status == 202);
  const auto full = service.post("/samples", of_one(0));
  REQUIRE(full);
  CHECK(full->status == 429);
  CHECK_FALSE(full->field("retry-after").empty());
  // This host and `full` are two of the thousand; all or none of an array is taken.
  own_host(service);
  const auto of_many = [](int i) { return sample_body("h" + std::to_string(i), new_year); };
  CHECK(service.post("/samples", array(999, of_many))->status == 429);
  CHECK(service.post("/samples", array(998, of_many))->status == 202);
  CHECK(service.post("/samples", sample_body("one-more", new_year))->status == 429);
  CHECK(service.post("/samples", of_many(0))->status == 202);
}

TEST_CASE("a client of server-sent events sees the newest sample at once and each that follows",
          "[hostwatch]") {
  hostwatch_service service;
  REQUIRE(service.post("/samples", sample_body("web-1", new_year, 1, 1'000))->status == 202);
  event_reader events{service.port(), "/hosts/web-1/live"};
  REQUIRE(events.head().status == 200);
  CHECK_THAT(events.head().field("content-type"), Catch::StartsWith("text/event-stream"));
  const auto first = events.next();
  REQUIRE(first);
  CHECK(first->type == "sample");
  CHECK(json::parse(first->data)["load_one"] == 1);
  for (int i = 2; i < 20; ++i) {
    REQUIRE(
      service.post("/samples", sample_body("web-1", new_year + 1'000 * i, i, 1'000 * i))->status
      == 202);
    REQUIRE(service.post("/samples", sample_body("web-2", new_year + 1'000 * i, 99))->status
            == 202);
    const auto next = events.next();
    REQUIRE(next);
    const auto point = json::parse(next->data);
    CHECK(point["host"] == "web-1");
    CHECK(point["load_one"] == i);
    CHECK(point["cpu_busy"] == 0.25);
  }
}

TEST_CASE("the sampler's own figures come live, once a second", "[hostwatch]") {
  hostwatch_service service;
  event_reader events{service.port(), "/hosts/" + own_host(service) + "/live"};
  REQUIRE(events.next());
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i)
    REQUIRE(events.next());
  const auto took = std::chrono::steady_clock::now() - before;
  CHECK(took > 1'500ms);
  CHECK(took < 4'500ms);
}

TEST_CASE("a stop ends the streams with a last event, in order", "[hostwatch]") {
  hostwatch_service service;
  REQUIRE(service.post("/samples", sample_body("web-1", new_year))->status == 202);
  event_reader events{service.port(), "/hosts/web-1/live"};
  REQUIRE(events.next());
  service.program().send_signal(SIGTERM);
  const auto last = events.next();
  REQUIRE(last);
  CHECK(last->type == "stopping");
  CHECK_FALSE(events.next());
  CHECK(events.ended());
  const auto end = service.program().wait_for_end();
  INFO(service.program().story());
  REQUIRE(end);
  CHECK(end->code == 0);
}

TEST_CASE("the page comes with its parts and needs nothing from elsewhere", "[hostwatch]") {
  hostwatch_service service;
  const auto page = service.get("/");
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK_THAT(page->field("content-type"), Catch::StartsWith("text/html"));
  CHECK_THAT(page->field("content-security-policy"), Catch::Contains("default-src 'none'"));
  CHECK(service.get("/page.js")->status == 200);
  CHECK(service.get("/page.css")->status == 200);
}
