// Paths as a tree.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/actor_tree.hpp"
#include "tests/runtime/inspection/hand_made.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace troupe;

snapshot with_paths(const std::vector<std::string>& paths) {
  snapshot out;
  for (const auto& path : paths)
    out.actors.push_back(testing::idle_actor(path, "worker"));
  return out;
}

} // namespace

TEST_CASE("the parent is what stands before the last slash", "[actor_tree]") {
  CHECK(parent_path("/app/http/0") == "/app/http");
  CHECK(parent_path("/app/http") == "/app");
  CHECK(parent_path("/app").empty());
  CHECK(parent_path("app").empty());
  CHECK(parent_path("").empty());
}

TEST_CASE("children follow their parent at once", "[actor_tree]") {
  std::vector<std::string> paths{"/app/a-b", "/app/a/x", "/app", "/app/a", "/app/a.c"};
  std::sort(paths.begin(), paths.end(), path_less);
  CHECK(paths == std::vector<std::string>{"/app", "/app/a", "/app/a/x", "/app/a-b", "/app/a.c"});
}

TEST_CASE("bytes above 127 sort behind ASCII", "[actor_tree]") {
  CHECK(path_less("/z", "/\xc3\xa4"));
  CHECK_FALSE(path_less("/\xc3\xa4", "/z"));
}

TEST_CASE("siblings keep the order in which they were started", "[actor_tree]") {
  const auto tree = tree_of(with_paths({"/app", "/app/z", "/app/a", "/lifespan"}));
  CHECK(tree.roots == std::vector<std::size_t>{0, 3});
  CHECK(tree.children[0] == std::vector<std::size_t>{1, 2});
  CHECK(tree.children[1].empty());
}

TEST_CASE("a child listed before its parent still stands below it", "[actor_tree]") {
  const auto tree = tree_of(with_paths({"/app/x", "/app"}));
  CHECK(tree.roots == std::vector<std::size_t>{1});
  CHECK(tree.children[1] == std::vector<std::size_t>{0});
}

TEST_CASE("an actor without its parent hangs below the nearest ancestor", "[actor_tree]") {
  const auto tree = tree_of(with_paths({"/app", "/app/gone/x", "/other/y"}));
  CHECK(tree.roots == std::vector<std::size_t>{0, 2});
  CHECK(tree.children[0] == std::vector<std::size_t>{1});
}

TEST_CASE("every actor stands in the tree exactly once", "[actor_tree]") {
  const bool held = rc::check([] {
    const auto segments = *rc::gen::container<std::vector<std::vector<int>>>(
      rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3)));
    std::vector<std::string> paths;
    for (const auto& each : segments) {
      std::string path;
      for (const auto n : each)
        path += "/" + std::to_string(n);
      if (!path.empty() && std::find(paths.begin(), paths.end(), path) == paths.end())
        paths.push_back(path);
    }
    const auto tree = tree_of(with_paths(paths));
    auto all = tree.roots;
    for (const auto& list : tree.children)
      all.insert(all.end(), list.begin(), list.end());
    std::sort(all.begin(), all.end());
    RC_ASSERT(all.size() == paths.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      RC_ASSERT(all[i] == i);
  });
  CHECK(held);
}
