// Reads responses as a strict client would: the other end of the serializer, written on its own.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::http::protocol {

/// One response as read from the wire.
struct read_response {
  int status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  bool until_close = false;

  [[nodiscard]] std::optional<std::string> field(std::string_view name) const {
    for (const auto& [key, value] : fields) {
      if (std::equal(
            key.begin(), key.end(), name.begin(), name.end(),
            [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); }))
        return value;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [name](const auto& f) { return f.first == name; }));
  }
};

/// Takes one response off the front of `bytes` (RFC 9112 4 to 7).
/// @throws std::runtime_error where a client would have to give up.
inline read_response take_response(std::string_view& bytes, bool to_head = false) {
  const auto fail = [](const char* why) { throw std::runtime_error{why}; };
  const auto line = [&] {
    const auto end = bytes.find("\r\n");
    if (end == std::string_view::npos)
      fail("a line without CR LF");
    const auto text = bytes.substr(0, end);
    if (text.find_first_of(std::string_view{"\r\n\0", 3}) != std::string_view::npos)
      fail("a control character in a line");
    bytes.remove_prefix(end + 2);
    return std::string{text};
  };
  const auto take = [&](std::size_t size) {
    if (bytes.size() < size)
      fail("a body that is too short");
    const auto text = std::string{bytes.substr(0, size)};
    bytes.remove_prefix(size);
    return text;
  };
  read_response r;
  const auto first = line();
  if (!first.starts_with("HTTP/1.1 ") || first.size() < 13 || first[12] != ' ')
    fail("a bad status line");
  r.status = std::stoi(first.substr(9, 3));
  r.reason = first.substr(13);
  for (auto text = line(); !text.empty(); text = line()) {
    const auto colon = text.find(": ");
    if (colon == std::string::npos || colon == 0)
      fail("a bad field line");
    r.fields.emplace_back(text.substr(0, colon), text.substr(colon + 2));
  }
  const auto length = r.field("content-length");
  const auto coding = r.field("transfer-encoding");
  if (length && coding)
    fail("Content-Length beside Transfer-Encoding");
  if (r.count("Content-Length") > 1 || r.count("Date") > 1 || r.count("Connection") > 1)
    fail("a field twice");
  if (to_head || r.status < 200 || r.status == 204 || r.status == 304)
    return r;
  if (coding) {
    if (*coding != "chunked")
      fail("an unknown coding");
    for (;;) {
      const auto size = std::stoul(line(), nullptr, 16);
      r.body += take(size);
      if (!line().empty())
        fail("no CR LF behind a chunk");
      if (size == 0)
        return r;
    }
  }
  if (length) {
    r.body = take(std::stoul(*length));
  } else {
    r.until_close = true;
    r.body = take(bytes.size());
  }
  return r;
}

} // namespace troupe::http::protocol
