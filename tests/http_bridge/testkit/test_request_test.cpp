// Requests for tests are those that a client could have sent.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/testkit/test_request.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <stdexcept>

using namespace troupe;
using http::method;
using testkit::make_test_request;

TEST_CASE("a test request that no client could send is refused with the reason",
          "[http][testkit]") {
  using Catch::Matchers::Contains;
  CHECK_THROWS_WITH(make_test_request(method::get, "no-slash"), Contains("RFC 9112 3.2"));
  CHECK_THROWS_WITH(make_test_request(method::get, "/a b"), Contains("RFC 9112"));
  CHECK_THROWS_WITH(make_test_request(method::get, "/", {{"A", "b\r\nC: d"}, {"E F", ""}}),
                    Contains("RFC 9112"));
  CHECK_THROWS_AS(make_test_request(method::get, "/", {{"A", "b\r\n\r\n"}}), std::invalid_argument);
  CHECK_THROWS_AS(make_test_request(method::connect, "a:1"), std::invalid_argument);
}

TEST_CASE("a test request has what every request has", "[http][testkit]") {
  const auto r = make_test_request(method::post, "/a?b=c", {{"Accept", "x"}}, "{}");
  CHECK(r.method() == method::post);
  CHECK(r.path() == "/a");
  CHECK(r.query("b") == "c");
  CHECK(r.header("host") == "test");
  CHECK(r.header("content-length") == "2");
  CHECK(r.header("accept") == "x");
  CHECK(r.body() == "{}");
  CHECK(r.id() == "test");
  CHECK(r.keep_alive());
}

TEST_CASE("a test request can say everything itself", "[http][testkit]") {
  testkit::test_request description;
  description.method = method::put;
  description.target = "/x";
  description.headers = {{"Host", "h:1"}, {"content-length", "9"}};
  description.body = "abc";
  description.params = {{"p", "v"}};
  description.id = "42";
  description.deadline = steady_time{std::chrono::seconds{7}};
  const auto r = make_test_request(description);
  CHECK(r.authority() == "h:1");
  CHECK(r.header("Content-Length") == "9");
  CHECK(r.headers().size() == 2);
  CHECK(r.param("p") == "v");
  CHECK(r.id() == "42");
  CHECK(r.deadline() == description.deadline);
}
