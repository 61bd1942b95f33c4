// Answers, errors and pages of the admin API as the tool takes them.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/tools/troupe/fake_target.hpp"
#include "tools/troupe/admin_api.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tool;
using troupe::testing::fake_target;

TEST_CASE("a 200 is its body", "[admin_api]") {
  CHECK(*read_answer(200, "{}") == "{}");
}

TEST_CASE("a problem is an error with its detail", "[admin_api]") {
  const char* problem = R"({"title":"Not Found","status":404,"detail":"no actor has the path /x"})";
  CHECK(read_answer(404, problem).error() == error{errc::not_found, "no actor has the path /x"});
  CHECK(read_answer(400, problem).error().code == errc::invalid_argument);
  const auto other = read_answer(503, R"({"title":"Service Unavailable"})").error();
  CHECK(other == error{errc::io_error, "the target answered 503: Service Unavailable"});
}

TEST_CASE("an error that is no problem document is still told", "[admin_api]") {
  CHECK(read_answer(404, "<html>").error().detail == "the target has no such route");
  CHECK(read_answer(500, "").error().detail == "the target answered 500");
  CHECK(read_answer(302, "[1]").error().detail == "the target answered 302");
}

TEST_CASE("actors of all pages are put together", "[admin_api]") {
  fake_target target;
  const auto page = [](const char* path, const char* next) {
    return std::string{R"({"schema":"troupe.actors/1","app":{"name":"x"},"unobserved":2,"next":)"}
           + next + R"(,"items":[{"path":")" + path + R"(","state":"idle"}]})";
  };
  target.answers.emplace("/admin/v1/actors?limit=10000&q=z", page("/a b", "\"/a b\""));
  target.answers.emplace("/admin/v1/actors?limit=10000&q=z&cursor=/a%20b", page("/c", "null"));
  const auto all = target.api().actors("q=z");
  REQUIRE(all);
  REQUIRE(all->items.size() == 2);
  CHECK(all->model.actors[0].path == "/a b");
  CHECK(all->model.actors[1].path == "/c");
  CHECK(all->model.unobserved == 2);
  CHECK_FALSE(all->head.contains("items"));
  CHECK(target.asked.size() == 2);
}

TEST_CASE("a target that never ends its pages is not followed for ever", "[admin_api]") {
  fake_target target;
  const std::string same = R"({"schema":"troupe.actors/1","next":"/a","items":[]})";
  target.answers.emplace("/admin/v1/actors?limit=10000", same);
  target.answers.emplace("/admin/v1/actors?limit=10000&cursor=/a", same);
  CHECK(target.api().actors().error().code == errc::io_error);
  CHECK(target.asked.size() == 2);
}

TEST_CASE("an item that cannot be understood fails the list", "[admin_api]") {
  fake_target target;
  target.answers.emplace("/admin/v1/actors?limit=10000",
                         R"({"schema":"troupe.actors/1","items":[{}]})");
  CHECK(target.api().actors().error().code == errc::io_error);
}

TEST_CASE("errors on the way are handed on", "[admin_api]") {
  fake_target target;
  target.answers.emplace("/admin/v1/info", error{errc::timed_out, "5 s"});
  CHECK(target.api().info().error() == error{errc::timed_out, "5 s"});
  CHECK(target.api().tree("/a b").error().code == errc::not_found);
  CHECK(target.asked.back() == "/admin/v1/tree?root=/a%20b");
}

TEST_CASE("nobody behind a socket is an error at once", "[admin_api]") {
  const auto fetch = fetch_from("/nonexistent/troupe.sock", std::chrono::milliseconds{100});
  CHECK(fetch("/admin/v1/info").error().code == errc::not_running);
}
