// Conditions and pages.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/actor_query.hpp"
#include "runtime/inspection/actor_tree.hpp"
#include "tests/runtime/inspection/hand_made.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace troupe;

using parameters = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> paths_of(const actor_page& page) {
  std::vector<std::string> out;
  for (const auto* actor : page.items)
    out.push_back(actor->path);
  return out;
}

std::vector<std::string> found(const parameters& given) {
  const auto service = testing::small_service();
  const auto query = parse_actor_query(given);
  REQUIRE(query);
  return paths_of(select(service, *query));
}

std::string complaint(const parameters& given) {
  const auto query = parse_actor_query(given);
  REQUIRE_FALSE(query);
  CHECK(query.error().code == errc::invalid_argument);
  return query.error().detail;
}

} // namespace

TEST_CASE("without conditions every actor is there, sorted as the tree reads", "[actor_query]") {
  CHECK(found({})
        == std::vector<std::string>{"/app", "/app/foreign", "/app/http", "/app/http/0",
                                    "/app/http-probe", "/app/store", "/lifespan"});
}

TEST_CASE("states and types are lists, of which one has to fit", "[actor_query]") {
  CHECK(found({{"state", "running,failed"}})
        == std::vector<std::string>{"/app/http-probe", "/app/store"});
  CHECK(found({{"state", "running"}, {"state", "failed"}})
        == std::vector<std::string>{"/app/http-probe", "/app/store"});
  CHECK(found({{"type", "store,bridge"}}) == std::vector<std::string>{"/app/http", "/app/store"});
  CHECK(found({{"type", "stor"}}).empty());
}

TEST_CASE("conditions of different kinds all have to hold", "[actor_query]") {
  CHECK(found({{"state", "idle"}, {"q", "http"}})
        == std::vector<std::string>{"/app/http", "/app/http/0"});
}

TEST_CASE("q is looked for in path and type, whatever the case", "[actor_query]") {
  CHECK(found({{"q", "HTTP-"}}) == std::vector<std::string>{"/app/http-probe"});
  CHECK(found({{"q", "Supervis"}}) == std::vector<std::string>{"/app"});
  CHECK(found({{"q", "nobody"}}).empty());
}

TEST_CASE("an actor without figures has no state", "[actor_query]") {
  CHECK(found({{"q", "foreign"}}) == std::vector<std::string>{"/app/foreign"});
  CHECK(found({{"q", "foreign"}, {"state", "starting"}}).empty());
}

TEST_CASE("a wrong parameter is named", "[actor_query]") {
  CHECK(complaint({{"stat", "idle"}}).find("stat:") == 0);
  CHECK(complaint({{"state", "idle,sleeping"}}) == "state: \"sleeping\" is no state of an actor");
  CHECK(complaint({{"state", ""}}).find("state:") == 0);
  CHECK(complaint({{"limit", "0"}}) == "limit: \"0\" (1 to 10000)");
  CHECK(complaint({{"limit", "10001"}}) == "limit: \"10001\" (1 to 10000)");
  CHECK(complaint({{"limit", "ten"}}) == "limit: \"ten\" (1 to 10000)");
  CHECK(complaint({{"limit", "5x"}}) == "limit: \"5x\" (1 to 10000)");
  CHECK(complaint({{"limit", ""}}) == "limit: \"\" (1 to 10000)");
  CHECK(complaint({{"limit", "-1"}}) == "limit: \"-1\" (1 to 10000)");
}

TEST_CASE("the limits themselves are fine", "[actor_query]") {
  CHECK(parse_actor_query({{"limit", "1"}})->limit == 1);
  CHECK(parse_actor_query({{"limit", "10000"}})->limit == 10'000);
  CHECK(parse_actor_query({})->limit == 1'000);
}

TEST_CASE("the cursor need not be the path of an actor that is still there", "[actor_query]") {
  CHECK(found({{"cursor", "/app/hzzz"}}) == std::vector<std::string>{"/app/store", "/lifespan"});
  CHECK(found({{"cursor", "/zzz"}}).empty());
}

TEST_CASE("a full last page promises no further one", "[actor_query]") {
  const auto service = testing::small_service();
  actor_query query;
  query.limit = service.actors.size();
  CHECK_FALSE(select(service, query).more);
  query.limit = service.actors.size() - 1;
  CHECK(select(service, query).more);
}

TEST_CASE("all pages together are the whole, each actor once", "[actor_query]") {
  const bool held = rc::check([] {
    const auto names = *rc::gen::container<std::set<int>>(rc::gen::inRange(0, 200));
    const auto limit = *rc::gen::inRange<std::size_t>(1, 20);
    snapshot service;
    for (const auto name : names)
      service.actors.push_back(testing::idle_actor("/app/" + std::to_string(name), "worker"));
    const auto whole = paths_of(select(service, {}));
    std::vector<std::string> collected;
    actor_query query;
    query.limit = limit;
    for (bool more = true; more;) {
      const auto page = select(service, query);
      RC_ASSERT(page.total == names.size());
      RC_ASSERT(page.items.size() <= limit);
      for (auto& path : paths_of(page))
        collected.push_back(std::move(path));
      more = page.more;
      if (more)
        query.after = collected.back();
    }
    RC_ASSERT(collected == whole);
    RC_ASSERT(std::is_sorted(whole.begin(), whole.end(), path_less));
  });
  CHECK(held);
}
