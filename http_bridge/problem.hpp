// The one table from errors to HTTP answers.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "http_bridge/response.hpp"

#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// The status that stands for `code`; the table is in docs/http.md.
[[nodiscard]] status status_for(errc code) noexcept;

/// The answer to a request that ended in `why`, as application/problem+json with a member
/// `request_id` (left out when empty). Up to 499 the error's detail is shown, it speaks about the
/// request; from 500 it is not: a 503 or 504 has the sentence of the error, a 500 only the id to
/// look for in the log. 503 has `Retry-After: 1` where asking again makes sense: restarting,
/// overloaded, stopping.
[[nodiscard]] response problem_for(const error& why, std::string_view request_id);

/// `response::problem` with a member `request_id` (left out when empty), for answers that the
/// bridge makes itself.
[[nodiscard]] response problem_with_id(status s, std::string_view detail,
                                       std::string_view request_id);

} // namespace http
} // namespace troupe
