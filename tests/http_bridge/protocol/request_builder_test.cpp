// From head and body to a request.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/parser.hpp"
#include "http_bridge/protocol/request_builder.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <string>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::http::protocol;

namespace {

const std::string bytes = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhelloworld";
const std::string_view head_bytes = std::string_view{bytes}.substr(0, bytes.size() - 10);

request_parser parsed() {
  request_parser parser{limits{}};
  REQUIRE(parser.next(bytes).event == parse_event::head);
  return parser;
}

} // namespace

TEST_CASE("make_request carries head, body and what the bridge adds", "[http][request]") {
  const auto parser = parsed();
  const steady_time deadline{std::chrono::seconds{5}};
  const std::array<route_param, 1> params{{{"p", "v"}}};
  const auto r = make_request(parser.head(), head_bytes, "helloworld", {"id", deadline, params});
  CHECK(r.method() == http::method::post);
  CHECK(r.body() == "helloworld");
  CHECK(r.id() == "id");
  CHECK(r.deadline() == deadline);
  REQUIRE(r.params().size() == 1);
  CHECK(r.param("p") == "v");
}

TEST_CASE("a request without a context has no id, no parameters and never expires",
          "[http][request]") {
  const auto parser = parsed();
  const auto r = make_request(parser.head(), head_bytes, {}, {});
  CHECK(r.id().empty());
  CHECK(r.params().empty());
  CHECK(r.deadline() == steady_time::max());
  CHECK(r.body().empty());
}

TEST_CASE("a draft takes a body in pieces and outlives parser and input", "[http][request]") {
  auto parser = std::make_unique<request_parser>(limits{});
  auto input = std::make_unique<std::string>(bytes);
  const auto step = parser->next(*input);
  request_draft draft{parser->head(), std::string_view{*input}.substr(0, step.consumed), {}};
  parser.reset();
  input.reset();
  CHECK(draft.body_size() == 0);
  draft.append_body("hello");
  draft.append_body("");
  auto moved = std::move(draft);
  moved.append_body("world");
  CHECK(moved.body_size() == 10);
  const steady_time deadline{std::chrono::seconds{9}};
  moved.deadline(deadline);
  const auto r = std::move(moved).finish();
  CHECK(r.body() == "helloworld");
  CHECK(r.path() == "/a");
  CHECK(r.deadline() == deadline);
}

TEST_CASE("a body given whole replaces what was appended", "[http][request]") {
  const auto parser = parsed();
  request_draft draft{parser.head(), head_bytes, {}};
  draft.append_body("hello");
  draft.body("other");
  CHECK(std::move(draft).finish().body() == "other");
}
