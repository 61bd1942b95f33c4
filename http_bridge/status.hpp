// Status codes and their status lines.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// A status code (RFC 9110 15 and the IANA registry). Any other code from 200 to 599 may be cast to
/// it; it is then sent without a reason phrase, as RFC 9112 4 allows.
enum class status : std::uint16_t {
  continue_ = 100,
  switching_protocols = 101,

  ok = 200,
  created = 201,
  accepted = 202,
  non_authoritative_information = 203,
  no_content = 204,
  reset_content = 205,
  partial_content = 206,

  multiple_choices = 300,
  moved_permanently = 301,
  found = 302,
  see_other = 303,
  not_modified = 304,
  temporary_redirect = 307,
  permanent_redirect = 308,

  bad_request = 400,
  unauthorized = 401,
  payment_required = 402,
  forbidden = 403,
  not_found = 404,
  method_not_allowed = 405,
  not_acceptable = 406,
  proxy_authentication_required = 407,
  request_timeout = 408,
  conflict = 409,
  gone = 410,
  length_required = 411,
  precondition_failed = 412,
  content_too_large = 413,
  uri_too_long = 414,
  unsupported_media_type = 415,
  range_not_satisfiable = 416,
  expectation_failed = 417,
  misdirected_request = 421,
  unprocessable_content = 422,
  upgrade_required = 426,
  precondition_required = 428,
  too_many_requests = 429,
  request_header_fields_too_large = 431,
  unavailable_for_legal_reasons = 451,

  internal_server_error = 500,
  not_implemented = 501,
  bad_gateway = 502,
  service_unavailable = 503,
  gateway_timeout = 504,
  http_version_not_supported = 505,
  insufficient_storage = 507,
};

/// The code as a number.
[[nodiscard]] constexpr unsigned code(status s) noexcept {
  return static_cast<unsigned>(s);
}

/// The status line with its CR LF, for example `HTTP/1.1 200 OK`; empty for a code that is not in
/// the enum.
[[nodiscard]] std::string_view status_line(status s) noexcept;

/// The reason phrase, `Not Found`; empty for a code that is not in the enum.
[[nodiscard]] std::string_view reason_phrase(status s) noexcept;

} // namespace http
} // namespace troupe
