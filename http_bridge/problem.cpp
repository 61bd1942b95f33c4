// Errors as application/problem+json (RFC 9457).
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/problem.hpp"

#include <nlohmann/json.hpp>

namespace troupe::http {

namespace {

using json = nlohmann::ordered_json;

response render(status s, std::string_view title, std::string_view detail,
                std::string_view request_id) {
  json body;
  body["type"] = "about:blank";
  body["title"] = title.empty() ? reason_phrase(s) : title;
  body["status"] = code(s);
  if (!detail.empty())
    body["detail"] = detail;
  if (!request_id.empty())
    body["request_id"] = request_id;
  // A detail may quote what a client has sent, so it need not be UTF-8.
  return response{s}
    .with_header("Content-Type", "application/problem+json")
    .with_body(body.dump(-1, ' ', false, json::error_handler_t::replace));
}

bool worth_asking_again(errc code) noexcept {
  return code == errc::restarting || code == errc::overloaded || code == errc::stopping;
}

} // namespace

response response::problem(http::status s, std::string_view title, std::string_view detail) {
  return render(s, title, detail, {});
}

status status_for(errc code) noexcept {
  switch (code) {
    case errc::invalid_argument:
      return status::bad_request;
    case errc::permission_denied:
      return status::forbidden;
    case errc::not_found:
    case errc::child_not_found:
      return status::not_found;
    case errc::already_exists:
    case errc::duplicate_child:
    case errc::already_present:
    case errc::already_running:
      return status::conflict;
    case errc::restarting:
    case errc::overloaded:
    case errc::stopping:
    case errc::not_running:
    case errc::stopped:
    case errc::gone:
      return status::service_unavailable;
    case errc::timed_out:
    case errc::deadline_exceeded:
      return status::gateway_timeout;
    case errc::start_failed:
    case errc::do_not_restart:
    case errc::end_tree:
    case errc::death_pact:
    case errc::too_many_restarts:
    case errc::crashed:
    case errc::promise_dropped:
    case errc::unexpected_message:
    case errc::address_in_use:
    case errc::io_error:
    case errc::unknown:
      break;
  }
  return status::internal_server_error;
}

response problem_for(const error& why, std::string_view request_id) {
  const auto s = status_for(why.code);
  std::string_view detail;
  if (s == status::internal_server_error)
    detail = "the request could not be completed; the log has more under its id";
  else if (code(s) >= 500 || why.detail.empty())
    detail = sentence(why.code);
  else
    detail = why.detail;
  auto answer = render(s, {}, detail, request_id);
  if (worth_asking_again(why.code))
    answer.with_header("Retry-After", "1");
  return answer;
}

response problem_with_id(status s, std::string_view detail, std::string_view request_id) {
  return render(s, {}, detail, request_id);
}

} // namespace troupe::http
