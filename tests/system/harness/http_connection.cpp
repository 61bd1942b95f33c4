// A plain HTTP/1.1 client over a socket of its own.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/harness/http_connection.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace harness {

namespace {

using clock = std::chrono::steady_clock;

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

template <class Number>
std::optional<Number> to_number(std::string_view text, int base = 10) {
  Number out{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  if (failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return out;
}

/// Reads status line and fields; they end in an empty line.
answer parse_head(std::string_view head) {
  answer out;
  out.status = to_number<int>(head.substr(9, 3)).value_or(0);
  auto at = head.find("\r\n") + 2;
  while (at < head.size()) {
    const auto end = std::min(head.find("\r\n", at), head.size());
    const auto line = head.substr(at, end - at);
    if (const auto colon = line.find(": "); colon != std::string_view::npos)
      out.fields[lower(line.substr(0, colon))] = line.substr(colon + 2);
    at = end + 2;
  }
  return out;
}

} // namespace

std::string answer::field(const std::string& name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string{} : found->second;
}

http_connection::http_connection(std::uint16_t port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket_ >= 0
      && ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    close();
  const int on = 1;
  if (socket_ >= 0)
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

http_connection::~http_connection() {
  close();
}

http_connection::http_connection(http_connection&& other) noexcept
  : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

http_connection& http_connection::operator=(http_connection&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

void http_connection::close() noexcept {
  if (socket_ >= 0)
    ::close(std::exchange(socket_, -1));
}

void http_connection::send(std::string_view method, std::string_view target,
                           std::string_view body) {
  auto text = std::string{method} + " " + std::string{target} + " HTTP/1.1\r\nHost: test\r\n";
  if (!body.empty() || method == "POST")
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  text += body;
  send_raw(text);
}

void http_connection::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

http_connection::fill http_connection::receive(clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now()).count();
    pollfd watched{socket_, POLLIN, 0};
    const auto ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready == 0)
      return fill::late;
    std::array<char, 65'536> piece;
    const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return fill::end;
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
    return fill::more;
  }
}

read_outcome http_connection::read_head(answer& out, std::chrono::milliseconds limit) {
  const auto deadline = clock::now() + limit;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    const auto got = open() ? receive(deadline) : fill::end;
    if (got == fill::late)
      return read_outcome::timed_out;
    if (got == fill::end)
      return buffer_.empty() ? read_outcome::nothing : read_outcome::cut_off;
  }
  out = parse_head(std::string_view{buffer_}.substr(0, end + 2));
  buffer_.erase(0, end + 4);
  return read_outcome::complete;
}

read_outcome http_connection::read(answer& out, std::chrono::milliseconds limit) {
  const auto deadline = clock::now() + limit;
  if (const auto head = read_head(out, limit); head != read_outcome::complete)
    return head;
  const auto length = to_number<std::size_t>(out.field("content-length")).value_or(0);
  while (buffer_.size() < length) {
    const auto got = receive(deadline);
    if (got != fill::more)
      return got == fill::late ? read_outcome::timed_out : read_outcome::cut_off;
  }
  out.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return read_outcome::complete;
}

std::optional<std::string> http_connection::read_some(std::chrono::milliseconds limit) {
  if (buffer_.empty() && (!open() || receive(clock::now() + limit) != fill::more))
    return std::nullopt;
  return std::exchange(buffer_, {});
}

std::optional<answer> fetch(std::uint16_t port, std::string_view method, std::string_view target,
                            std::string_view body) {
  http_connection connection{port};
  if (!connection.open())
    return std::nullopt;
  connection.send(method, target, body);
  answer out;
  if (connection.read(out) != read_outcome::complete)
    return std::nullopt;
  return out;
}

event_reader::event_reader(std::uint16_t port, std::string_view target) : connection_(port) {
  connection_.send("GET", target);
  if (connection_.read_head(head_) != read_outcome::complete)
    head_ = {};
}

void event_reader::take_chunks() {
  for (;;) {
    const auto line = raw_.find("\r\n");
    if (line == std::string::npos)
      return;
    const auto size
      = to_number<std::size_t>(std::string_view{raw_}.substr(0, line), 16).value_or(0);
    if (raw_.size() < line + 2 + size + 2)
      return;
    if (size == 0) {
      ended_ = true;
      return;
    }
    text_ += raw_.substr(line + 2, size);
    raw_.erase(0, line + 2 + size + 2);
  }
}

std::optional<event> event_reader::next(std::chrono::milliseconds limit) {
  const auto deadline = clock::now() + limit;
  for (;;) {
    if (const auto end = text_.find("\n\n"); end != std::string::npos) {
      event out;
      const auto block = text_.substr(0, end + 1);
      text_.erase(0, end + 2);
      for (std::size_t at = 0; at < block.size();) {
        const auto stop = block.find('\n', at);
        const auto line = block.substr(at, stop - at);
        at = stop + 1;
        if (line.starts_with("event: "))
          out.type = line.substr(7);
        else if (line.starts_with("data: "))
          out.data += (out.data.empty() ? "" : "\n") + line.substr(6);
      }
      if (!out.data.empty())
        return out;
      continue;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    if (ended_ || left.count() <= 0)
      return std::nullopt;
    const auto more = connection_.read_some(left);
    if (!more)
      return std::nullopt;
    raw_ += *more;
    take_chunks();
  }
}

} // namespace harness
