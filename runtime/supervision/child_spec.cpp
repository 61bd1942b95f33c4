// Checks of a child specification.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/child_spec.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace troupe {

namespace {

constexpr std::size_t max_id_length = 64;

bool is_id_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

error bad(std::string_view place, std::string_view field, const std::string& what) {
  return {errc::invalid_argument, std::string{place} + "." + std::string{field} + ": " + what};
}

} // namespace

std::string_view to_string(child_type type) noexcept {
  return type == child_type::worker ? "worker" : "supervisor";
}

result<void> validate(const child_spec& spec, std::string_view place) {
  if (spec.id.empty())
    return bad(place, "id", "empty");
  if (spec.id.size() > max_id_length)
    return bad(place, "id",
               std::to_string(spec.id.size()) + " characters, at most "
                 + std::to_string(max_id_length) + " are allowed");
  if (!std::all_of(spec.id.begin(), spec.id.end(), is_id_character))
    return bad(place, "id", "\"" + spec.id + "\" (letters, digits, _ - . only)");
  if (!spec.start)
    return bad(place, "start", "missing (child \"" + spec.id + "\")");
  if (spec.shutdown.count() < 0
      || (spec.shutdown > longest_shutdown && spec.shutdown != unbounded_shutdown))
    return bad(place, "shutdown",
               std::to_string(spec.shutdown.count()) + " ms (0 to "
                 + std::to_string(longest_shutdown.count()) + " or unbounded)");
  return {};
}

result<void> validate(const std::vector<child_spec>& children) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const auto place = "children[" + std::to_string(i) + "]";
    if (auto ok = validate(children[i], place); !ok)
      return ok;
    if (const auto [first, fresh] = places.emplace(children[i].id, i); !fresh)
      return error{errc::duplicate_child, place + ".id: \"" + children[i].id + "\" is children["
                                            + std::to_string(first->second) + "] already"};
  }
  return {};
}

} // namespace troupe
