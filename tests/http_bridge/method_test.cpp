// Methods and their tokens.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/method.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace troupe::http;

TEST_CASE("RFC 9110 9.1: methods are case-sensitive, and what is not known is other",
          "[http][method]") {
  for (const std::string token :
       {"get", "Get", "GETT", "GE", "", "PUR", "POSX", "HEAP", "PATCX", "TRACX", "DELETF",
        "OPTIONT", "CONNECX", "PROPFIND", "other", "PRI"}) {
    INFO(token);
    CHECK(parse_method(token) == method::other);
  }
}

TEST_CASE("every method is read from the token it is written as", "[http][method]") {
  for (std::size_t i = 0; i + 1 < method_count; ++i) {
    const auto m = static_cast<method>(i);
    INFO(to_string(m));
    CHECK(m != method::other);
    CHECK(parse_method(to_string(m)) == m);
  }
  CHECK(static_cast<std::size_t>(method::other) + 1 == method_count);
  CHECK(to_string(method::delete_) == "DELETE");
  CHECK(to_string(method::other) == "other");
}
