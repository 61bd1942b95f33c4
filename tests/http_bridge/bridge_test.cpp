// What make_bridge and its options check.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/bridge.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::http;
using namespace std::chrono_literals;

namespace {

template <class Change>
std::string refusal(Change change) {
  bridge_options options;
  change(options);
  const auto checked = validate(options);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == errc::invalid_argument);
  return checked.error().detail;
}

} // namespace

TEST_CASE("the defaults of a bridge are allowed", "[bridge]") {
  CHECK(validate(bridge_options{}));
}

TEST_CASE("options outside their range are refused, naming field and value", "[bridge]") {
  CHECK(refusal([](auto& o) { o.listen = unix_endpoint{""}; }).starts_with("endpoint.path"));
  CHECK(refusal([](auto& o) { o.reactors = 257; }) == "reactors: 257 (at most 256)");
  CHECK(refusal([](auto& o) { o.in_flight = 0; }) == "in_flight: 0 (at least 1)");
  CHECK(refusal([](auto& o) { o.drain_time = -1ms; }).starts_with("drain_time: "));
  CHECK(refusal([](auto& o) { o.server_name = "a\r\nb"; }).starts_with("server_name"));
  CHECK(refusal([](auto& o) { o.limits.pipeline_depth = 0; }).starts_with("limits."));
}

TEST_CASE("a status without a bridge has no address and has counted nothing", "[bridge]") {
  bridge_status status;
  CHECK_FALSE(status.address());
  CHECK(status.counters().requests == 0);
  status.address(tcp_endpoint{"127.0.0.1", 1});
  CHECK(status.address() == endpoint{tcp_endpoint{"127.0.0.1", 1}});
}
