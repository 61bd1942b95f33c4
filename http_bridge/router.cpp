// A trie of path segments.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/router.hpp"

#include "http_bridge/protocol/percent.hpp"

#include <algorithm>

namespace troupe::http {

namespace {

std::size_t index(method m) noexcept {
  return static_cast<std::size_t>(m);
}

// Value of `Allow` for the methods with a route, in the order of the enum.
template <class HasRoute>
std::string allow_list(HasRoute has_route) {
  std::string text;
  for (std::size_t i = 0; i < method_count; ++i) {
    const auto m = static_cast<method>(i);
    const bool implied = m == method::options
                         || (m == method::head && has_route(index(method::get)));
    if (!implied && !has_route(i))
      continue;
    if (!text.empty())
      text += ", ";
    text += to_string(m);
  }
  return text;
}

} // namespace

std::string_view route_params::get(std::string_view name) const noexcept {
  for (const auto& param : *this) {
    if (param.name == name)
      return param.value;
  }
  return {};
}

route_table::route_table() : nodes_(1), allow_all_(to_string(method::options)) {}

result<std::size_t> route_table::add(method m, std::string_view text) {
  // CONNECT is refused by the parser, see docs/http.md.
  if (m == method::other || m == method::connect) {
    return error{errc::invalid_argument,
                 "route `" + std::string{text} + "`: method " + std::string{to_string(m)}};
  }
  auto pattern = route_pattern::parse(text);
  if (!pattern)
    return std::move(pattern).error();
  auto& place = endpoints_[endpoint_for(*pattern)];
  auto& number = place.routes[index(m)];
  if (number != none) {
    return error{errc::already_exists, "route `" + std::string{text}
                                         + "`: " + std::string{to_string(m)} + " `"
                                         + routes_[number].pattern.text + "` takes the same paths"};
  }
  number = static_cast<std::uint32_t>(routes_.size());
  routes_.push_back({m, std::move(*pattern)});
  place.allow = allow_list([&place](std::size_t i) { return place.routes[i] != none; });
  allow_all_ = allow_list([this](std::size_t i) {
    return std::any_of(routes_.begin(), routes_.end(),
                       [i](const route& r) { return index(r.m) == i; });
  });
  return routes_.size() - 1;
}

std::uint32_t route_table::endpoint_for(const route_pattern& pattern) {
  std::uint32_t at = 0;
  bool rest = false;
  for (const auto& segment : pattern.segments) {
    rest = segment.kind == segment_kind::rest;
    if (!rest)
      at = child_for(at, segment);
  }
  auto& slot = rest ? nodes_[at].rest : nodes_[at].endpoint;
  if (slot == none) {
    slot = static_cast<std::uint32_t>(endpoints_.size());
    endpoints_.emplace_back().routes.fill(none);
  }
  return slot;
}

std::uint32_t route_table::child_for(std::uint32_t parent, const pattern_segment& segment) {
  const auto fresh = static_cast<std::uint32_t>(nodes_.size());
  if (segment.kind == segment_kind::parameter) {
    if (nodes_[parent].parameter != none)
      return nodes_[parent].parameter;
    nodes_[parent].parameter = fresh;
  } else {
    auto& edges = nodes_[parent].literals;
    const auto at = place_of(edges, segment.text);
    if (at != edges.end() && at->text == segment.text)
      return at->node;
    edges.insert(at, {segment.text, fresh});
  }
  nodes_.emplace_back();
  return fresh;
}

// Length first: most literals of a node differ in it, and then no text is compared.
auto route_table::place_of(const std::vector<edge>& edges, std::string_view text) noexcept
  -> std::vector<edge>::const_iterator {
  return std::lower_bound(edges.begin(), edges.end(), text, [](const edge& e, std::string_view t) {
    return e.text.size() != t.size() ? e.text.size() < t.size() : e.text < t;
  });
}

std::uint32_t route_table::literal_child(const node& from, std::string_view segment) const {
  const auto at = place_of(from.literals, segment);
  if (at != from.literals.end() && at->text == segment)
    return at->node;
  if (from.literals.empty() || segment.find('%') == std::string_view::npos)
    return none;
  const auto decoded = protocol::percent_decode(segment, protocol::encoded_slash::decode);
  // Decoding can leave a `%` behind, but patterns hold none, so this ends here.
  return decoded.find('%') == std::string::npos ? literal_child(from, decoded) : none;
}

// Finds the endpoint for `path`, which is empty or begins with the slash before the next segment.
// Recursion is as deep as the longest pattern, however long the path is.
std::uint32_t route_table::find(std::uint32_t from, std::string_view path,
                                route_params& taken) const {
  const auto& here = nodes_[from];
  if (path.empty())
    return here.endpoint;
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  const auto after = path.substr(segment.size());
  if (const auto next = literal_child(here, segment); next != none) {
    if (const auto place = find(next, after, taken); place != none)
      return place;
  }
  if (here.parameter != none && !segment.empty()) {
    taken.items_[taken.size_++].value = segment;
    if (const auto place = find(here.parameter, after, taken); place != none)
      return place;
    --taken.size_;
  }
  if (here.rest != none)
    taken.items_[taken.size_++].value = path;
  return here.rest;
}

void route_table::match(method m, std::string_view path, found& outcome) const {
  // RFC 9110 9.1: a method that is not recognised is 501; one that is, but not for this path, 405.
  if (m == method::other || m == method::connect) {
    outcome.kind = match_kind::not_implemented;
    return;
  }
  if (m == method::options && path == "*") {
    outcome.kind = match_kind::options;
    outcome.allow = allow_all_;
    return;
  }
  if (!path.starts_with('/'))
    return;
  const auto place = find(0, path, outcome.params);
  if (place == none)
    return;
  const auto& here = endpoints_[place];
  auto number = here.routes[index(m)];
  if (number == none && m == method::head)
    number = here.routes[index(method::get)];
  if (number == none) {
    outcome.params.size_ = 0;
    outcome.kind = m == method::options ? match_kind::options : match_kind::method_not_allowed;
    outcome.allow = here.allow;
    return;
  }
  const auto& pattern = routes_[number].pattern;
  outcome.kind = match_kind::matched;
  outcome.route = number;
  outcome.pattern = pattern.text;
  for (std::size_t i = 0; i < outcome.params.size_; ++i)
    outcome.params.items_[i].name = pattern.names[i];
}

} // namespace troupe::http
