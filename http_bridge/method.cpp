// Tokens of the request methods.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/method.hpp"

namespace troupe::http {

std::string_view to_string(method m) noexcept {
  switch (m) {
    case method::get:
      return "GET";
    case method::head:
      return "HEAD";
    case method::post:
      return "POST";
    case method::put:
      return "PUT";
    case method::delete_:
      return "DELETE";
    case method::patch:
      return "PATCH";
    case method::options:
      return "OPTIONS";
    case method::connect:
      return "CONNECT";
    case method::trace:
      return "TRACE";
    case method::other:
      break;
  }
  return "other";
}

method parse_method(std::string_view token) noexcept {
  // By length first: each comparison is then of constant size, which compilers turn into one or two
  // integer comparisons.
  switch (token.size()) {
    case 3:
      return token == "GET" ? method::get : token == "PUT" ? method::put : method::other;
    case 4:
      return token == "POST" ? method::post : token == "HEAD" ? method::head : method::other;
    case 5:
      return token == "PATCH" ? method::patch : token == "TRACE" ? method::trace : method::other;
    case 6:
      return token == "DELETE" ? method::delete_ : method::other;
    case 7:
      return token == "OPTIONS"   ? method::options
             : token == "CONNECT" ? method::connect
                                  : method::other;
    default:
      return method::other;
  }
}

} // namespace troupe::http
