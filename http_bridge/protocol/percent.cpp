// Percent-encoding in paths and queries.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/percent.hpp"

#include "http_bridge/protocol/char_class.hpp"

#include <algorithm>

namespace troupe::http::protocol {

namespace {

// The byte that `%XY` at `i` stands for, or -1.
int encoded_byte(std::string_view text, std::size_t i) noexcept {
  if (text.size() - i < 3)
    return -1;
  const int high = hex_value(text[i + 1]);
  const int low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

} // namespace

bool is_percent_encoded(std::string_view text) noexcept {
  for (auto i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 3)) {
    if (encoded_byte(text, i) <= 0)
      return false;
  }
  return true;
}

std::size_t percent_decode_to(char* out, std::string_view text, encoded_slash slash) noexcept {
  char* to = out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '%') {
      *to++ = text[i++];
      continue;
    }
    const int byte = encoded_byte(text, i);
    if (byte < 0) {
      *to++ = text[i++];
    } else if (byte == '/' && slash == encoded_slash::keep) {
      to = std::copy_n(text.data() + i, 3, to);
      i += 3;
    } else {
      *to++ = static_cast<char>(byte);
      i += 3;
    }
  }
  return static_cast<std::size_t>(to - out);
}

std::string percent_decode(std::string_view text, encoded_slash slash) {
  std::string out(text.size(), '\0');
  out.resize(percent_decode_to(out.data(), text, slash));
  return out;
}

std::string decode_query_text(std::string_view text) {
  std::string out{text};
  std::replace(out.begin(), out.end(), '+', ' ');
  out.resize(percent_decode_to(out.data(), out, encoded_slash::decode));
  return out;
}

} // namespace troupe::http::protocol
