// Takes a request target apart.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/target.hpp"

#include "http_bridge/headers.hpp"
#include "http_bridge/protocol/char_class.hpp"
#include "http_bridge/protocol/percent.hpp"

#include <cstddef>

namespace troupe::http::protocol {

namespace {

target_parts refuse(std::string_view why) noexcept {
  target_parts parts;
  parts.problem = why;
  return parts;
}

// 0 to 65535, or nothing: RFC 3986 3.2.3 allows an empty port.
bool is_port(std::string_view text) noexcept {
  unsigned value = 0;
  for (const char c : text) {
    if (!is_digit(c))
      return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 65'535)
      return false;
  }
  return text.size() <= 5;
}

bool is_ipv4(std::string_view text) noexcept {
  for (int part = 0; part < 4; ++part) {
    const auto dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot == 0 || dot > 3 || (dot > 1 && text[0] == '0'))
      return false;
    unsigned value = 0;
    for (const char c : text.substr(0, dot)) {
      if (!is_digit(c))
        return false;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 255)
      return false;
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return text.empty();
}

// RFC 3986 3.2.2: eight groups of up to four digits, the last two of them as IPv4 if wanted, one
// run of at least one zero group written as `::`.
bool is_ipv6(std::string_view text) noexcept {
  int groups = 0;
  bool shortened = false;
  if (text.starts_with("::")) {
    shortened = true;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      if (!is_ipv4(group))
        return false;
      groups += 2;
      break;
    }
    if (group.empty() || group.size() > 4)
      return false;
    for (const char c : group) {
      if (hex_value(c) < 0)
        return false;
    }
    ++groups;
    if (colon == std::string_view::npos)
      break;
    text.remove_prefix(colon + 1);
    if (text.starts_with(':')) {
      if (shortened)
        return false;
      shortened = true;
      text.remove_prefix(1);
    } else if (text.empty()) {
      return false;
    }
  }
  return shortened ? groups <= 7 : groups == 8;
}

// RFC 3986 3.2.2: "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ), for addresses yet to come.
bool is_ip_future(std::string_view text) noexcept {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()
      || to_lower(text[0]) != 'v')
    return false;
  for (const char c : text.substr(1, dot - 1)) {
    if (hex_value(c) < 0)
      return false;
  }
  for (const char c : text.substr(dot + 1)) {
    if (!is_byte(c, name_byte) && c != ':')
      return false;
  }
  return true;
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

target_parts split_path(std::string_view authority, std::string_view rest) noexcept {
  target_parts parts;
  parts.authority = authority;
  const auto question = rest.find('?');
  parts.path = rest.substr(0, question);
  if (question != std::string_view::npos)
    parts.query = rest.substr(question + 1);
  parts.encoded = parts.path.find('%') != std::string_view::npos;
  if (parts.encoded && !is_percent_encoded(parts.path))
    return refuse("RFC 3986 2.1: bad percent-encoding in the path");
  return parts;
}

target_parts split_absolute(method m, std::string_view target) noexcept {
  std::string_view scheme = "http://";
  if (!starts_ignoring_case(target, scheme)) {
    scheme = "https://";
    if (!starts_ignoring_case(target, scheme))
      return refuse("RFC 9112 3.2: neither a path nor an absolute http target");
  }
  const auto rest = target.substr(scheme.size());
  const auto end = rest.find_first_of("/?");
  const auto authority = rest.substr(0, end);
  if (!is_authority(authority))
    return refuse("RFC 9110 4.2: bad host or port in the target");
  // RFC 9112 3.2.4: OPTIONS without path and query is about the server itself.
  if (end == std::string_view::npos)
    return {authority, m == method::options ? "*" : "/", {}, false, {}};
  if (rest[end] == '?')
    return {authority, "/", rest.substr(end + 1), false, {}};
  return split_path(authority, rest.substr(end));
}

} // namespace

target_parts split_target(method m, std::string_view target) noexcept {
  if (target.starts_with('/'))
    return split_path({}, target);
  if (target == "*") {
    if (m != method::options)
      return refuse("RFC 9112 3.2.4: the target * is for OPTIONS only");
    return {{}, target, {}, false, {}};
  }
  return split_absolute(m, target);
}

bool is_authority(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos)
      return false;
    const auto address = text.substr(1, close - 1);
    const auto after = text.substr(close + 1);
    return (is_ipv6(address) || is_ip_future(address))
           && (after.empty() || (after.starts_with(':') && is_port(after.substr(1))));
  }
  const char* p = skip_bytes(text.data(), end, name_byte);
  bool encoded = false;
  while (p != end && *p == '%') {
    encoded = true;
    p = skip_bytes(p + 1, end, name_byte);
  }
  const std::string_view name{text.data(), static_cast<std::size_t>(p - text.data())};
  if (name.empty() || (encoded && !is_percent_encoded(name)))
    return false;
  return p == end || (*p == ':' && is_port({p + 1, static_cast<std::size_t>(end - p - 1)}));
}

} // namespace troupe::http::protocol
