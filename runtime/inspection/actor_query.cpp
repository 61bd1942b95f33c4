// Reads queries and selects actors.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/actor_query.hpp"

#include "runtime/inspection/actor_tree.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace troupe {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); })
         != text.end();
}

template <class F>
void for_each_word(std::string_view list, F f) {
  for (;;) {
    const auto comma = list.find(',');
    f(list.substr(0, comma));
    if (comma == std::string_view::npos)
      return;
    list.remove_prefix(comma + 1);
  }
}

result<void> read_states(std::string_view list, std::vector<actor_state>& out) {
  result<void> outcome;
  for_each_word(list, [&](std::string_view word) {
    if (const auto state = parse_actor_state(word))
      out.push_back(*state);
    else if (outcome)
      outcome = error{errc::invalid_argument,
                      "state: \"" + std::string{word} + "\" is no state of an actor"};
  });
  return outcome;
}

result<std::size_t> read_limit(std::string_view text) {
  std::size_t limit = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (failure != std::errc{} || end != text.data() + text.size() || limit < 1
      || limit > actor_query::max_limit)
    return error{errc::invalid_argument, "limit: \"" + std::string{text} + "\" (1 to "
                                           + std::to_string(actor_query::max_limit) + ")"};
  return limit;
}

bool meets(const actor_snapshot& actor, const actor_query& query) {
  if (!query.states.empty()
      && (!actor.observed
          || std::find(query.states.begin(), query.states.end(), actor.state)
               == query.states.end()))
    return false;
  if (!query.types.empty()
      && std::find(query.types.begin(), query.types.end(), actor.type) == query.types.end())
    return false;
  return query.text.empty() || contains(actor.path, query.text) || contains(actor.type, query.text);
}

} // namespace

result<actor_query> parse_actor_query(
  const std::vector<std::pair<std::string, std::string>>& parameters) {
  actor_query out;
  for (const auto& [name, value] : parameters) {
    if (name == "state") {
      if (auto read = read_states(value, out.states); !read)
        return read.error();
    } else if (name == "type") {
      for_each_word(value, [&](std::string_view word) { out.types.emplace_back(word); });
    } else if (name == "q") {
      out.text = value;
    } else if (name == "cursor") {
      out.after = value;
    } else if (name == "limit") {
      auto limit = read_limit(value);
      if (!limit)
        return limit.error();
      out.limit = *limit;
    } else {
      return error{errc::invalid_argument,
                   name + ": no such parameter (state, type, q, limit, cursor)"};
    }
  }
  return out;
}

actor_page select(const snapshot& from, const actor_query& query) {
  actor_page out;
  for (const auto& actor : from.actors) {
    if (meets(actor, query))
      out.items.push_back(&actor);
  }
  out.total = out.items.size();
  std::sort(out.items.begin(), out.items.end(),
            [](const auto* a, const auto* b) { return path_less(a->path, b->path); });
  if (!query.after.empty()) {
    const auto first = std::find_if(out.items.begin(), out.items.end(),
                                    [&](const auto* a) { return path_less(query.after, a->path); });
    out.items.erase(out.items.begin(), first);
  }
  out.more = out.items.size() > query.limit;
  if (out.more)
    out.items.resize(query.limit);
  return out;
}

} // namespace troupe
