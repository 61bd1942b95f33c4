// A plain HTTP/1.1 client over a socket of its own. It shares no code with the server it tests.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "tests/system/harness/process.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace harness {

struct answer {
  int status = 0;
  std::map<std::string, std::string> fields; ///< Names in lower case.
  std::string body;

  [[nodiscard]] std::string field(const std::string& name) const;
  /// The server says that this is the connection's last answer.
  [[nodiscard]] bool last() const { return field("connection") == "close"; }
};

/// What became of a read.
enum class read_outcome : std::uint8_t {
  complete,
  nothing,   ///< The connection ended or was reset before the first byte of an answer.
  cut_off,   ///< It ended in the middle.
  timed_out, ///< No end of the answer in time.
};

/// One keep-alive connection to 127.0.0.1.
/// Thread safety: one thread.
class http_connection {
public:
  /// Connects; `open()` says whether that went well.
  explicit http_connection(std::uint16_t port);
  ~http_connection();
  http_connection(http_connection&& other) noexcept;
  http_connection& operator=(http_connection&& other) noexcept;

  [[nodiscard]] bool open() const noexcept { return socket_ >= 0; }

  /// Sends a request with `Host` and, for a body, `Content-Length`. A connection that the server has closed shows at
  /// the read, not here.
  void send(std::string_view method, std::string_view target, std::string_view body = {});
  /// Sends these bytes.
  void send_raw(std::string_view bytes);

  /// Reads the next answer; its body has to have a `Content-Length`.
  read_outcome read(answer& out, std::chrono::milliseconds limit = patience);

  /// Reads the head of an answer alone: its body is a stream.
  read_outcome read_head(answer& out, std::chrono::milliseconds limit = patience);

  /// Reads more bytes of a stream. @returns nothing when the connection has ended or the time is over.
  std::optional<std::string> read_some(std::chrono::milliseconds limit);

  void close() noexcept;

private:
  enum class fill : std::uint8_t { more, end, late };
  fill receive(std::chrono::steady_clock::time_point deadline);

  int socket_ = -1;
  std::string buffer_;
};

/// One request on a connection of its own. @returns nothing when there was no complete answer.
std::optional<answer> fetch(std::uint16_t port, std::string_view method, std::string_view target,
                            std::string_view body = {});

/// Waits until `condition(answer to GET target)` is true. @returns whether that came true in time.
template <class Condition>
bool poll_until(std::uint16_t port, std::string_view target, Condition condition,
                std::chrono::milliseconds limit = patience);

/// One server-sent event.
struct event {
  std::string type = "message";
  std::string data;
};

/// Reads server-sent events from GET `target`.
class event_reader {
public:
  event_reader(std::uint16_t port, std::string_view target);

  /// Of the answer's head; its status is 0 when there was none.
  [[nodiscard]] const answer& head() const noexcept { return head_; }

  /// The next event; comments are passed over. @returns nothing at the end of the stream or when the time is over.
  std::optional<event> next(std::chrono::milliseconds limit = patience);

  /// Whether the stream has ended with its last chunk, in order.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

private:
  /// Moves what is complete of `raw_`, which is chunked, into `text_`.
  void take_chunks();

  http_connection connection_;
  answer head_;
  std::string raw_;
  std::string text_;
  bool ended_ = false;
};

template <class Condition>
bool poll_until(std::uint16_t port, std::string_view target, Condition condition,
                std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < deadline) {
    if (const auto got = fetch(port, "GET", target); got && condition(*got))
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return false;
}

} // namespace harness
