// troupe ps.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/tools/troupe/fake_target.hpp"
#include "tools/troupe/columns.hpp"
#include "tools/troupe/verbs.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::tool;
using troupe::testing::small_target;

namespace {

result<report> run_ps(const ps_options& options) {
  auto target = small_target();
  return ps(target.api(), options, {});
}

std::vector<std::string> paths(const ps_options& options) {
  auto copy = options;
  copy.form = output_form::json_document;
  const auto found = run_ps(copy);
  REQUIRE(found);
  const auto document = tool::json::parse(found->out);
  std::vector<std::string> out;
  for (const auto& item : document["items"])
    out.push_back(item["path"]);
  CHECK(document["total"] == out.size());
  return out;
}

} // namespace

TEST_CASE("the table has a line per actor, sorted by path", "[ps]") {
  const auto found = run_ps({});
  REQUIRE(found);
  CHECK(found->out
        == "PATH             TYPE        STATE    INCARNATION  MAILBOX  MESSAGES  RESTARTS  ERRORS "
           "     AGE  CURRENT\n"
           "/app             supervisor  idle               1        0        10         0       0 "
           " 1.5 min  -\n"
           "/app/foreign     -           -                  -        -         -         -       - "
           "       -  -\n"
           "/app/http        bridge      idle               1        0        10         0       0 "
           " 1.5 min  -\n"
           "/app/http/0      reactor     idle               1        0        10         0       0 "
           " 1.5 min  -\n"
           "/app/http-probe  probe       failed             1        0        10         0       0 "
           " 1.5 min  -\n"
           "/app/store       store       running            3       15       100         2       2 "
           " 1.5 min  "
           "hostwatch::sample for 12.3 ms\n"
           "/lifespan        lifespan    idle               1        0        10         0       0 "
           " 1.5 min  -\n");
}

TEST_CASE("unseen actors are told beside the table", "[ps]") {
  CHECK(run_ps({})->notes
        == std::vector<std::string>{"3 live CAF actors without Troupe's base have no figures"});
}

TEST_CASE("wide has every column", "[ps]") {
  const auto found = run_ps({.filters = {}, .sort = "path", .form = output_form::wide});
  REQUIRE(found);
  const auto headings = found->out.substr(0, found->out.find('\n'));
  for (const auto& each : all_columns())
    CHECK(headings.find(heading_of(each).text) != std::string::npos);
}

TEST_CASE("JSON is what the API sent, filtered and sorted", "[ps]") {
  const auto found = run_ps(
    {.filters = {"restarts=2"}, .sort = "path", .form = output_form::json_document});
  REQUIRE(found);
  const auto document = tool::json::parse(found->out);
  CHECK(document["schema"] == "troupe.actors/1");
  CHECK(document["app"]["name"] == "hostwatch");
  CHECK(document["total"] == 1);
  CHECK(document["items"][0]["mailbox"]["depth"] == 15);
  CHECK(document["items"][0]["current"]["message"] == "hostwatch::sample");
}

TEST_CASE("JSON lines are one actor each, with a schema", "[ps]") {
  const auto found = run_ps({.filters = {}, .sort = "path", .form = output_form::json_lines});
  REQUIRE(found);
  CHECK(std::count(found->out.begin(), found->out.end(), '\n') == 7);
  const auto first = tool::json::parse(found->out.substr(0, found->out.find('\n')));
  CHECK(first["schema"] == "troupe.actor/1");
  CHECK(first["path"] == "/app");
}

TEST_CASE("any column can be filtered by, with several values", "[ps]") {
  CHECK(paths({.filters = {"mailbox=15"}}) == std::vector<std::string>{"/app/store"});
  CHECK(paths({.filters = {"incarnation=3,7"}}) == std::vector<std::string>{"/app/store"});
  CHECK(paths({.filters = {"path=/app,/lifespan"}})
        == std::vector<std::string>{"/app", "/lifespan"});
  CHECK(paths({.filters = {"mailbox=0", "errors=2"}}).empty());
}

TEST_CASE("state, type and q are filtered by the target", "[ps]") {
  auto target = small_target();
  CHECK_FALSE(ps(target.api(), {.filters = {"state=idle,ready", "type=a b", "q=x"}}, {}));
  CHECK(target.asked.back() == "/admin/v1/actors?limit=10000&state=idle%2Cready&type=a%20b&q=x");
}

TEST_CASE("sorting is by any column", "[ps]") {
  CHECK(paths({.filters = {}, .sort = "mailbox"}).front() == "/app/store");
  CHECK(paths({.filters = {}, .sort = "type"}).front() == "/app/http");
  CHECK(paths({.filters = {}, .sort = "messages"}).back() == "/app/foreign");
}

TEST_CASE("a column that does not exist is refused before anybody is asked", "[ps]") {
  auto target = small_target();
  const auto sorted = ps(target.api(), {.filters = {}, .sort = "mailbx"}, {});
  REQUIRE_FALSE(sorted);
  CHECK(sorted.error().code == errc::invalid_argument);
  CHECK(sorted.error().detail.find("did you mean \"mailbox\"?") != std::string::npos);
  CHECK(
    ps(target.api(), {.filters = {"nonsense=1"}}, {}).error().detail.find("-f: there is no column")
    == 0);
  CHECK(ps(target.api(), {.filters = {"state"}}, {}).error().detail
        == "-f: \"state\" is not COLUMN=VALUE");
  CHECK(ps(target.api(), {.filters = {"q=a", "q=b"}}, {}).error().code == errc::invalid_argument);
  CHECK(target.asked.empty());
}
