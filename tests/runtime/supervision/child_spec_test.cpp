// Tests of the checks at the door of a supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/child_spec.hpp"
#include "runtime/supervision/supervisor.hpp"

#include <catch2/catch.hpp>

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
  CHECK(validate(supervisor_options{{0, 1ns}}, "web"));
  const auto r = validate(supervisor_options{{3, 0s}}, "web");
  CHECK(r.error() == error{errc::invalid_argument, "web.limits.period: 0 ns"});
}

TEST_CASE("the defaults are the documented ones", "[child_spec]") {
  const auto spec = good();
  CHECK(spec.restart == restart_type::permanent);
  CHECK(spec.shutdown == 5s);
  CHECK(spec.type == child_type::worker);
  CHECK(supervisor_options{}.limits == restart_limits{3, 5s});
  const auto nested = make_supervisor("s", {}, {});
  CHECK(nested.restart == restart_type::permanent);
  CHECK(nested.shutdown == unbounded_shutdown);
  CHECK(nested.type == child_type::supervisor);
  CHECK(to_string(child_type::worker) == "worker");
  CHECK(to_string(child_type::supervisor) == "supervisor");
}
