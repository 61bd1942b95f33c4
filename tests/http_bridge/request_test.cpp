// Requests as handlers see them.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/request.hpp"
#include "http_bridge/testkit/test_request.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

using namespace troupe;
using http::method;
using http::request;
using testkit::make_test_request;

namespace {

using arguments = std::vector<std::pair<std::string, std::string>>;

request with_target(std::string_view target) {
  return make_test_request(method::get, target);
}

} // namespace

TEST_CASE("a request that was never made or was moved away is an empty GET /", "[http][request]") {
  const auto check_empty = [](const request& r) {
    CHECK(r.method() == method::get);
    CHECK(r.method_text() == "GET");
    CHECK(r.target() == "/");
    CHECK(r.path() == "/");
    CHECK(r.raw_path() == "/");
    CHECK(r.queries().empty());
    CHECK_FALSE(r.query("a"));
    CHECK(r.headers().empty());
    CHECK_FALSE(r.header("host"));
    CHECK(r.body().empty());
    CHECK(r.param("a").empty());
    CHECK(r.id().empty());
    CHECK(r.deadline() == steady_time::max());
    CHECK_FALSE(r.keep_alive());
  };
  check_empty(request{});
  auto r = with_target("/a");
  const auto taken = std::move(r);
  check_empty(r); // NOLINT(bugprone-use-after-move): documented
  CHECK(taken.path() == "/a");
}

TEST_CASE("an argument that is not there is nothing, one without a value is empty",
          "[http][request]") {
  const auto r = with_target("/?a&b=&=c&&d=e=f");
  CHECK_FALSE(r.query("c"));
  CHECK_FALSE(r.query("A"));
  CHECK(r.query("a") == "");
  CHECK(r.query("b") == "");
  CHECK(r.query("") == "c");
  CHECK(r.query("d") == "e=f");
  CHECK_FALSE(with_target("/").query(""));
  CHECK_FALSE(with_target("/?").query(""));
}

TEST_CASE("names and values of a query are decoded, the first of a name counts",
          "[http][request]") {
  const auto r = with_target("/x?n%61me=a+b%26c&name=second&%zz=1&bytes=%ff%00");
  CHECK(r.query("name") == "a b&c");
  CHECK(r.query("%zz") == "1");
  CHECK(r.query("bytes") == std::string("\xff\0", 2));
  CHECK_FALSE(r.query("n%61me"));
  CHECK(
    r.queries()
    == arguments{
      {"name", "a b&c"}, {"name", "second"}, {"%zz", "1"}, {"bytes", std::string("\xff\0", 2)}});
}

TEST_CASE("a path is decoded but keeps its segments", "[http][request]") {
  const auto r = with_target("/a%2Fb/%C3%A4/..%2f/%2525?x%41");
  CHECK(r.path() == "/a%2Fb/\xc3\xa4/..%2f/%25");
  CHECK(r.raw_path() == "/a%2Fb/%C3%A4/..%2f/%2525");
  CHECK(r.raw_query() == "x%41");
  CHECK(r.target() == "/a%2Fb/%C3%A4/..%2f/%2525?x%41");
}

TEST_CASE("RFC 9110 5.1: fields are found in any case, the first of a name counts",
          "[http][request]") {
  const auto r = make_test_request(method::get, "/",
                                   {{"X-One", "1"}, {"x-one", "2"}, {"X-Empty", ""}});
  CHECK(r.header("X-ONE") == "1");
  CHECK(r.header("x-empty") == "");
  CHECK_FALSE(r.header("x"));
  REQUIRE(r.headers().size() == 4);
  CHECK(r.headers()[2] == http::header_view{"x-one", "2"});
}

TEST_CASE("a parameter that the route does not have is empty", "[http][request]") {
  testkit::test_request description;
  description.params = {{"a", "x%2Fy%20z"}, {"b", ""}};
  const auto r = make_test_request(description);
  CHECK(r.param("a") == "x/y z");
  CHECK(r.param("b").empty());
  CHECK(r.param("c").empty());
  CHECK(r.params().size() == 2);
}

TEST_CASE("copies are the same request", "[http][request]") {
  const auto r = make_test_request(method::post, "/", {}, "body");
  auto copy = r;
  CHECK(copy.body().data() == r.body().data());
  copy = with_target("/other");
  CHECK(copy.path() == "/other");
  CHECK(r.body() == "body");
}

TEST_CASE("property: arguments written into a query are read out of it",
          "[http][request][property]") {
  CHECK(rc::check([] {
    // Three bytes each: a target of usual size has room for these.
    const auto given = *rc::gen::resize(20, rc::gen::arbitrary<arguments>());
    const auto encode = [](const std::string& text) {
      std::string out;
      for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == ' ') {
          out += '+';
        } else {
          out += '%';
          out += "0123456789ABCDEF"[byte / 16];
          out += "0123456789ABCDEF"[byte % 16];
        }
      }
      return out;
    };
    std::string target = "/?";
    for (const auto& [name, value] : given)
      target += encode(name) + "=" + encode(value) + "&";
    const auto r = with_target(target);
    RC_ASSERT(r.queries() == given);
    for (const auto& argument : given)
      RC_ASSERT(r.query(argument.first).has_value());
  }));
}
