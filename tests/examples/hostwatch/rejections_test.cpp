// Specifies the answers that more than one part of hostwatch gives.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/rejections.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;
using troupe::http::status;

const troupe::wall_time since{1'767'225'600s};

} // namespace

TEST_CASE("a body that is not JSON is 400, one with a wrong field 422 with the field",
          "[rejections]") {
  CHECK(response_for({rejected_body::kind_type::not_json, "x"}).status() == status::bad_request);
  const auto wrong = response_for({rejected_body::kind_type::bad_field, "host: missing"});
  CHECK(wrong.status() == status::unprocessable_content);
  CHECK(nlohmann::json::parse(wrong.body())["detail"] == "host: missing");
}

TEST_CASE("a host that nobody has heard of is 404", "[rejections]") {
  const auto answer = unknown_host({}, since, "id");
  CHECK(answer.status() == status::not_found);
  CHECK_FALSE(nlohmann::json::parse(answer.body()).contains("since"));
}

TEST_CASE("just after a restart of the store nobody can say that a host is unknown",
          "[rejections]") {
  for (const auto now : {since, since + settling_time - 1ms}) {
    const auto answer = unknown_host(since, now, "id");
    CHECK(answer.status() == status::service_unavailable);
    CHECK(answer.header("Retry-After") == "1");
  }
}

TEST_CASE("later it is 404, saying since when anything is known", "[rejections]") {
  const auto answer = unknown_host(since, since + settling_time, "id");
  CHECK(answer.status() == status::not_found);
  CHECK(answer.header("Content-Type") == "application/problem+json");
  const auto body = nlohmann::json::parse(answer.body());
  CHECK(body["since"] == "2026-01-01T00:00:00.000Z");
  CHECK(body["status"] == 404);
}
