// Header fields: comparing, checking, collecting.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/headers.hpp"

#include "http_bridge/protocol/char_class.hpp"

#include <algorithm>

namespace troupe::http {

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return protocol::to_lower(x) == protocol::to_lower(y);
         });
}

bool is_token(std::string_view text) noexcept {
  const auto* end = text.data() + text.size();
  return !text.empty() && protocol::skip_token(text.data(), end) == end;
}

bool is_field_value(std::string_view text) noexcept {
  const auto* end = text.data() + text.size();
  return protocol::skip_value(text.data(), end) == end;
}

bool header_list::add(std::string_view name, std::string_view value) {
  if (!is_token(name) || !is_field_value(value))
    return false;
  text_.reserve(text_.size() + name.size() + value.size() + 4);
  text_.append(name).append(": ").append(value).append("\r\n");
  return true;
}

void header_list::remove(std::string_view name) {
  for (auto i = begin(); i != end();) {
    const auto field = *i;
    if (!equal_ignoring_case(field.name, name)) {
      ++i;
      continue;
    }
    const auto offset = static_cast<std::size_t>(field.name.data() - text_.data());
    text_.erase(offset, text_.find('\n', offset) + 1 - offset);
    i = iterator{std::string_view{text_}.substr(offset)};
  }
}

std::optional<std::string_view> header_list::find(std::string_view name) const noexcept {
  for (const auto field : *this) {
    if (equal_ignoring_case(field.name, name))
      return field.value;
  }
  return std::nullopt;
}

// The text was put together by `add`: a name without a colon, `: `, a value without CR, CR LF.
void header_list::iterator::read() noexcept {
  if (rest_.empty())
    return;
  const auto colon = rest_.find(':');
  const auto cr = rest_.find('\r', colon);
  field_ = {rest_.substr(0, colon), rest_.substr(colon + 2, cr - colon - 2)};
  line_ = cr + 2;
}

} // namespace troupe::http
