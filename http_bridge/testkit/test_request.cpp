// Requests without a socket.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/testkit/test_request.hpp"

#include "http_bridge/limits.hpp"
#include "http_bridge/protocol/parser.hpp"
#include "http_bridge/protocol/request_builder.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace troupe::testkit {

namespace {

bool has(const std::vector<http::header_view>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [name](const http::header_view& field) {
    return http::equal_ignoring_case(field.name, name);
  });
}

std::string write(const test_request& description) {
  std::string text{http::to_string(description.method)};
  text.append(" ").append(description.target).append(" HTTP/1.1\r\n");
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  if (!has(description.headers, "host"))
    add("Host", "test");
  for (const auto& field : description.headers)
    add(field.name, field.value);
  if (!description.body.empty() && !has(description.headers, "content-length"))
    add("Content-Length", std::to_string(description.body.size()));
  return text.append("\r\n");
}

} // namespace

http::request make_test_request(const test_request& description) {
  const auto head = write(description);
  http::protocol::request_parser parser{http::limits{}};
  const auto step = parser.next(head);
  if (step.event != http::protocol::parse_event::head || step.consumed != head.size()) {
    const auto why = parser.failure_text();
    throw std::invalid_argument{
      "make_test_request: "
      + (why.empty() ? std::string{"a field ends the head"} : std::string{why})};
  }
  return http::make_request(parser.head(), head, description.body,
                            {description.id, description.deadline, description.params});
}

http::request make_test_request(http::method method, std::string_view target,
                                std::vector<http::header_view> headers, std::string_view body) {
  test_request description;
  description.method = method;
  description.target = target;
  description.headers = std::move(headers);
  description.body = body;
  return make_test_request(description);
}

} // namespace troupe::testkit
