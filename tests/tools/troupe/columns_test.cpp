// The columns of actors.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/inspection/hand_made.hpp"
#include "tools/troupe/columns.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace {

using namespace troupe;
using namespace troupe::tool;

const actor_snapshot& in_service(std::string_view path) {
  static const auto service = testing::small_service();
  return *std::find_if(service.actors.begin(), service.actors.end(),
                       [&](const auto& a) { return a.path == path; });
}

std::string shown(const char* name, const actor_snapshot& actor) {
  return cell_of(*find_column(name), actor).text;
}

bool before(const char* by, const char* a, const char* b) {
  return comes_before(*find_column(by), in_service(a), in_service(b));
}

} // namespace

TEST_CASE("every column shows its figure", "[columns]") {
  const std::map<std::string, std::string> expected{{"path", "/app/store"},
                                                    {"type", "store"},
                                                    {"state", "running"},
                                                    {"incarnation", "3"},
                                                    {"mailbox", "15"},
                                                    {"messages", "100"},
                                                    {"restarts", "2"},
                                                    {"errors", "2"},
                                                    {"age", "1.5 min"},
                                                    {"id", "17"},
                                                    {"enqueued", "120"},
                                                    {"refused", "5"},
                                                    {"unhandled", "1"},
                                                    {"busy", "1.25 s"},
                                                    {"current", "hostwatch::sample for 12.3 ms"},
                                                    {"error", "crashed: no such host"}};
  for (const auto& each : all_columns()) {
    INFO(each.name);
    CHECK(expected.at(std::string{each.name}) == cell_of(each, in_service("/app/store")).text);
  }
  CHECK(all_columns().size() == expected.size());
}

TEST_CASE("path comes first, headings are the names in capitals", "[columns]") {
  CHECK(all_columns().front().name == "path");
  CHECK(heading_of(*find_column("mailbox")).text == "MAILBOX");
  CHECK(heading_of(*find_column("mailbox")).right);
  CHECK_FALSE(heading_of(*find_column("path")).right);
  CHECK_FALSE(heading_of(*find_column("current")).right);
}

TEST_CASE("a column is found by its whole name only", "[columns]") {
  CHECK(find_column("mail") == nullptr);
  CHECK(find_column("") == nullptr);
  CHECK(find_column("PATH") == nullptr);
}

TEST_CASE("of an unobserved actor only the path is shown", "[columns]") {
  for (const auto& each : all_columns())
    CHECK(cell_of(each, in_service("/app/foreign")).text
          == (each.name == "path" ? "/app/foreign" : "-"));
}

TEST_CASE("nothing in hand and no error are a dash", "[columns]") {
  CHECK(shown("current", in_service("/app")) == "-");
  CHECK(shown("error", in_service("/app")) == "-");
}

TEST_CASE("an abandoned actor says so beside its state", "[columns]") {
  auto lost = in_service("/app");
  lost.state = actor_state::stopping;
  lost.abandoned = true;
  CHECK(shown("state", lost) == "stopping (abandoned)");
}

TEST_CASE("numbers sort from the largest, text from a, equal ones by path", "[columns]") {
  CHECK(before("mailbox", "/app/store", "/app"));
  CHECK_FALSE(before("mailbox", "/app", "/app/store"));
  CHECK(before("type", "/app/http", "/app/store"));
  CHECK(before("mailbox", "/app", "/app/http"));
  CHECK(before("path", "/app/http/0", "/app/http-probe"));
  CHECK(before("current", "/app/store", "/app"));
}

TEST_CASE("actors without figures sort behind those with figures, but by path in their place",
          "[columns]") {
  CHECK(before("mailbox", "/lifespan", "/app/foreign"));
  CHECK_FALSE(before("mailbox", "/app/foreign", "/lifespan"));
  CHECK(before("path", "/app/foreign", "/lifespan"));
}
