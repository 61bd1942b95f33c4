// Writes responses as HTTP/1.1.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/serializer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace troupe::http::protocol {

namespace {

// Writes into room made beforehand: appending piece by piece to a string checks its capacity every
// time.
class writer {
public:
  // Room for `room` bytes behind what `out` holds.
  writer(std::string& out, std::size_t room) : out_(out) {
    const auto size = out.size();
    out.resize(size + room);
    to_ = out.data() + size;
  }

  // Gives back the room that was not needed.
  ~writer() { out_.resize(static_cast<std::size_t>(to_ - out_.data())); }

  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  template <std::size_t N>
  void literal(const char (&text)[N]) noexcept {
    std::memcpy(to_, text, N - 1);
    to_ += N - 1;
  }

  void text(std::string_view text) noexcept {
    if (!text.empty())
      std::memcpy(to_, text.data(), text.size());
    to_ += text.size();
  }

  void decimal(std::uint64_t value) noexcept {
    std::array<char, 20> digits; // of 2^64 - 1
    std::size_t first = digits.size();
    do {
      digits[--first] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    text({digits.data() + first, digits.size() - first});
  }

private:
  std::string& out_;
  char* to_;
};

// More than all literals of one head and a number together.
constexpr std::size_t head_literals = 256;

enum class body_kind : std::uint8_t { sized, chunked, until_close, none };

// RFC 9112 6.3, RFC 9110 15.3.6: answers that cannot have a body.
bool has_no_body(status s) noexcept {
  return s == status::no_content || s == status::reset_content || s == status::not_modified;
}

void write_head(std::string& out, const response& answer, const response_context& context,
                body_kind kind) {
  const auto line = status_line(answer.status());
  const auto type = answer.content_type();
  const auto fields = answer.headers().text();
  writer to{out, line.size() + context.server.size() + context.date.size() + type.size()
                   + fields.size() + context.request_id.size() + head_literals};
  if (line.empty()) {
    to.literal("HTTP/1.1 ");
    to.decimal(code(answer.status()));
    to.literal(" \r\n");
  } else {
    to.text(line);
  }
  if (!context.server.empty() && (fields.empty() || !answer.headers().find("server"))) {
    to.literal("Server: ");
    to.text(context.server);
    to.literal("\r\n");
  }
  if (!context.date.empty()) {
    to.literal("Date: ");
    to.text(context.date);
    to.literal("\r\n");
  }
  if (!context.request_id.empty()) {
    to.literal("X-Request-Id: ");
    to.text(context.request_id);
    to.literal("\r\n");
  }
  if (!type.empty() && !has_no_body(answer.status())) {
    to.literal("Content-Type: ");
    to.text(type);
    to.literal("\r\n");
  }
  to.text(fields);
  switch (kind) {
    case body_kind::sized:
      to.literal("Content-Length: ");
      to.decimal(answer.status() == status::reset_content ? 0 : answer.body().size());
      to.literal("\r\n");
      break;
    case body_kind::chunked:
      to.literal("Transfer-Encoding: chunked\r\n");
      break;
    case body_kind::until_close:
    case body_kind::none:
      break;
  }
  if (!context.keep_alive || kind == body_kind::until_close)
    to.literal("Connection: close\r\n");
  else if (context.minor_version == 0)
    to.literal("Connection: keep-alive\r\n");
  to.literal("\r\n");
}

// What goes out instead of an answer that cannot.
response refused_answer() {
  return response::problem(status::internal_server_error, {},
                           "the handler has made an answer that cannot be sent");
}

void append_hex(std::string& out, std::uint64_t value) {
  std::array<char, 16> digits;
  std::size_t first = digits.size();
  do {
    digits[--first] = "0123456789abcdef"[value % 16];
    value /= 16;
  } while (value != 0);
  out.append(digits.data() + first, digits.size() - first);
}

} // namespace

bool append_response(std::string& out, const response& answer, const response_context& context) {
  if (!answer.defect().empty()) {
    append_response(out, refused_answer(), context);
    return false;
  }
  // RFC 9110 8.6: no Content-Length with 204; with 304 it would have to be that of the 200.
  const bool unsized = answer.status() == status::no_content
                       || answer.status() == status::not_modified;
  write_head(out, answer, context, unsized ? body_kind::none : body_kind::sized);
  if (!has_no_body(answer.status()) && context.request_method != method::head)
    out.append(answer.body());
  return true;
}

stream_framing append_stream_head(std::string& out, const response& answer,
                                  const response_context& context) {
  if (!answer.defect().empty()) {
    append_response(out, refused_answer(), context);
    return stream_framing::no_body;
  }
  if (has_no_body(answer.status())) {
    append_response(out, response{answer}.with_body({}), context);
    return stream_framing::no_body;
  }
  // RFC 9112 6.1: an answer to HEAD may have the framing field that GET would have had.
  const bool head_only = context.request_method == method::head;
  const bool chunked = context.minor_version >= 1;
  write_head(out, answer, context,
             chunked     ? body_kind::chunked
             : head_only ? body_kind::none
                         : body_kind::until_close);
  if (head_only)
    return stream_framing::no_body;
  return chunked ? stream_framing::chunked : stream_framing::until_close;
}

void append_chunk(std::string& out, std::string_view data) {
  if (data.empty())
    return;
  out.reserve(out.size() + data.size() + 20);
  append_hex(out, data.size());
  out.append("\r\n").append(data).append("\r\n");
}

void append_last_chunk(std::string& out) {
  out.append("0\r\n\r\n");
}

void append_continue(std::string& out) {
  out.append("HTTP/1.1 100 Continue\r\n\r\n");
}

} // namespace troupe::http::protocol
