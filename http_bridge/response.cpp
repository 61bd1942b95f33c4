// Makes and changes responses.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/response.hpp"

#include <algorithm>
#include <array>

namespace troupe::http {

namespace {

constexpr std::string_view content_type_name = "Content-Type";

// Fields about one hop (RFC 9110 7.6.1) or about framing, and the clock: the bridge alone knows
// them.
bool belongs_to_bridge(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 8> names{
    "connection",        "content-length",  "date", "keep-alive", "te", "trailer",
    "transfer-encoding", "proxy-connection"};
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view other) { return equal_ignoring_case(name, other); });
}

} // namespace

response response::text(std::string body, http::status s) {
  return {s, "text/plain; charset=utf-8", std::move(body)};
}

response response::json_text(std::string body, http::status s) {
  return {s, "application/json", std::move(body)};
}

response response::html(std::string body, http::status s) {
  return {s, "text/html; charset=utf-8", std::move(body)};
}

response response::no_content() {
  return response{http::status::no_content};
}

response& response::with_header(std::string_view name, std::string_view value) & {
  headers_.remove(name);
  return with_added_header(name, value);
}

response& response::with_added_header(std::string_view name, std::string_view value) & {
  if (belongs_to_bridge(name))
    return *this;
  if (!headers_.add(name, value))
    bad_field_ = true;
  else if (equal_ignoring_case(name, content_type_name))
    content_type_ = {};
  return *this;
}

std::optional<std::string_view> response::header(std::string_view name) const noexcept {
  if (!content_type_.empty() && equal_ignoring_case(name, content_type_name))
    return content_type_;
  return headers_.find(name);
}

std::string_view response::defect() const noexcept {
  if (bad_field_)
    return "a header field of the answer has a bad name or value";
  if (code(status_) < 200 || code(status_) > 599)
    return "the status of the answer is not from 200 to 599";
  return {};
}

} // namespace troupe::http
