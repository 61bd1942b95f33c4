// Answers that more than one part of hostwatch gives.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/rejections.hpp"

#include "http_bridge/problem.hpp"
#include "examples/hostwatch/summary.hpp"

#include <nlohmann/json.hpp>

namespace hostwatch {

using troupe::http::response;
using troupe::http::status;

response response_for(const rejected_body& why) {
  const auto code = why.kind == rejected_body::kind_type::not_json ? status::bad_request
                                                                   : status::unprocessable_content;
  return response::problem(code, {}, why.detail);
}

response unknown_host(std::optional<troupe::wall_time> since, troupe::wall_time now,
                      std::string_view request_id) {
  constexpr const char* detail = "no samples of this host";
  if (!since)
    return response::problem(status::not_found, {}, detail);
  if (now - *since < settling_time)
    return troupe::http::problem_for({troupe::errc::restarting, {}}, request_id);
  const nlohmann::ordered_json body{{"type", "about:blank"},
                                    {"title", reason_phrase(status::not_found)},
                                    {"status", code(status::not_found)},
                                    {"detail", detail},
                                    {"since", to_text(*since)}};
  return response{status::not_found}
    .with_header("Content-Type", "application/problem+json")
    .with_body(body.dump());
}

} // namespace hostwatch
