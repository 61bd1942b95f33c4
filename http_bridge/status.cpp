// Status lines as literals: each code and its reason phrase stand here and nowhere else.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/status.hpp"

namespace troupe::http {

std::string_view status_line(status s) noexcept {
  switch (s) {
    case status::continue_:
      return "HTTP/1.1 100 Continue\r\n";
    case status::switching_protocols:
      return "HTTP/1.1 101 Switching Protocols\r\n";
    case status::ok:
      return "HTTP/1.1 200 OK\r\n";
    case status::created:
      return "HTTP/1.1 201 Created\r\n";
    case status::accepted:
      return "HTTP/1.1 202 Accepted\r\n";
    case status::non_authoritative_information:
      return "HTTP/1.1 203 Non-Authoritative Information\r\n";
    case status::no_content:
      return "HTTP/1.1 204 No Content\r\n";
    case status::reset_content:
      return "HTTP/1.1 205 Reset Content\r\n";
    case status::partial_content:
      return "HTTP/1.1 206 Partial Content\r\n";
    case status::multiple_choices:
      return "HTTP/1.1 300 Multiple Choices\r\n";
    case status::moved_permanently:
      return "HTTP/1.1 301 Moved Permanently\r\n";
    case status::found:
      return "HTTP/1.1 302 Found\r\n";
    case status::see_other:
      return "HTTP/1.1 303 See Other\r\n";
    case status::not_modified:
      return "HTTP/1.1 304 Not Modified\r\n";
    case status::temporary_redirect:
      return "HTTP/1.1 307 Temporary Redirect\r\n";
    case status::permanent_redirect:
      return "HTTP/1.1 308 Permanent Redirect\r\n";
    case status::bad_request:
      return "HTTP/1.1 400 Bad Request\r\n";
    case status::unauthorized:
      return "HTTP/1.1 401 Unauthorized\r\n";
    case status::payment_required:
      return "HTTP/1.1 402 Payment Required\r\n";
    case status::forbidden:
      return "HTTP/1.1 403 Forbidden\r\n";
    case status::not_found:
      return "HTTP/1.1 404 Not Found\r\n";
    case status::method_not_allowed:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case status::not_acceptable:
      return "HTTP/1.1 406 Not Acceptable\r\n";
    case status::proxy_authentication_required:
      return "HTTP/1.1 407 Proxy Authentication Required\r\n";
    case status::request_timeout:
      return "HTTP/1.1 408 Request Timeout\r\n";
    case status::conflict:
      return "HTTP/1.1 409 Conflict\r\n";
    case status::gone:
      return "HTTP/1.1 410 Gone\r\n";
    case status::length_required:
      return "HTTP/1.1 411 Length Required\r\n";
    case status::precondition_failed:
      return "HTTP/1.1 412 Precondition Failed\r\n";
    case status::content_too_large:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case status::uri_too_long:
      return "HTTP/1.1 414 URI Too Long\r\n";
    case status::unsupported_media_type:
      return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case status::range_not_satisfiable:
      return "HTTP/1.1 416 Range Not Satisfiable\r\n";
    case status::expectation_failed:
      return "HTTP/1.1 417 Expectation Failed\r\n";
    case status::misdirected_request:
      return "HTTP/1.1 421 Misdirected Request\r\n";
    case status::unprocessable_content:
      return "HTTP/1.1 422 Unprocessable Content\r\n";
    case status::upgrade_required:
      return "HTTP/1.1 426 Upgrade Required\r\n";
    case status::precondition_required:
      return "HTTP/1.1 428 Precondition Required\r\n";
    case status::too_many_requests:
      return "HTTP/1.1 429 Too Many Requests\r\n";
    case status::request_header_fields_too_large:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case status::unavailable_for_legal_reasons:
      return "HTTP/1.1 451 Unavailable For Legal Reasons\r\n";
    case status::internal_server_error:
      return "HTTP/1.1 500 Internal Server Error\r\n";
    case status::not_implemented:
      return "HTTP/1.1 501 Not Implemented\r\n";
    case status::bad_gateway:
      return "HTTP/1.1 502 Bad Gateway\r\n";
    case status::service_unavailable:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    case status::gateway_timeout:
      return "HTTP/1.1 504 Gateway Timeout\r\n";
    case status::http_version_not_supported:
      return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    case status::insufficient_storage:
      return "HTTP/1.1 507 Insufficient Storage\r\n";
  }
  return {};
}

std::string_view reason_phrase(status s) noexcept {
  constexpr std::string_view before = "HTTP/1.1 200 ";
  constexpr std::string_view after = "\r\n";
  const auto line = status_line(s);
  if (line.empty())
    return {};
  return line.substr(before.size(), line.size() - before.size() - after.size());
}

} // namespace troupe::http
