// What a tree can come to, computed from its specifications.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/pool.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/worst_case.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

using std::chrono::milliseconds;

child_spec worker(std::string id, milliseconds shutdown = 5s) {
  return {.id = std::move(id),
          .start = [](const start_args&) -> result<started_child> { return started_child{}; },
          .shutdown = shutdown};
}

child_spec inner(std::string id, supervisor_options options, std::vector<child_spec> children,
                 milliseconds shutdown) {
  auto spec = make_supervisor(std::move(id), options, std::move(children));
  spec.shutdown = shutdown;
  return spec;
}

constexpr supervisor_options tolerates(std::uint32_t restarts) {
  return {.limits = {restarts, 5s}};
}

} // namespace

TEST_CASE("a worker needs its own time and restarts nobody", "[worst_case][D9]") {
  const auto found = worst_case_of(worker("a", 3s), "/app/a");
  CHECK(found.stop == 3s);
  CHECK(found.restarts == 0);
  CHECK(found.misfits.empty());
  CHECK_FALSE(worst_case_of(worker("a", unbounded_shutdown), "/app/a").stop);
}

TEST_CASE("a supervisor without children needs no time", "[worst_case][D9]") {
  const auto found = worst_case_of(make_supervisor("top", tolerates(3), {}), "/app");
  CHECK(found.stop == 0s);
  CHECK(found.restarts == 3);
}

TEST_CASE("one after another the times add up, together the longest counts",
          "[worst_case][G2][G3]") {
  const std::vector children{worker("a", 1s), worker("b", 4s), worker("c", 2s)};
  CHECK(worst_case_of(make_supervisor("top", {}, children), "/app").stop == 7s);
  CHECK(worst_case_of(make_supervisor("top", {.stop = stop_order::together}, children), "/app").stop
        == 4s);
}

TEST_CASE("one child that may take as long as it likes leaves the whole without a bound, wherever "
          "it stands",
          "[worst_case][G4]") {
  for (std::size_t place = 0; place < 3; ++place) {
    std::vector children{worker("a"), worker("b"), worker("c")};
    children[place].shutdown = unbounded_shutdown;
    CHECK_FALSE(worst_case_of(make_supervisor("top", {}, children), "/app").stop);
    CHECK_FALSE(
      worst_case_of(make_supervisor("top", {.stop = stop_order::together}, children), "/app").stop);
  }
}

TEST_CASE("restarts multiply over the levels", "[worst_case][D9]") {
  // Each of the three lives of the inner one has two restarts, and two of them begin with one.
  const auto two = make_supervisor("inner", tolerates(2), {worker("a")});
  CHECK(worst_case_of(make_supervisor("top", tolerates(2), {two}), "/app").restarts == 8);
  // The child that can cause the most of them counts, not their sum.
  const auto one = make_supervisor("other", tolerates(1), {worker("a")});
  CHECK(worst_case_of(make_supervisor("top", tolerates(2), {one, two}), "/app").restarts == 8);
  CHECK(worst_case_of(make_supervisor("top", tolerates(0), {two}), "/app").restarts == 2);
}

TEST_CASE("a supervisor that pauses never gives up, and neither does who waits for that",
          "[worst_case][D4][D9]") {
  auto options = tolerates(2);
  options.on_limit = limit_action::pause;
  const auto pauses = make_supervisor("inner", options, {worker("a")});
  CHECK(worst_case_of(pauses, "/app").restarts == worst_case::never);
  CHECK(worst_case_of(make_supervisor("top", tolerates(2), {pauses}), "/app").restarts
        == worst_case::never);
}

TEST_CASE("a product that is too large stays at its bound", "[worst_case][D9]") {
  auto spec = make_supervisor("s", tolerates(UINT32_MAX), {worker("a")});
  for (int level = 0; level < 3; ++level)
    spec = make_supervisor("s", tolerates(UINT32_MAX), {spec});
  CHECK(worst_case_of(spec, "/app").restarts == worst_case::never);
}

TEST_CASE("a pool needs the time of one of its children", "[worst_case][C4][G3]") {
  child_spec like;
  like.shutdown = 3s;
  const auto pool = make_pool(
    "pool", tolerates(4), like,
    [](const std::any&) -> result<start_function> { return start_function{}; });
  const auto found = worst_case_of(pool, "/app/pool");
  CHECK(found.stop == 3s);
  CHECK(found.restarts == 4);
}

TEST_CASE(
  "a child with less time than what is below it may need is named with both, on every level",
  "[worst_case][D9]") {
  const auto deep = inner("deep", {}, {worker("a", 7s), worker("b", 5s)}, 5s);
  const auto open = inner("open", {}, {worker("c", unbounded_shutdown)}, 9s);
  const auto fits = inner("fits", {}, {worker("d", 3s)}, 3s);
  const auto found = worst_case_of(inner("top", {}, {deep, open, fits}, 10s), "/app");
  CHECK(found.misfits
        == std::vector<std::string>{"/app/deep: has 5 s to stop, its children may need 12 s",
                                    "/app/open: has 9 s to stop, its children may need any time",
                                    "/app: has 10 s to stop, its children may need 17 s"});
  CHECK(found.stop == 10s);
  CHECK(worst_case_of(make_supervisor("top", {}, {fits}), "/app").misfits.empty());
}
