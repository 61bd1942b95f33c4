// Removes the chunked transfer coding from a request body (RFC 9112 7.1).
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/status.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http::protocol {

/// The part of `limits` that chunked bodies need, in bytes and fields.
struct chunked_limits {
  std::uint64_t framing = 0;
  std::uint32_t chunk_line = 0;
  std::uint32_t trailers = 0;
  std::uint32_t trailer_fields = 0;
};

/// What one call of `chunked_decoder::next` has done.
struct chunk_step {
  std::size_t consumed = 0; ///< Bytes of the input done with, framing and data.
  std::string_view data;    ///< Decoded bytes, a view into the input.
};

/// A byte machine over size lines, data and trailers. Extensions and trailers are checked, bounded
/// and dropped: a trailer must not be able to change what the header has said (RFC 9110 6.5.1).
/// Thread safety: one thread at a time.
class chunked_decoder {
public:
  /// Takes input up to the end of one piece of data, of the body, or of the input.
  chunk_step next(std::string_view input, const chunked_limits& bounds,
                  std::uint64_t body_limit) noexcept;

  /// Whether the trailer section has ended.
  [[nodiscard]] bool done() const noexcept { return state_ == state::done; }

  /// Whether the body was refused: see `failure`, `failure_text`.
  [[nodiscard]] bool failed() const noexcept { return state_ == state::failed; }

  [[nodiscard]] status failure() const noexcept { return failure_; }
  [[nodiscard]] std::string_view failure_text() const noexcept { return failure_text_; }

private:
  enum class state : std::uint8_t {
    size_first,
    size,
    extension_space, // white space that only another extension may follow
    extension_begin,
    extension_name,
    extension_equals, // white space behind a name
    extension_value,
    extension_token,
    extension_quoted,
    extension_escape,
    extension_quote_end,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_begin,
    trailer_name,
    trailer_value,
    trailer_lf,
    end_lf,
    done,
    failed,
  };

  void read_framing(char c, const chunked_limits& bounds, std::uint64_t body_limit) noexcept;
  void read_size(char c, std::uint64_t body_limit) noexcept;
  void read_extension(char c) noexcept;
  void read_trailer(char c, const chunked_limits& bounds) noexcept;
  void expect(char c, char wanted, state then) noexcept;
  void fail(status s, std::string_view text) noexcept;

  state state_ = state::size_first;
  std::uint8_t digits_ = 0;
  status failure_ = status::bad_request;
  std::uint32_t line_ = 0;           // bytes of the current size line
  std::uint32_t trailers_ = 0;       // bytes of the trailer section
  std::uint32_t trailer_fields_ = 0; // lines of it
  std::uint64_t left_ = 0;           // of the current chunk; while its size is read, that size
  std::uint64_t decoded_ = 0;
  std::uint64_t framing_ = 0;
  std::string_view failure_text_;
};

} // namespace http::protocol
} // namespace troupe
