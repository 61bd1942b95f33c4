// Errors as answers.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/problem.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <string>
#include <tuple>
#include <vector>

using namespace troupe;
using namespace troupe::http;
using nlohmann::json;

TEST_CASE("every error has its status, and Retry-After where asking again makes sense",
          "[http][problem]") {
  const std::vector<std::tuple<errc, unsigned, bool>> table{
    {errc::invalid_argument, 400, false}, {errc::permission_denied, 403, false},
    {errc::not_found, 404, false},        {errc::child_not_found, 404, false},
    {errc::already_exists, 409, false},   {errc::duplicate_child, 409, false},
    {errc::already_present, 409, false},  {errc::already_running, 409, false},
    {errc::restarting, 503, true},        {errc::overloaded, 503, true},
    {errc::stopping, 503, true},          {errc::gone, 503, false},
    {errc::stopped, 503, false},          {errc::not_running, 503, false},
    {errc::timed_out, 504, false},        {errc::deadline_exceeded, 504, false},
    {errc::crashed, 500, false},          {errc::do_not_restart, 500, false},
    {errc::end_tree, 500, false},         {errc::death_pact, 500, false},
    {errc::promise_dropped, 500, false},  {errc::unexpected_message, 500, false},
    {errc::start_failed, 500, false},     {errc::too_many_restarts, 500, false},
    {errc::address_in_use, 500, false},   {errc::io_error, 500, false},
    {errc::unknown, 500, false},
  };
  for (const auto& [failure, number, retry] : table) {
    INFO(to_string(failure));
    const auto answer = problem_for(error{failure, "secret"}, "id7");
    CHECK(code(answer.status()) == number);
    CHECK(status_for(failure) == answer.status());
    CHECK(answer.header("Retry-After").has_value() == retry);
    const auto body = json::parse(answer.body());
    CHECK(body["status"] == number);
    CHECK(body["request_id"] == "id7");
    CHECK(body["title"] == reason_phrase(answer.status()));
    // What went wrong inside is for the log; what was wrong with the request is for the client.
    CHECK((answer.body().find("secret") != std::string::npos) == (number < 500));
    CHECK(answer.header("Content-Type") == "application/problem+json");
  }
  CHECK(table.size() == static_cast<std::size_t>(errc::unknown));
}

TEST_CASE("a 500 says no more than where to look", "[http][problem]") {
  const auto of = [](errc failure) { return problem_for(error{failure, "what"}, "1").body(); };
  CHECK(of(errc::crashed) == of(errc::promise_dropped));
  CHECK(of(errc::crashed) == of(errc::unknown));
}

TEST_CASE("an error without detail is explained by its sentence", "[http][problem]") {
  CHECK(json::parse(problem_for(error{errc::not_found, ""}, "").body())["detail"]
        == sentence(errc::not_found));
}

TEST_CASE("RFC 9457 3.1: type, title, status and detail", "[http][problem]") {
  const auto answer = response::problem(status::conflict, "Taken", "host a is there already");
  CHECK(answer.status() == status::conflict);
  CHECK(
    answer.body()
    == R"({"type":"about:blank","title":"Taken","status":409,"detail":"host a is there already"})");
  CHECK(response::problem(status::not_found).body()
        == R"({"type":"about:blank","title":"Not Found","status":404})");
  CHECK(problem_with_id(status::not_found, "no route", "").body()
        == R"({"type":"about:blank","title":"Not Found","status":404,"detail":"no route"})");
}

TEST_CASE("property: a problem is JSON whatever bytes it quotes", "[http][problem][property]") {
  CHECK(rc::check([](const std::string& title, const std::string& detail, const std::string& id) {
    auto answer = response::problem(status::bad_request, title, detail);
    RC_ASSERT(json::accept(answer.body()));
    RC_ASSERT(json::accept(problem_for(error{errc::invalid_argument, detail}, id).body()));
  }));
  const std::string quoted = "a\"b\\c\r\n\t\x01</script>\xc3\xa4";
  CHECK(json::parse(response::problem(status::bad_request, "t", quoted).body())["detail"]
        == quoted);
  CHECK(json::parse(response::problem(status::bad_request, "t", "\xff").body())["detail"]
        == "\xef\xbf\xbd");
}
