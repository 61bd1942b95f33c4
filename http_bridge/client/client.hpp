// A small blocking HTTP/1.1 client, for tools and tests.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "http_bridge/client/response_reader.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// A server reached by TCP.
struct tcp_server {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
};

/// A server reached by a Unix-domain socket.
struct unix_server {
  std::string path;
};

using server_address = std::variant<tcp_server, unix_server>;

struct client_options {
  /// Connecting, sending and the whole answer together; of a stream, connecting, sending and the head.
  std::chrono::milliseconds timeout{5'000};
  /// Of a stream: longest silence. Troupe's own bridges send a heartbeat every 15 s.
  std::chrono::milliseconds silence{45'000};
  response_limits limits;
};

struct client_request {
  std::string method = "GET";
  std::string target = "/";
  /// `Host`, `Content-Length` and `Connection` are added.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// Opens a connection for each request and closes it after the answer.
///
/// Every call blocks, at most as long as the options say (and the system's look-up of a host name). Never call it
/// from an actor or a handler. Errors: `errc::timed_out`, `errc::not_running` (nobody listens there),
/// `errc::permission_denied`, `errc::invalid_argument` (the address, or a request that would not be one),
/// `errc::io_error`. A status of 400 or above is no error.
/// Thread safety: any number of threads.
class client {
public:
  explicit client(server_address where, client_options options = {});

  [[nodiscard]] result<client_response> send(const client_request& request) const;
  [[nodiscard]] result<client_response> get(std::string_view target) const;
  [[nodiscard]] result<client_response> post(std::string_view target, std::string body,
                                             std::string content_type = "application/json") const;

  /// Asks for `target` and hands over each line of the body without its line end as soon as it has arrived, for
  /// server-sent events the empty lines too. Ends when the server ends, or when `on_line` returns false.
  /// @returns the answer without the body that was handed over; when the status is not 200 nothing is handed over and
  ///          the body is in the answer.
  [[nodiscard]] result<client_response> read_lines(
    std::string_view target, const std::function<bool(std::string_view)>& on_line) const;

private:
  server_address where_;
  client_options options_;
};

} // namespace http
} // namespace troupe
