// Tests of the checks at the door of a supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/child_spec.hpp"
#include "runtime/supervision/supervisor.hpp"

#include <catch2/catch.hpp>

#include <any>
#include <limits>
#include <string>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

child_spec good(std::string id = "store") {
  return {.id = std::move(id),
          .start = [](const start_args&) -> result<started_child> { return started_child{}; }};
}

error of(const child_spec& spec) {
  const auto r = validate(spec, "children[2]");
  return r ? error{errc::unknown, "it was taken"} : r.error();
}

} // namespace

TEST_CASE("a wrong field is refused with its place and its value", "[child_spec]") {
  auto spec = good();
  spec.id = "";
  CHECK(of(spec) == error{errc::invalid_argument, "children[2].id: empty"});
  spec.id = "a/b";
  CHECK(of(spec)
        == error{errc::invalid_argument, "children[2].id: \"a/b\" (letters, digits, _ - . only)"});
  spec.id = std::string(65, 'x');
  CHECK(of(spec).detail == "children[2].id: 65 characters, at most 64 are allowed");
  spec = good();
  spec.start = nullptr;
  CHECK(of(spec) == error{errc::invalid_argument, "children[2].start: missing (child \"store\")"});
  spec = good();
  spec.shutdown = -5ms;
  CHECK(of(spec).detail.starts_with("children[2].shutdown: -5 ms"));
  spec.shutdown = longest_shutdown + 1ms;
  CHECK(of(spec).detail.starts_with("children[2].shutdown: 86400001 ms"));
}

TEST_CASE("times, limits and delays out of their bounds are refused with their value",
          "[child_spec][A10][A13][D5][D6]") {
  const auto refused = [](auto change) {
    auto spec = good();
    change(spec);
    return of(spec).detail;
  };
  CHECK(refused([](auto& s) { s.init_timeout = -1ms; })
        == "children[2].init_timeout: -1 ms (0 to 86400000 ms)");
  CHECK(refused([](auto& s) { s.init_timeout = longest_shutdown + 1ms; })
        == "children[2].init_timeout: 86400001 ms (0 to 86400000 ms)");
  CHECK(refused([](auto& s) {
          s.limits = restart_limits{3, 0s};
        })
        == "children[2].limits.period: 0 ns");
  CHECK(refused([](auto& s) { s.backoff.min_backoff = -1ms; })
        == "children[2].backoff.min_backoff: -1 ms (0 to 86400000 ms)");
  CHECK(refused([](auto& s) { s.backoff.max_backoff = 199ms; })
        == "children[2].backoff.max_backoff: 199 ms (min_backoff to 86400000 ms)");
  CHECK(refused([](auto& s) { s.backoff.max_backoff = longest_shutdown + 1ms; })
        == "children[2].backoff.max_backoff: 86400001 ms (min_backoff to 86400000 ms)");
  CHECK(refused([](auto& s) { s.backoff.jitter = 1.5; })
        == "children[2].backoff.jitter: 1.500000 (0 to 1)");
  CHECK(refused([](auto& s) { s.backoff.jitter = -0.5; })
        == "children[2].backoff.jitter: -0.500000 (0 to 1)");
  CHECK(refused([](auto& s) {
          s.backoff.jitter = std::numeric_limits<double>::quiet_NaN();
        }).starts_with("children[2].backoff.jitter: "));
  CHECK(refused([](auto& s) { s.backoff.reset_after = -1ms; })
        == "children[2].backoff.reset_after: -1 ms (0 to 86400000 ms)");
}

TEST_CASE("a permanent child cannot be significant; others can", "[child_spec][A9][A10]") {
  auto spec = good();
  spec.significant = true;
  CHECK(
    of(spec)
    == error{errc::invalid_argument,
             "children[2].significant: true, but the child is permanent and never ends for good"});
  for (const auto restart : {restart_type::transient, restart_type::temporary}) {
    spec.restart = restart;
    CHECK(validate(spec, "x"));
  }
}

TEST_CASE("a fault far below is named with the way down", "[child_spec][A10][B8]") {
  auto bad = good("bad");
  bad.shutdown = -1ms;
  const auto inner = make_supervisor("inner", {}, {good("a"), bad});
  const auto outer = make_supervisor("outer", {}, {inner});
  CHECK(validate(std::vector{good("a"), outer})
          .error()
          .detail.starts_with("children[1].children[0].children[1].shutdown: -1 ms"));
  const auto twice = make_supervisor("inner", {}, {good("a"), good("a")});
  CHECK(
    validate(std::vector{twice}).error()
    == error{errc::duplicate_child, "children[0].children[1].id: \"a\" is children[0] already"});
  const auto options = make_supervisor("inner", {.limits = {1, 0s}}, {});
  CHECK(validate(std::vector{good("a"), options}).error().detail
        == "children[1].limits.period: 0 ns");
  // The same id on two levels, or below two supervisors, is fine.
  CHECK(validate(std::vector{good("a"), make_supervisor("s", {}, {good("a")}),
                             make_supervisor("t", {}, {good("a")})}));
}

TEST_CASE("every id of letters, digits, underscore, dash and dot up to 64 characters is taken",
          "[child_spec]") {
  CHECK(validate(good("a"), "x"));
  CHECK(validate(good("web-1.2_B"), "x"));
  CHECK(validate(good(std::string(64, 'x')), "x"));
  for (const char* bad : {" ", "a b", "a\n", "ä", "a:b", "a\"b"})
    CHECK_FALSE(validate(good(bad), "x"));
}

TEST_CASE("a shutdown time may be nothing, the longest, or unbounded", "[child_spec]") {
  for (auto time : {0ms, longest_shutdown, unbounded_shutdown}) {
    auto spec = good();
    spec.shutdown = time;
    CHECK(validate(spec, "x"));
  }
}

