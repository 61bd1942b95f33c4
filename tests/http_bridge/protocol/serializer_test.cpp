// Responses as bytes.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/serializer.hpp"
#include "tests/http_bridge/protocol/response_reader.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

using namespace troupe::http;
using namespace troupe::http::protocol;

namespace {

std::string write(const response& answer, const response_context& context = {}) {
  std::string out;
  CHECK(append_response(out, answer, context) == answer.defect().empty());
  return out;
}

response_context with_method(method m) {
  response_context context;
  context.request_method = m;
  return context;
}

read_response read(std::string_view bytes, bool to_head = false) {
  auto r = take_response(bytes, to_head);
  CHECK(bytes.empty());
  return r;
}

} // namespace

TEST_CASE("an answer with a bad field goes out as a 500 without it", "[http][serializer]") {
  const auto answer = response::text("secret").with_header("X", "a\r\nSet-Cookie: stolen");
  const auto bytes = write(answer);
  CHECK(bytes.find("stolen") == std::string::npos);
  CHECK(bytes.find("secret") == std::string::npos);
  const auto r = read(bytes);
  CHECK(r.status == 500);
  CHECK(r.field("content-type") == "application/problem+json");

  std::string out;
  CHECK(append_stream_head(out, answer, {}) == stream_framing::no_body);
  CHECK(read(out).status == 500);
}

