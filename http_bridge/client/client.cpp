// Sends requests and waits for the answers.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/client/client.hpp"

#include "http_bridge/headers.hpp"
#include "http_bridge/client/byte_stream.hpp"

#include <algorithm>
#include <array>

namespace troupe::http {

namespace {

using std::chrono::steady_clock;

result<byte_stream> connect(const server_address& where, steady_time deadline) {
  if (const auto* local = std::get_if<unix_server>(&where))
    return byte_stream::connect_unix(local->path, deadline);
  const auto& tcp = std::get<tcp_server>(where);
  return byte_stream::connect_tcp(tcp.host, tcp.port, deadline);
}

std::string host_field(const server_address& where) {
  const auto* tcp = std::get_if<tcp_server>(&where);
  if (tcp == nullptr)
    return "localhost";
  const bool bare_v6 = tcp->host.find(':') != std::string::npos && !tcp->host.starts_with('[');
  return (bare_v6 ? "[" + tcp->host + "]" : tcp->host) + ":" + std::to_string(tcp->port);
}

result<std::string> to_bytes(const server_address& where, const client_request& request) {
  const bool plain = std::all_of(request.target.begin(), request.target.end(),
                                 [](char c) { return c > ' ' && c < 0x7f; });
  if (!is_token(request.method) || request.target.empty() || !plain)
    return error{errc::invalid_argument,
                 "the request line: " + request.method + " " + request.target};
  std::string out = request.method + " " + request.target
                    + " HTTP/1.1\r\nHost: " + host_field(where) + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_field_value(value))
      return error{errc::invalid_argument, "header " + name};
    out += name + ": " + value + "\r\n";
  }
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT"
      || request.method == "PATCH")
    out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  out += "Connection: close\r\n\r\n";
  out += request.body;
  return out;
}

/// Reads once. @returns whether the server has closed.
result<bool> read_into(response_reader& reader, byte_stream& stream, steady_time deadline) {
  std::array<char, 16 * 1024> buffer;
  auto received = stream.read(buffer, deadline);
  if (!received)
    return std::move(received).error();
  if (*received == 0) {
    if (auto ended = reader.end(); !ended)
      return ended.error();
    return true;
  }
  if (auto taken = reader.take({buffer.data(), *received}); !taken)
    return taken.error();
  return false;
}

/// Takes whole lines out of `body`. @returns false when `on_line` has had enough.
bool hand_over_lines(std::string& body, const std::function<bool(std::string_view)>& on_line) {
  std::size_t begin = 0;
  bool go_on = true;
  for (auto end = body.find('\n'); go_on && end != std::string::npos;
       end = body.find('\n', begin)) {
    auto line = std::string_view{body}.substr(begin, end - begin);
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    begin = end + 1;
    go_on = on_line(line);
  }
  body.erase(0, begin);
  return go_on;
}

} // namespace

client::client(server_address where, client_options options)
  : where_(std::move(where)), options_(options) {
  // nop
}

result<client_response> client::send(const client_request& request) const {
  const auto deadline = steady_clock::now() + options_.timeout;
  auto bytes = to_bytes(where_, request);
  if (!bytes)
    return std::move(bytes).error();
  auto stream = connect(where_, deadline);
  if (!stream)
    return std::move(stream).error();
  // A server may answer before it has read everything, so a failed write is no failure yet.
  const auto written = stream->write(*bytes, deadline);
  response_reader reader{request.method == "HEAD", options_.limits};
  while (!reader.complete()) {
    auto closed = read_into(reader, *stream, deadline);
    if (!closed)
      return written ? std::move(closed).error() : written.error();
    if (*closed)
      break;
  }
  return std::move(reader.response());
}

result<client_response> client::get(std::string_view target) const {
  return send({.method = "GET", .target = std::string{target}, .headers = {}, .body = {}});
}

result<client_response> client::post(std::string_view target, std::string body,
                                     std::string content_type) const {
  return send({.method = "POST",
               .target = std::string{target},
               .headers = {{"Content-Type", std::move(content_type)}},
               .body = std::move(body)});
}

result<client_response> client::read_lines(
  std::string_view target, const std::function<bool(std::string_view)>& on_line) const {
  const auto deadline = steady_clock::now() + options_.timeout;
  auto bytes = to_bytes(
    where_, {.method = "GET", .target = std::string{target}, .headers = {}, .body = {}});
  if (!bytes)
    return std::move(bytes).error();
  auto stream = connect(where_, deadline);
  if (!stream)
    return std::move(stream).error();
  if (auto written = stream->write(*bytes, deadline); !written)
    return written.error();
  response_reader reader{false, options_.limits};
  bool ended = false;
  while (!ended && !reader.complete()) {
    const bool streaming = reader.head_complete() && reader.response().status == 200;
    auto closed = read_into(reader, *stream,
                            streaming ? steady_clock::now() + options_.silence : deadline);
    if (!closed)
      return std::move(closed).error();
    ended = *closed;
    if (reader.head_complete() && reader.response().status == 200
        && !hand_over_lines(reader.response().body, on_line))
      break;
  }
  return std::move(reader.response());
}

} // namespace troupe::http
