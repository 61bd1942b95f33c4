// The memory behind a request.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/request_block.hpp"
#include "tests/http_bridge/allocation_count.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <string>

using namespace troupe::http;
using namespace troupe::http::protocol;

namespace {

struct parsed {
  explicit parsed(std::string text) : bytes(std::move(text)), parser(limits{}) {
    REQUIRE(parser.next(bytes).event == parse_event::head);
  }

  std::string bytes;
  request_parser parser;
};

} // namespace

TEST_CASE("a request without a body is one allocation, whatever it carries", "[http][request]") {
  parsed p{"GET /users/j%C3%BCrgen/a%2Fb?x=y HTTP/1.1\r\nHost: example.com\r\nA: b\r\nC: d\r\nE: "
           "f\r\n\r\n"};
  const std::array<route_param, 2> params{{{"name", "j%C3%BCrgen"}, {"rest", "a%2Fb"}}};
  const auto before = allocation_count();
  auto* block = request_block::make(p.parser.head(), p.bytes, {"0123456789abcdef0123", {}, params});
  CHECK(allocation_count() - before == 1);
  request_block::destroy(block);
}

TEST_CASE("a copy of a request allocates nothing and the last one frees it", "[http][request]") {
  parsed p{"GET / HTTP/1.1\r\nHost: a\r\n\r\n"};
  auto* block = request_block::make(p.parser.head(), p.bytes, {});
  {
    auto r = request_block::adopt(block);
    const auto before = allocation_count();
    const auto copy = r;
    auto moved = std::move(r);
    request assigned;
    assigned = copy;
    const auto& self = assigned;
    assigned = self;
    CHECK(allocation_count() == before);
    CHECK(block->references == 3);
    moved = request{};
    CHECK(block->references == 2);
    assigned = std::move(moved);
    CHECK(block->references == 1);
    CHECK(&request_block::of(copy) == block);
  }
  // That it is freed once is what AddressSanitizer checks.
}

TEST_CASE("a request shares no memory with the input or the parser", "[http][request]") {
  request r;
  {
    parsed p{"POST http://h:1/%61?b HTTP/1.1\r\nHost: example.com\r\nA: b\r\n\r\n"};
    std::string id = "an id of more than sixteen characters";
    std::string name = "p";
    const std::array<route_param, 1> params{{{name, "v%20w"}}};
    r = request_block::adopt(request_block::make(p.parser.head(), p.bytes, {id, {}, params}));
    std::fill(p.bytes.begin(), p.bytes.end(), '#');
    std::fill(id.begin(), id.end(), '#');
    name = "#";
  }
  CHECK(r.method_text() == "POST");
  CHECK(r.target() == "http://h:1/%61?b");
  CHECK(r.raw_path() == "/%61");
  CHECK(r.path() == "/a");
  CHECK(r.raw_query() == "b");
  CHECK(r.authority() == "h:1");
  CHECK(r.header("a") == "b");
  CHECK(r.id() == "an id of more than sixteen characters");
  CHECK(r.param("p") == "v w");
}

TEST_CASE("a path that is not in the target is there too", "[http][request]") {
  parsed p{"GET http://h HTTP/1.1\r\nHost: a\r\n\r\n"};
  const auto r = request_block::adopt(request_block::make(p.parser.head(), p.bytes, {}));
  CHECK(r.raw_path() == "/");
  CHECK(r.path() == "/");
  CHECK(r.authority() == "h");
}
