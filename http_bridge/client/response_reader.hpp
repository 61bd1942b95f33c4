// Reads HTTP/1.1 responses: bytes in, a response out, no I/O.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/core/units.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// A response as a client gets it.
struct client_response {
  int status = 0;
  /// In the order they came.
  std::vector<std::pair<std::string, std::string>> headers;
  /// With the chunked coding removed.
  std::string body;

  /// The value of the first field called `name`, in any case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// What a client takes from a server.
struct response_limits {
  byte_count head{64 * 1024};
  byte_count body{16 * 1024 * 1024};
};

/// Reads one response. Interim answers (100 to 199) are skipped. The server is trusted to frame its answers by the
/// rules, not to be small: the limits are kept, and anything that is no HTTP/1.1 is an error.
/// Thread safety: one thread at a time.
class response_reader {
public:
  /// @param no_body the request was a HEAD: the answer has no body, whatever its header says.
  explicit response_reader(bool no_body = false, response_limits bounds = {});

  /// Takes what was received. Decoded body is appended to `response().body`.
  /// @returns `errc::io_error` when this is not a response or is too large.
  result<void> take(std::string_view bytes);

  /// The server has closed the connection.
  /// @returns `errc::io_error` when something was still missing.
  result<void> end();

  [[nodiscard]] bool head_complete() const noexcept { return phase_ > phase::head; }
  [[nodiscard]] bool complete() const noexcept { return phase_ == phase::complete; }
  [[nodiscard]] client_response& response() noexcept { return response_; }

private:
  enum class phase : std::uint8_t {
    head,
    sized,
    until_close,
    chunk_size,
    chunk_data,
    chunk_end,
    trailers,
    complete
  };

  result<void> read_head(std::string_view head);
  result<void> choose_framing();
  result<void> advance(bool& progress);
  result<void> read_chunk_size(std::string_view line);
  std::optional<std::string_view> next_line();
  result<void> append_body(std::size_t size);

  const bool no_body_;
  const response_limits bounds_;
  phase phase_ = phase::head;
  std::uint64_t left_ = 0;
  std::string waiting_;
  client_response response_;
};

} // namespace http
} // namespace troupe