TEST_CASE("an answer with an impossible status goes out as a 500", "[http][serializer]") {
  CHECK(read(write(response{status::continue_})).status == 500);
  CHECK(read(write(response{static_cast<status>(1'000)})).status == 500);
}

TEST_CASE("RFC 9110 9.3.2: HEAD is answered with the fields of GET and without the body",
          "[http][serializer]") {
  const auto answer = response::text("hello");
  const auto head = write(answer, with_method(method::head));
  CHECK(head + "hello" == write(answer));
  CHECK(read(head, true).field("content-length") == "5");
}

TEST_CASE("RFC 9112 6.3: 204 and 304 have neither body nor length", "[http][serializer]") {
  for (const auto s : {status::no_content, status::not_modified}) {
    const auto bytes = write(response::text("not to be sent", s).with_header("ETag", "\"x\""));
    const auto r = read(bytes);
    CHECK(r.status == static_cast<int>(code(s)));
    CHECK_FALSE(r.field("content-length"));
    CHECK_FALSE(r.field("content-type"));
    CHECK(r.field("etag") == "\"x\"");
    CHECK(bytes.ends_with("\r\n\r\n"));
  }
}

TEST_CASE("RFC 9110 15.3.6: 205 has an empty body", "[http][serializer]") {
  const auto r = read(write(response::text("not to be sent", status::reset_content)));
  CHECK(r.field("content-length") == "0");
  CHECK(r.body.empty());
}

TEST_CASE("RFC 9110 8.6: an answer without a body says so", "[http][serializer]") {
  CHECK(read(write(response{status::not_found})).field("content-length") == "0");
}

TEST_CASE("RFC 9112 9.6: close is announced, RFC 9112 C.2.2: a kept HTTP/1.0 connection too",
          "[http][serializer]") {
  const auto connection = [](int minor_version, bool keep_alive) {
    response_context context;
    context.minor_version = minor_version;
    context.keep_alive = keep_alive;
    return read(write(response::text("x"), context)).field("connection").value_or("");
  };
  CHECK(connection(1, true).empty());
  CHECK(connection(1, false) == "close");
  CHECK(connection(0, true) == "keep-alive");
  CHECK(connection(0, false) == "close");
}

TEST_CASE("RFC 9112 2.3: an answer to HTTP/1.0 is HTTP/1.1 all the same", "[http][serializer]") {
  response_context context;
  context.minor_version = 0;
  CHECK(write(response::text("x"), context).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("the bytes of a usual answer", "[http][serializer]") {
  response_context context;
  context.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  context.server = "troupe";
  context.request_id = "7f";
  std::string out = "before";
  CHECK(append_response(out, response::text("hello").with_header("X", "y"), context));
  CHECK(out
        == "beforeHTTP/1.1 200 OK\r\n"
           "Server: troupe\r\n"
           "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
           "X-Request-Id: 7f\r\n"
           "Content-Type: text/plain; charset=utf-8\r\n"
           "X: y\r\n"
           "Content-Length: 5\r\n"
           "\r\n"
           "hello");
}

TEST_CASE("a handler's Server replaces the bridge's", "[http][serializer]") {
  response_context context;
  context.server = "troupe";
  const auto r = read(write(response::text("x").with_header("server", "own"), context));
  CHECK(r.field("server") == "own");
  CHECK(r.fields.size() == 3);
}

TEST_CASE("RFC 9112 4: a status without a reason phrase keeps the space", "[http][serializer]") {
  CHECK(write(response{static_cast<status>(418)}).starts_with("HTTP/1.1 418 \r\n"));
}

TEST_CASE("a streamed answer is chunked in HTTP/1.1 and ends with the connection in HTTP/1.0",
          "[http][serializer]") {
  const auto answer = response::text("ignored").with_header("X", "y");
  std::string out;
  REQUIRE(append_stream_head(out, answer, {}) == stream_framing::chunked);
  append_chunk(out, "hello");
  append_chunk(out, "");
  append_chunk(out, std::string(300, 'x'));
  append_last_chunk(out);
  auto r = read(out);
  CHECK(r.body == "hello" + std::string(300, 'x'));
  CHECK(r.field("x") == "y");
  CHECK_FALSE(r.field("connection"));

  response_context old;
  old.minor_version = 0;
  out.clear();
  REQUIRE(append_stream_head(out, answer, old) == stream_framing::until_close);
  out += "hello";
  r = read(out);
  CHECK(r.until_close);
  CHECK(r.body == "hello");
  CHECK(r.field("connection") == "close");
}

TEST_CASE("a streamed answer that can have no body has none", "[http][serializer]") {
  std::string out;
  CHECK(append_stream_head(out, response::text("x"), with_method(method::head))
        == stream_framing::no_body);
  CHECK(read(out, true).field("transfer-encoding") == "chunked");
  for (const auto s : {status::no_content, status::not_modified, status::reset_content}) {
    out.clear();
    CHECK(append_stream_head(out, response::text("x", s), {}) == stream_framing::no_body);
    CHECK(read(out).body.empty());
    CHECK_FALSE(read(out).field("transfer-encoding"));
  }
  auto old = with_method(method::head);
  old.minor_version = 0;
  out.clear();
  CHECK(append_stream_head(out, response::text("x"), old) == stream_framing::no_body);
  CHECK(read(out, true).field("connection") == "keep-alive");
}

TEST_CASE("RFC 9110 15.2.1: 100 Continue is a status line and an empty line",
          "[http][serializer]") {
  std::string out;
  append_continue(out);
  CHECK(out == "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_CASE("property: what is written is read back, also one behind the other",
          "[http][serializer][property]") {
  const auto name = rc::gen::map(rc::gen::nonEmpty(rc::gen::container<std::string>(
                                   rc::gen::elementOf(std::string{"abcXYZ09-_"}))),
                                 [](const std::string& text) { return "X-" + text; });
  // Fields are written as they are, and read without white space around them.
  const auto value = rc::gen::map(
    rc::gen::container<std::string>(rc::gen::suchThat(rc::gen::arbitrary<char>(),
                                                      [](char c) {
                                                        return is_field_value({&c, 1});
                                                      })),
    [](const std::string& text) { return "<" + text + ">"; });
  using written
    = std::tuple<unsigned, std::vector<std::pair<std::string, std::string>>, std::string, bool>;

  CHECK(rc::check([&] {
    const auto answers = *rc::gen::resize(
      30, rc::gen::container<std::vector<written>>(
            rc::gen::tuple(rc::gen::inRange(200U, 600U),
                           rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
                             rc::gen::pair(name, value)),
                           rc::gen::arbitrary<std::string>(), rc::gen::arbitrary<bool>())));
    std::string out;
    for (const auto& [number, fields, body, to_head] : answers) {
      auto answer = response::html(body, static_cast<status>(number));
      for (const auto& field : fields)
        answer.with_added_header(field.first, field.second);
      RC_ASSERT(append_response(out, answer, with_method(to_head ? method::head : method::get)));
    }
    std::string_view rest = out;
    for (const auto& [number, fields, body, to_head] : answers) {
      const auto r = take_response(rest, to_head);
      RC_ASSERT(r.status == static_cast<int>(number));
      const bool no_body = to_head || number == 204 || number == 205 || number == 304;
      RC_ASSERT(r.body == (no_body ? std::string{} : body));
      std::vector<std::pair<std::string, std::string>> own;
      for (const auto& f : r.fields) {
        if (f.first.starts_with("X-"))
          own.push_back(f);
      }
      RC_ASSERT(own == fields);
    }
    RC_ASSERT(rest.empty());
  }));
}

TEST_CASE("property: chunks of any size are put together again", "[http][serializer][property]") {
  CHECK(rc::check([](const std::vector<std::string>& pieces) {
    std::string out;
    RC_ASSERT(append_stream_head(out, response::text(""), {}) == stream_framing::chunked);
    std::string all;
    for (const auto& piece : pieces) {
      append_chunk(out, piece);
      all += piece;
    }
    append_last_chunk(out);
    RC_ASSERT(read(out).body == all);
  }));
}
