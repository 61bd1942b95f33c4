// Specifies the bounds of the store.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/sample_store.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;

const troupe::steady_time start{1h};

host_sample of(std::string host, std::chrono::milliseconds at = 0ms) {
  host_sample out;
  out.host = std::move(host);
  out.values.at = troupe::wall_time{at};
  return out;
}

std::size_t count(sample_store& store, const std::string& host, troupe::steady_time now) {
  const auto found = store.window(host, 1h, now);
  return found ? found->size() : 0;
}

} // namespace

TEST_CASE("what was kept is found", "[sample_store]") {
  sample_store store;
  CHECK(store.keep({of("b", 5s), of("a", 7s)}, start).outcome == keep_outcome::kept);
  const auto hosts = store.hosts(start);
  REQUIRE(hosts.size() == 2);
  CHECK(hosts[0].host == "a");
  CHECK(hosts[0].samples == 1);
  CHECK(hosts[0].newest.at == troupe::wall_time{7s});
  CHECK(store.window("b", 1s, start)->size() == 1);
}

TEST_CASE("an unknown host has no window", "[sample_store]") {
  sample_store store;
  CHECK_FALSE(store.window("a", 1h, start));
}

TEST_CASE("the limit of hosts is reached, not passed", "[sample_store]") {
  sample_store store{{.hosts = 2}};
  CHECK(store.keep({of("a"), of("b")}, start).outcome == keep_outcome::kept);
  const auto refused = store.keep({of("a"), of("c")}, start);
  CHECK(refused.outcome == keep_outcome::too_many_hosts);
  CHECK(refused.host == "c");
  CHECK(count(store, "a", start) == 1); // all or nothing
  CHECK(store.keep({of("a")}, start).outcome == keep_outcome::kept);
}

TEST_CASE("the limit of samples is reached, not passed, and counts the whole batch",
          "[sample_store]") {
  sample_store store{{.samples_per_host = 3}};
  CHECK(store.keep({of("a"), of("a")}, start).outcome == keep_outcome::kept);
  const auto refused = store.keep({of("b"), of("a"), of("a")}, start);
  CHECK(refused.outcome == keep_outcome::too_many_samples);
  CHECK(refused.host == "a");
  CHECK(count(store, "a", start) == 2);
  CHECK_FALSE(store.window("b", 1h, start));
  CHECK(store.keep({of("a")}, start).outcome == keep_outcome::kept);
}

TEST_CASE("the defaults are 1,000 hosts of 3,600 samples", "[sample_store]") {
  sample_store store;
  CHECK(store.keep(std::vector<host_sample>(3'600, of("a")), start).outcome == keep_outcome::kept);
  CHECK(store.keep({of("a")}, start).outcome == keep_outcome::too_many_samples);
  std::vector<host_sample> others;
  for (int i = 1; i < 1'000; ++i)
    others.push_back(of("h" + std::to_string(i)));
  CHECK(store.keep(others, start).outcome == keep_outcome::kept);
  CHECK(store.keep({of("one-more")}, start).outcome == keep_outcome::too_many_hosts);
}

TEST_CASE("a host that sends one sample a second is never refused", "[sample_store]") {
  sample_store store;
  auto now = start;
  for (int second = 0; second < 8'000; ++second) {
    // Each comes up to 400 ms late, in an order of its own.
    now = start + std::chrono::seconds{second} + std::chrono::milliseconds{(second * 7919) % 400};
    REQUIRE(store.keep({of("a", std::chrono::seconds{second})}, now).outcome == keep_outcome::kept);
  }
  CHECK(count(store, "a", now) > 3'590);
}

TEST_CASE("what was held long enough is let go, and its place can be taken", "[sample_store]") {
  sample_store store{{.hosts = 1, .samples_per_host = 1, .held_for = 10s}};
  CHECK(store.keep({of("a")}, start).outcome == keep_outcome::kept);
  CHECK(store.keep({of("b")}, start + 9s).outcome == keep_outcome::too_many_hosts);
  CHECK(store.keep({of("a")}, start + 9s).outcome == keep_outcome::too_many_samples);
  CHECK(store.keep({of("b")}, start + 10s).outcome == keep_outcome::kept);
  CHECK_FALSE(store.window("a", 1h, start + 10s));
  CHECK(store.hosts(start + 20s).empty());
}

TEST_CASE("a window ends at the host's newest sample, whatever our clock says", "[sample_store]") {
  sample_store store;
  CHECK(store.keep({of("a", 100s), of("a", 50s), of("a", 90s), of("a", 99s)}, start).outcome
        == keep_outcome::kept);
  CHECK(store.window("a", 1s, start)->size() == 2);
  CHECK(store.window("a", 10s, start)->size() == 3);
  CHECK(store.window("a", 49s, start)->size() == 3);
  CHECK(store.window("a", 50s, start)->size() == 4);
}

TEST_CASE("when the newest by its own time goes, the next one takes its place", "[sample_store]") {
  sample_store store{{.held_for = 10s}};
  CHECK(store.keep({of("a", 100s)}, start).outcome == keep_outcome::kept);
  CHECK(store.keep({of("a", 40s), of("a", 30s)}, start + 5s).outcome == keep_outcome::kept);
  CHECK(store.hosts(start + 5s)[0].newest.at == troupe::wall_time{100s});
  CHECK(store.hosts(start + 10s)[0].newest.at == troupe::wall_time{40s});
}
