// Parses the text of a route.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/route_pattern.hpp"

#include <algorithm>

namespace troupe::http {

namespace {

error refuse(std::string_view pattern, std::string_view why, std::string_view segment = {}) {
  std::string text = "route `";
  text.append(pattern).append("`: ").append(why);
  if (!segment.empty())
    text.append(" (`").append(segment).append("`)");
  return error{errc::invalid_argument, std::move(text)};
}

bool is_name(std::string_view text) noexcept {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front())
         && std::all_of(text.begin(), text.end(),
                        [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool is_literal(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    constexpr std::string_view excluded = "{}%?#";
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && excluded.find(c) == std::string_view::npos;
  });
}

} // namespace

result<route_pattern> route_pattern::parse(std::string_view text) {
  if (!text.starts_with('/'))
    return refuse(text, "does not begin with /");
  route_pattern pattern;
  pattern.text = text;
  for (auto left = text; !left.empty();) {
    left.remove_prefix(1); // the slash
    const auto segment = left.substr(0, left.find('/'));
    left.remove_prefix(segment.size());
    const bool last = left.empty();
    if (segment.starts_with('{') && segment.ends_with('}')) {
      auto name = segment.substr(1, segment.size() - 2);
      const bool rest = name.starts_with('*');
      if (rest)
        name.remove_prefix(1);
      if (!is_name(name))
        return refuse(text, "a parameter's name is letters, digits and _", segment);
      if (rest && !last)
        return refuse(text, "only the last segment can take the rest", segment);
      if (std::find(pattern.names.begin(), pattern.names.end(), name) != pattern.names.end())
        return refuse(text, "two parameters have one name", segment);
      if (pattern.names.size() == max_params)
        return refuse(text, "more than " + std::to_string(max_params) + " parameters", segment);
      pattern.names.emplace_back(name);
      pattern.segments.push_back(
        {rest ? segment_kind::rest : segment_kind::parameter, std::string{name}});
    } else if (!is_literal(segment)) {
      return refuse(text, "a segment is either text or one {parameter}", segment);
    } else if (segment.empty() && !last) {
      return refuse(text, "only the last segment may be empty");
    } else {
      pattern.segments.push_back({segment_kind::literal, std::string{segment}});
    }
  }
  return pattern;
}

} // namespace troupe::http
