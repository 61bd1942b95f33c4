// troupe tree.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/tools/troupe/fake_target.hpp"
#include "tools/troupe/verbs.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tool;
using troupe::testing::small_target;

TEST_CASE("the tree is drawn in the order of the starts", "[tree]") {
  auto target = small_target();
  const auto drawn = tree(target.api(), {}, {.color = false, .unicode = true});
  REQUIRE(drawn);
  CHECK(drawn->out
        == "PATH                TYPE        STATE    INCARNATION  MAILBOX  MESSAGES  RESTARTS\n"
           "/lifespan           lifespan    idle               1        0        10         0\n"
           "/app                supervisor  idle               1        0        10         0\n"
           "├─ /app/store       store       running            3       15       100         2\n"
           "├─ /app/http        bridge      idle               1        0        10         0\n"
           "│  └─ /app/http/0   reactor     idle               1        0        10         0\n"
           "├─ /app/http-probe  probe       failed             1        0        10         0\n"
           "└─ /app/foreign     -           -                  -        -         -         -\n");
  CHECK(drawn->notes
        == std::vector<std::string>{"3 live CAF actors without Troupe's base have no figures"});
}

TEST_CASE("without Unicode the lines are ASCII", "[tree]") {
  auto target = small_target();
  const auto drawn = tree(target.api(), {.root = "/app/http"}, {});
  REQUIRE(drawn);
  CHECK(drawn->out
        == "PATH            TYPE     STATE  INCARNATION  MAILBOX  MESSAGES  RESTARTS\n"
           "/app/http       bridge   idle             1        0        10         0\n"
           "`- /app/http/0  reactor  idle             1        0        10         0\n");
}

TEST_CASE("a path is taken however it is written", "[tree]") {
  for (const auto* path : {"/app/http", "app/http", "/app/http/", "app/http//"}) {
    auto target = small_target();
    CHECK(tree(target.api(), {.root = path}, {}));
    CHECK(target.asked.back() == "/admin/v1/tree?root=/app/http");
  }
  auto target = small_target();
  CHECK(tree(target.api(), {.root = "/"}, {}));
  CHECK(target.asked.back() == "/admin/v1/tree");
}

TEST_CASE("JSON is the API's own document", "[tree]") {
  auto target = small_target();
  const auto text = tree(target.api(), {.root = {}, .form = output_form::json_document}, {});
  REQUIRE(text);
  CHECK(tool::json::parse(text->out) == tool::json::parse(*target.answers.at("/admin/v1/tree")));
  CHECK(text->notes.empty());
}

TEST_CASE("an actor that is not there is not found", "[tree]") {
  auto target = small_target();
  CHECK(tree(target.api(), {.root = "/app/nobody"}, {}).error().code == errc::not_found);
}

TEST_CASE("an item that cannot be understood fails the tree", "[tree]") {
  troupe::testing::fake_target target;
  target.answers.emplace("/admin/v1/tree",
                         R"({"schema":"troupe.tree/1",
        "items":[{"path":"/a","state":"idle","children":[{"path":"/a/b"}]}]})");
  CHECK(tree(target.api(), {}, {}).error().code == errc::io_error);
}
