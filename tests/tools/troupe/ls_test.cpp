// troupe ls.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/tools/troupe/fake_target.hpp"
#include "tools/troupe/verbs.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tool;
using troupe::testing::small_target;

namespace {

const std::vector<admin_socket> running{{"/r/hostwatch.4711.sock", "hostwatch", 4711},
                                        {"/r/x.9.sock", "x", 9}};

/// The first answers, the second hangs.
admin_api ask(const std::string& socket) {
  if (socket == running[0].path)
    return admin_api{[](const std::string& target) { return small_target().answers.at(target); }};
  return admin_api{[](const std::string&) -> result<std::string> {
    return error{errc::timed_out, "1 s"};
  }};
}

} // namespace

TEST_CASE("applications are listed, also those that do not answer", "[ls]") {
  const auto shown = ls(running, ask, output_form::text, {});
  REQUIRE(shown);
  CHECK(shown->out.find("APPLICATION   PID  STATE       UPTIME  TROUPE  SOCKET\n") == 0);
  CHECK(shown->out.find("hostwatch    4711  ready      1.5 min  ") != std::string::npos);
  CHECK(shown->out.find("x               9  timed_out        -  -       /r/x.9.sock\n")
        != std::string::npos);
}

TEST_CASE("JSON says what is wrong with those that do not answer", "[ls]") {
  const auto document = tool::json::parse(ls(running, ask, output_form::json_document, {})->out);
  CHECK(document["schema"] == "troupe.applications/1");
  REQUIRE(document["items"].size() == 2);
  CHECK(document["items"][0]["state"] == "ready");
  CHECK(document["items"][0]["problem"].is_null());
  CHECK(document["items"][1]["state"].is_null());
  CHECK(document["items"][1]["pid"] == 9);
  CHECK(document["items"][1]["problem"].get<std::string>().find("1 s") != std::string::npos);
}

TEST_CASE("nobody is an empty list", "[ls]") {
  CHECK(ls({}, ask, output_form::text, {})->out
        == "APPLICATION  PID  STATE  UPTIME  TROUPE  SOCKET\n");
  CHECK(tool::json::parse(ls({}, ask, output_form::json_document, {})->out)["items"].empty());
}
