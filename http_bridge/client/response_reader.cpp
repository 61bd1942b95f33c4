// Takes responses apart.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/client/response_reader.hpp"

#include "http_bridge/headers.hpp"

#include <algorithm>
#include <charconv>

namespace troupe::http {

namespace {

error malformed(std::string_view what) {
  return {errc::io_error, "the server's answer: " + std::string{what}};
}

template <class Number>
bool read_number(std::string_view text, Number& out, int base = 10) {
  const auto done = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return !text.empty() && done.ec == std::errc{} && done.ptr == text.data() + text.size();
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos
           ? std::string_view{}
           : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

} // namespace

std::optional<std::string_view> client_response::header(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers)
    if (equal_ignoring_case(key, name))
      return value;
  return std::nullopt;
}

response_reader::response_reader(bool no_body, response_limits bounds)
  : no_body_(no_body), bounds_(bounds) {
  // nop
}

result<void> response_reader::take(std::string_view bytes) {
  waiting_.append(bytes);
  for (bool progress = true; progress && phase_ != phase::complete;) {
    progress = false;
    if (auto fine = advance(progress); !fine)
      return fine;
  }
  return {};
}

result<void> response_reader::end() {
  if (phase_ == phase::until_close)
    phase_ = phase::complete;
  if (phase_ != phase::complete)
    return malformed("it ends too early");
  return {};
}

result<void> response_reader::advance(bool& progress) {
  switch (phase_) {
    case phase::head: {
      const auto end = waiting_.find("\r\n\r\n");
      if (std::min(end, waiting_.size()) > bounds_.head.count())
        return malformed("its head is too large");
      if (end == std::string::npos)
        return {};
      progress = true;
      auto fine = read_head(std::string_view{waiting_}.substr(0, end + 2));
      waiting_.erase(0, end + 4);
      return fine;
    }
    case phase::sized:
    case phase::chunk_data: {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, waiting_.size()));
      if (auto fine = append_body(size); !fine)
        return fine;
      left_ -= size;
      if (left_ == 0) {
        phase_ = phase_ == phase::sized ? phase::complete : phase::chunk_end;
        progress = true;
      }
      return {};
    }
    case phase::until_close:
      return append_body(waiting_.size());
    default:
      break;
  }
  const auto line = next_line();
  if (!line)
    return waiting_.size() > bounds_.head.count() ? malformed("a line is too long")
                                                  : result<void>{};
  progress = true;
  const std::string text{*line};
  waiting_.erase(0, text.size() + 2);
  switch (phase_) {
    case phase::chunk_size:
      return read_chunk_size(text);
    case phase::chunk_end:
      phase_ = phase::chunk_size;
      return text.empty() ? result<void>{} : malformed("a chunk is longer than it says");
    default:
      if (text.empty())
        phase_ = phase::complete;
      return {};
  }
}

result<void> response_reader::read_head(std::string_view head) {
  response_ = {};
  const auto line = head.substr(0, head.find("\r\n"));
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' '
      || !read_number(line.substr(9, 3), response_.status))
    return malformed("it is not HTTP/1.1");
  for (auto rest = head.substr(line.size() + 2); !rest.empty();) {
    const auto field = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(field.size() + 2);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos || !is_token(field.substr(0, colon)))
      return malformed("a header field is not one");
    response_.headers.emplace_back(field.substr(0, colon), trim(field.substr(colon + 1)));
  }
  return choose_framing();
}

// RFC 9112 6.3.
result<void> response_reader::choose_framing() {
  if (response_.status < 200)
    return response_.status == 101 ? malformed("it switches protocols")
                                   : result<void>{}; // the real one follows
  if (no_body_ || response_.status == 204 || response_.status == 304) {
    phase_ = phase::complete;
  } else if (const auto coding = response_.header("Transfer-Encoding")) {
    if (!equal_ignoring_case(*coding, "chunked"))
      return malformed("its transfer coding is not known");
    phase_ = phase::chunk_size;
  } else if (const auto length = response_.header("Content-Length")) {
    if (!read_number(*length, left_))
      return malformed("its length is not a number");
    if (left_ > bounds_.body.count())
      return malformed("its body is too large");
    phase_ = left_ == 0 ? phase::complete : phase::sized;
  } else {
    phase_ = phase::until_close;
  }
  return {};
}

result<void> response_reader::read_chunk_size(std::string_view line) {
  const auto digits = trim(line.substr(0, line.find(';')));
  if (digits.size() > 15 || !read_number(digits, left_, 16))
    return malformed("a chunk has no size");
  phase_ = left_ == 0 ? phase::trailers : phase::chunk_data;
  return {};
}

std::optional<std::string_view> response_reader::next_line() {
  const auto end = waiting_.find("\r\n");
  if (end == std::string::npos)
    return std::nullopt;
  return std::string_view{waiting_}.substr(0, end);
}

result<void> response_reader::append_body(std::size_t size) {
  if (response_.body.size() + size > bounds_.body.count())
    return malformed("its body is too large");
  response_.body.append(waiting_, 0, size);
  waiting_.erase(0, size);
  return {};
}

} // namespace troupe::http
