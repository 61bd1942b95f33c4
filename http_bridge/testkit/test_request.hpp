// Requests without a socket, for tests of handlers and actors.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "http_bridge/headers.hpp"
#include "http_bridge/method.hpp"
#include "http_bridge/request.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

/// What `make_test_request` makes a request of. Only the target has to be given.
struct test_request {
  http::method method = http::method::get;
  std::string target = "/";
  std::vector<http::header_view> headers;
  std::string body;
  /// As a route would have found them, still percent-encoded.
  std::vector<http::route_param> params;
  std::string id = "test";
  steady_time deadline = steady_time::max();
};

/// Makes the request that a handler would see had `description` come over a connection: it is
/// written out and read by the parser. `Host: test` and `Content-Length` are added where they are
/// missing.
/// @throws std::invalid_argument with the parser's reason when a client could not have sent this.
/// It is thrown
///         rather than returned because it is a mistake in the test, and tests end at an exception.
[[nodiscard]] http::request make_test_request(const test_request& description);

/// The same in one line: `make_test_request(http::method::post, "/samples", {}, "{}")`.
[[nodiscard]] http::request make_test_request(http::method method, std::string_view target,
                                              std::vector<http::header_view> headers = {},
                                              std::string_view body = {});

} // namespace testkit
} // namespace troupe
