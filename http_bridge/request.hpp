// One HTTP request, as handlers and actors see it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "http_bridge/headers.hpp"
#include "http_bridge/method.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace http {
namespace protocol {

struct request_block;

} // namespace protocol

/// One value taken from the path by a route pattern.
struct route_param {
  std::string_view name;
  std::string_view value;

  friend bool operator==(const route_param&, const route_param&) = default;
};

/// A handle to one received request. The request itself is immutable and shared by all copies: a
/// copy costs one reference count, so a request can be a message to an actor (include
/// "http_bridge/request_message.hpp" for that). All views live as long as any copy of the request.
///
/// A default constructed or moved-from handle refers to an empty `GET /` without fields.
/// Thread safety: any number of threads may read copies at the same time. No call blocks.
class request {
public:
  request() noexcept = default;
  request(const request& other) noexcept;
  request(request&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  request& operator=(const request& other) noexcept;
  request& operator=(request&& other) noexcept;
  ~request();

  // -- request line: RFC 9112 3 -------------------------------------------------

  [[nodiscard]] http::method method() const noexcept;

  /// The method as sent; tells methods apart that are all `method::other`.
  [[nodiscard]] std::string_view method_text() const noexcept;

  /// The request target as sent, in any of its forms (RFC 9112 3.2).
  [[nodiscard]] std::string_view target() const noexcept;

  /// The path as sent: from the first `/` to the query. `*` for `OPTIONS *`; `/` where an absolute
  /// target has none. This is what routes are matched with.
  [[nodiscard]] std::string_view raw_path() const noexcept;

  /// The path with its percent-encoding removed, except that an encoded slash stays `%2F`, so that
  /// the segments are still those that were sent. Dot segments are kept as they are. It may hold
  /// any bytes but NUL. Where the difference between `%252F` and `%2F` matters read `raw_path` or
  /// `param`.
  [[nodiscard]] std::string_view path() const noexcept;

  /// What follows the first `?` of the target, as sent; empty when there is none.
  [[nodiscard]] std::string_view raw_query() const noexcept;

  /// The first query argument called `name`, decoded as HTML forms encode it: `+` is a space, `%41`
  /// an `A`, and a `%` without two digits stands for itself. `?name` and `?name=` give an empty
  /// text.
  /// @returns nothing when no argument has this name.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;

  /// All query arguments in order, decoded as for `query`.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> queries() const;

  /// 0 for HTTP/1.0, otherwise 1: higher minor versions count as 1 (RFC 9110 2.5).
  [[nodiscard]] int minor_version() const noexcept;

  // -- header: RFC 9110 5 -------------------------------------------------------

  /// Host and port the request is for: those of an absolute target, or else of the `Host` field
  /// (RFC 9112 3.2.2). Empty in a HTTP/1.0 request without either.
  [[nodiscard]] std::string_view authority() const noexcept;

  /// The value of the first field called `name`, in any case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;

  /// All fields in the order they were sent.
  [[nodiscard]] std::span<const header_view> headers() const noexcept;

  /// Whether the client wants the connection kept open (RFC 9112 9.3).
  [[nodiscard]] bool keep_alive() const noexcept;

  // -- content ------------------------------------------------------------------

  /// The body with the chunked coding removed.
  [[nodiscard]] std::string_view body() const noexcept;

  // -- what the bridge adds -----------------------------------------------------

  /// The value of the route parameter `name`, percent-encoding removed; it may hold a slash. Empty
  /// when the route has no such parameter.
  [[nodiscard]] std::string_view param(std::string_view name) const noexcept;

  /// All route parameters in the order of the pattern.
  [[nodiscard]] std::span<const route_param> params() const noexcept;

  /// The id that logs and error answers name this request by.
  [[nodiscard]] std::string_view id() const noexcept;

  /// When the bridge stops waiting and answers 504 itself; work after it is in vain.
  [[nodiscard]] steady_time deadline() const noexcept;

private:
  friend struct protocol::request_block;

  explicit request(protocol::request_block* block) noexcept : block_(block) {}

  [[nodiscard]] const protocol::request_block& data() const noexcept;

  protocol::request_block* block_ = nullptr;
};

} // namespace http
} // namespace troupe
