// The answer to a request, as handlers and actors make it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/headers.hpp"
#include "http_bridge/status.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// Status, header fields and body of an answer: a value, cheap to move. A default constructed one
/// is 200 without a body.
///
/// Framing and the connection belong to the bridge: it sends `Content-Length`, `Transfer-Encoding`,
/// `Connection` and `Date` itself and leaves out what a handler says about them. A field with a CR,
/// LF or NUL in it is never sent: the answer becomes a 500, see `defect`.
/// Thread safety: as for any value.
class response {
public:
  response() = default;

  /// An answer without a body.
  explicit response(http::status s) noexcept : status_(s) {}

  // -- makers -------------------------------------------------------------------

  /// `text/plain; charset=utf-8`.
  [[nodiscard]] static response text(std::string body, http::status s = http::status::ok);

  /// `application/json`; `body` is sent as it is, it is not checked to be JSON.
  [[nodiscard]] static response json_text(std::string body, http::status s = http::status::ok);

  /// `text/html; charset=utf-8`.
  [[nodiscard]] static response html(std::string body, http::status s = http::status::ok);

  /// 204.
  [[nodiscard]] static response no_content();

  /// `application/problem+json` (RFC 9457) with the members `type` (`about:blank`), `title`,
  /// `status` and `detail`. An empty `title` is replaced by the reason phrase, an empty `detail`
  /// left out, bytes that are not UTF-8 by U+FFFD.
  [[nodiscard]] static response problem(http::status s, std::string_view title = {},
                                        std::string_view detail = {});

  // -- changes ------------------------------------------------------------------

  /// Sets the field `name`, replacing any of that name.
  response& with_header(std::string_view name, std::string_view value) &;
  response&& with_header(std::string_view name, std::string_view value) && {
    return std::move(with_header(name, value));
  }

  /// Adds a field beside those of the same name, as `Set-Cookie` needs it.
  response& with_added_header(std::string_view name, std::string_view value) &;
  response&& with_added_header(std::string_view name, std::string_view value) && {
    return std::move(with_added_header(name, value));
  }

  response& with_body(std::string body) & {
    body_ = std::move(body);
    return *this;
  }
  response&& with_body(std::string body) && { return std::move(with_body(std::move(body))); }

  response& with_status(http::status s) & noexcept {
    status_ = s;
    return *this;
  }
  response&& with_status(http::status s) && noexcept { return std::move(with_status(s)); }

  // -- properties ---------------------------------------------------------------

  [[nodiscard]] http::status status() const noexcept { return status_; }

  /// The value of the first field called `name`, in any case. Fields that the bridge adds are not
  /// here.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;

  /// The media type that a maker has set; empty when there is none or a handler has set its own.
  [[nodiscard]] std::string_view content_type() const noexcept { return content_type_; }

  /// The fields that a handler has set.
  [[nodiscard]] const header_list& headers() const noexcept { return headers_; }

  [[nodiscard]] const std::string& body() const noexcept { return body_; }

  /// Why this answer cannot be sent and a 500 goes out in its place: a bad field name or value, or
  /// a status outside 200 to 599. Empty when there is nothing wrong. The text names no value, only
  /// the kind.
  [[nodiscard]] std::string_view defect() const noexcept;

private:
  response(http::status s, std::string_view static_content_type, std::string body)
    : status_(s), content_type_(static_content_type), body_(std::move(body)) {}

  http::status status_ = http::status::ok;
  bool bad_field_ = false;
  // Always a literal: a type that a handler names itself is in `headers_`.
  std::string_view content_type_;
  header_list headers_;
  std::string body_;
};

} // namespace http
} // namespace troupe
