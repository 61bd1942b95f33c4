// Responses as handlers make them.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/response.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

using namespace troupe::http;

TEST_CASE("a field with CR, LF or NUL makes the answer defect and is not kept",
          "[http][response]") {
  for (const std::string value : {"a\r\nSet-Cookie: b", "a\nb", "a\rb"}) {
    auto answer = response::text("x").with_header("X", value);
    CHECK_FALSE(answer.defect().empty());
    CHECK_FALSE(answer.header("X"));
    // A later good field does not make it whole again.
    answer.with_header("X", "fine");
    CHECK_FALSE(answer.defect().empty());
  }
  CHECK_FALSE(response{}.with_header("X", std::string{"a\0", 2}).defect().empty());
  CHECK_FALSE(response{}.with_header("X Y", "a").defect().empty());
  CHECK_FALSE(response{}.with_header("", "a").defect().empty());
  CHECK_FALSE(response{}.with_added_header("X:", "a").defect().empty());
}

TEST_CASE("a status that is no final one makes the answer defect", "[http][response]") {
  for (const unsigned number : {0U, 100U, 101U, 199U, 600U, 999U, 65'535U})
    CHECK_FALSE(response{static_cast<status>(number)}.defect().empty());
  for (const unsigned number : {200U, 299U, 418U, 599U})
    CHECK(response{static_cast<status>(number)}.defect().empty());
}

TEST_CASE("what belongs to the bridge is not taken from a handler", "[http][response]") {
  const auto answer = response::text("hello")
                        .with_header("Content-Length", "99")
                        .with_header("transfer-encoding", "chunked")
                        .with_header("Connection", "close")
                        .with_added_header("KEEP-ALIVE", "timeout=5")
                        .with_header("Proxy-Connection", "x")
                        .with_header("Trailer", "x")
                        .with_header("TE", "trailers")
                        .with_header("Date", "today");
  CHECK(answer.headers().empty());
  CHECK(answer.defect().empty());
}

TEST_CASE("with_header replaces, with_added_header adds", "[http][response]") {
  auto answer = response{status::ok};
  answer.with_header("X", "1").with_header("x", "2");
  CHECK(answer.headers().text() == "x: 2\r\n");
  answer.with_added_header("X", "3");
  CHECK(answer.headers().text() == "x: 2\r\nX: 3\r\n");
  CHECK(answer.header("X") == "2");
}

TEST_CASE("a handler's own media type replaces the maker's", "[http][response]") {
  auto answer = response::json_text("{}");
  CHECK(answer.header("content-type") == "application/json");
  answer.with_header("content-type", "application/vnd.x+json");
  CHECK(answer.header("Content-Type") == "application/vnd.x+json");
  CHECK(answer.content_type().empty());
  // A bad one leaves the answer defect.
  CHECK_FALSE(response::json_text("{}").with_header("Content-Type", "a\nb").defect().empty());
}

TEST_CASE("makers set status, media type and body", "[http][response]") {
  CHECK(response{}.status() == status::ok);
  CHECK(response{}.body().empty());
  CHECK_FALSE(response{}.header("content-type"));
  CHECK(response::text("a").content_type() == "text/plain; charset=utf-8");
  CHECK(response::html("<p>", status::accepted).content_type() == "text/html; charset=utf-8");
  CHECK(response::html("<p>", status::accepted).status() == status::accepted);
  CHECK(response::no_content().status() == status::no_content);
  const auto changed = response::text("a").with_body("b").with_status(status::created);
  CHECK(changed.body() == "b");
  CHECK(changed.status() == status::created);
}
