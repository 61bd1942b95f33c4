// Endpoints: what is allowed and how they are written.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/endpoint.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::http;

TEST_CASE("endpoints are written as people give them to other tools", "[endpoint]") {
  CHECK(to_text(tcp_endpoint{"127.0.0.1", 8080}) == "http://127.0.0.1:8080");
  CHECK(to_text(tcp_endpoint{"::1", 80}) == "http://[::1]:80");
  CHECK(to_text(unix_endpoint{"/run/x.sock"}) == "unix:/run/x.sock");
}

TEST_CASE("endpoints that cannot be are refused, naming the field", "[endpoint]") {
  const auto refusal = [](const endpoint& where) {
    const auto checked = validate(where);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == errc::invalid_argument);
    return checked.error().detail;
  };
  CHECK(refusal(tcp_endpoint{"", 1}).starts_with("endpoint.host"));
  CHECK(refusal(tcp_endpoint{std::string{"a\0b", 3}, 1}).starts_with("endpoint.host"));
  CHECK(refusal(unix_endpoint{""}).starts_with("endpoint.path"));
  CHECK(refusal(unix_endpoint{std::string(108, 'x')}).starts_with("endpoint.path"));
  CHECK(refusal(unix_endpoint{"/x", 01000}) == "endpoint.mode: 01000");
}

TEST_CASE("the edges of what is allowed are allowed", "[endpoint]") {
  CHECK(validate(tcp_endpoint{"h", 0}));
  CHECK(validate(tcp_endpoint{"h", 65535}));
  CHECK(validate(unix_endpoint{std::string(107, 'x'), 0777}));
}
