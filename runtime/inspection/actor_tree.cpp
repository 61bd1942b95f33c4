// Finds every actor's parent.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/actor_tree.hpp"

#include <algorithm>
#include <unordered_map>

namespace troupe {

std::string_view parent_path(std::string_view path) noexcept {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

bool path_less(std::string_view a, std::string_view b) noexcept {
  // The slash sorts before everything else, so that nothing comes between an actor and its
  // children.
  const auto rank = [](char c) {
    return c == '/' ? -1 : static_cast<int>(static_cast<unsigned char>(c));
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

actor_tree tree_of(const snapshot& from) {
  std::unordered_map<std::string_view, std::size_t> places;
  places.reserve(from.actors.size());
  for (std::size_t i = 0; i < from.actors.size(); ++i)
    places.emplace(from.actors[i].path, i);
  actor_tree out;
  out.children.resize(from.actors.size());
  for (std::size_t i = 0; i < from.actors.size(); ++i) {
    auto above = parent_path(from.actors[i].path);
    auto parent = places.find(above);
    while (parent == places.end() && !above.empty()) {
      above = parent_path(above);
      parent = places.find(above);
    }
    auto& siblings = parent == places.end() ? out.roots : out.children[parent->second];
    siblings.push_back(i);
  }
  return out;
}

} // namespace troupe