TEST_CASE("in a list the first fault is named, and an id may stand only once", "[child_spec]") {
  CHECK(validate(std::vector<child_spec>{}));
  CHECK(validate(std::vector{good("a"), good("b")}));
  const auto twice = validate(std::vector{good("a"), good("b"), good("a")});
  CHECK(twice.error()
        == error{errc::duplicate_child, "children[2].id: \"a\" is children[0] already"});
  const auto first = validate(std::vector{good("a"), good("?"), good("a")});
  CHECK(first.error().code == errc::invalid_argument);
  CHECK(first.error().detail.starts_with("children[1].id"));
}

TEST_CASE("a supervisor's period must be positive", "[child_spec]") {
  CHECK(validate(supervisor_options{}, "web"));
  CHECK(validate(supervisor_options{.limits = {0, 1ns}}, "web"));
  const auto r = validate(supervisor_options{.limits = {3, 0s}}, "web");
  CHECK(r.error() == error{errc::invalid_argument, "web.limits.period: 0 ns"});
}

TEST_CASE("a supervisor's times and counts out of their bounds are refused with their value",
          "[child_spec][A10][B5][C10][D4]") {
  const auto refused = [](auto change) {
    supervisor_options options;
    change(options);
    const auto r = validate(options, "web");
    return r ? std::string{"it was taken"} : r.error().detail;
  };
  CHECK(refused([](auto& o) { o.limits.period = -1ns; }) == "web.limits.period: -1 ns");
  CHECK(refused([](auto& o) { o.pause = 0ms; }) == "web.pause: 0 ms (1 to 86400000)");
  CHECK(refused([](auto& o) { o.pause = longest_shutdown + 1ms; })
        == "web.pause: 86400001 ms (1 to 86400000)");
  CHECK(refused([](auto& o) { o.rollback = 0ms; }) == "web.rollback: 0 ms (1 to 86400000)");
  CHECK(refused([](auto& o) { o.rollback = longest_shutdown + 1ms; })
        == "web.rollback: 86400001 ms (1 to 86400000)");
  CHECK(refused([](auto& o) { o.max_children = 0; }) == "web.max_children: 0");
  CHECK(refused([](auto& o) {
          o.pause = 1ms;
          o.rollback = longest_shutdown;
          o.max_children = 1;
        })
        == "it was taken");
}

TEST_CASE("options and children that do not go together are refused",
          "[child_spec][A9][A10][C4][C10]") {
  const auto refused = [](const supervisor_shape& shape) {
    const auto r = validate(shape, "web");
    return r ? std::string{"it was taken"} : r.error().detail;
  };
  const pool_template no_template;
  const pool_template a_template = [](const std::any&) -> result<start_function> {
    return start_function{};
  };
  const supervisor_options dynamic{.strategy = restart_strategy::dynamic};
  auto significant = good("b");
  significant.restart = restart_type::transient;
  significant.significant = true;

  CHECK(refused({{}, {good("a"), significant}})
        == "web.children[1].significant: true, but its supervisor's auto_shutdown is never");
  CHECK(refused({{.auto_shutdown = auto_shutdown::any_significant}, {good("a"), significant}})
        == "it was taken");
  CHECK(refused({{.max_children = 1}, {good("a"), good("b")}})
        == "web.children: 2, max_children is 1");
  CHECK(refused({dynamic, {}, {}, no_template})
        == "web.strategy: dynamic, but there is no template (make_pool)");
  CHECK(refused({{}, {}, {}, a_template})
        == "web.strategy: a template, but the strategy is not dynamic");
  CHECK(refused({dynamic, {good("a")}, {}, a_template})
        == "web.children: a pool starts without children");
  CHECK(refused({dynamic, {}, significant, a_template})
        == "web.auto_shutdown: a pool has no significant children");
  CHECK(refused(
          {{.strategy = restart_strategy::dynamic, .auto_shutdown = auto_shutdown::any_significant},
           {},
           {},
           a_template})
        == "web.auto_shutdown: a pool has no significant children");
  child_spec like;
  like.shutdown = -1ms;
  CHECK(refused({dynamic, {}, like, a_template}).starts_with("web.like.shutdown: -1 ms"));
  CHECK(refused({dynamic, {}, {}, a_template}) == "it was taken");
}

TEST_CASE("the defaults are the documented ones", "[child_spec]") {
  const auto spec = good();
  CHECK(spec.restart == restart_type::permanent);
  CHECK(spec.shutdown == 5s);
  CHECK(spec.type == child_type::worker);
  CHECK_FALSE(spec.significant);
  CHECK(spec.init_timeout == 0ms);
  CHECK_FALSE(spec.limits);
  CHECK(spec.backoff.min_backoff == 200ms);
  CHECK(spec.backoff.max_backoff == 30s);
  CHECK(spec.backoff.jitter == 0.2);
  CHECK(spec.backoff.first_at_once);
  CHECK(spec.max_consecutive == 0);
  CHECK(supervisor_options{}.strategy == restart_strategy::one_for_one);
  CHECK(supervisor_options{}.limits == restart_limits{3, 5s});
  CHECK(supervisor_options{}.on_limit == limit_action::escalate);
  CHECK(supervisor_options{}.pause == 15s);
  CHECK(supervisor_options{}.rollback == 30s);
  const auto nested = make_supervisor("s", {}, {});
  CHECK(nested.restart == restart_type::permanent);
  CHECK(nested.shutdown == unbounded_shutdown);
  CHECK(nested.type == child_type::supervisor);
  CHECK(to_string(child_type::worker) == "worker");
  CHECK(to_string(child_type::supervisor) == "supervisor");
}
