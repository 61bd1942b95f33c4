// Reads HTTP/1.1 requests strictly: bytes in, events out, no I/O.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/units.hpp"
#include "http_bridge/headers.hpp"
#include "http_bridge/limits.hpp"
#include "http_bridge/method.hpp"
#include "http_bridge/status.hpp"
#include "http_bridge/protocol/chunked.hpp"
#include "http_bridge/protocol/field_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace http::protocol {

/// The head of a request: views into the input of the `next` call that reported it.
struct request_head {
  method m = method::get;
  std::string_view method_text;
  std::string_view target;    ///< As sent.
  std::string_view path;      ///< As sent, see `request::raw_path`; routes are matched with this.
  std::string_view query;     ///< As sent, without the `?`.
  std::string_view authority; ///< See `request::authority`.
  bool encoded_path = false;  ///< Whether `path` holds percent-encoding.
  int minor_version = 1;      ///< 0 or 1.
  std::span<const header_view> headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;       ///< RFC 9112 9.3.
  bool expect_continue = false; ///< The client waits for `100 Continue` before it sends its body.
  std::string_view upgrade;     ///< The `Upgrade` field if `Connection` lists it (RFC 9110 7.8).

  /// Whether at least one byte of body or chunked framing follows.
  [[nodiscard]] bool has_body() const noexcept { return chunked || content_length.value_or(0) > 0; }
};

enum class parse_event : std::uint8_t {
  need_more, ///< Everything given has been looked at; call again with more.
  head,      ///< `request_parser::head` is ready.
  body,      ///< A piece of the decoded body; may be empty where only framing was consumed.
  complete,  ///< The request has ended; the call after this reads the next one.
  failed,    ///< Answer `failure` and close: where the next request begins is not known any more.
};

/// What one call of `request_parser::next` has done.
struct parse_step {
  parse_event event = parse_event::need_more;
  /// Bytes at the front of the input that are done with, whatever the event: the next input starts
  /// behind them. Of the bytes of a head keep them in place as long as its views are used. 0 for
  /// `complete` and `failed`; for `need_more` 0 but for empty lines before a request.
  std::size_t consumed = 0;
  std::string_view body; ///< For `body`: a view into the input.
};

/// Parses the requests of one connection, one after the other (RFC 9112, RFC 9110; the full list of
/// what is refused is in docs/http.md). What it reports does not depend on how the bytes were split
/// into inputs, except that body pieces are as long as the inputs allow.
///
/// Allocates only for more fields than any request had before, and to remember a new Host. Every
/// byte of a head is looked at once, also when it arrives byte by byte.
/// Thread safety: one thread at a time.
class request_parser {
public:
  /// @pre `validate(bounds)` has succeeded. The bounds are copied.
  explicit request_parser(const limits& bounds);

  /// Takes the bytes received and not yet consumed, and returns at the first event. After `head`,
  /// `body` call again with the rest of the input; it may be empty. The call after `head` checks an
  /// announced length against the body limit, so make it before you send `100 Continue`.
  parse_step next(std::string_view input);

  /// The head reported last. Valid from the event `head` until the call after `complete`, or
  /// `reset`.
  [[nodiscard]] const request_head& head() const noexcept { return head_; }

  /// The status to answer after `failed`.
  [[nodiscard]] status failure() const noexcept { return failure_; }

  /// What was wrong, for people, beginning with the section of the RFC; it holds nothing of the
  /// input.
  [[nodiscard]] std::string_view failure_text() const noexcept { return failure_text_; }

  /// Replaces `limits::body` for the request being read, for a route that has its own limit. To be
  /// called between `head` and the next call; the default returns with `reset`.
  void body_limit(byte_count limit) noexcept { body_limit_ = limit.count(); }

  /// Whether not one byte of the next request has been seen, so that a connection is idle and not
  /// slow.
  [[nodiscard]] bool idle() const noexcept {
    return phase_ == phase::start || phase_ == phase::complete;
  }

  /// Forgets everything and makes ready for the first request of another connection.
  void reset() noexcept;

private:
  enum class phase : std::uint8_t {
    start,
    method,
    target,
    version,
    field_line,
    field_name,
    field_gap,
    field_value,
    head_done,
    sized_body,
    chunked_body,
    complete,
    failed,
  };

  // Offsets into the head: one that arrives in pieces may be somewhere else in memory at every
  // call.
  struct extent {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  struct field_extent {
    extent name;
    extent value;
  };

  parse_step read_start(std::string_view input);
  parse_step read_head(std::string_view input);
  parse_step read_sized_body(std::string_view input);
  parse_step read_chunked_body(std::string_view input);
  parse_step begin_body(std::string_view input);
  parse_step out_of_input(std::string_view input, const char* p);
  parse_step finish_head(std::string_view input, const char* p);
  parse_step fail(status s, std::string_view text) noexcept;
  const char* read_version(const char* p, const char* end) noexcept;

  // -- what the input says -------------------------------------------------------
  phase phase_ = phase::start;
  method method_ = method::get;
  std::uint8_t minor_version_ = 1;
  status failure_ = status::bad_request;
  std::uint32_t position_ = 0; // where in the head to go on
  std::uint32_t mark_ = 0;     // where the element being read began
  extent method_text_;
  extent target_;
  extent name_; // of the field being read
  std::uint32_t empty_lines_ = 0;
  std::uint64_t body_left_ = 0;
  field_rules rules_;
  chunked_decoder chunks_;
  // The fields read so far. Those of calls before this one are valid as extents only, the others as
  // views only, so a head that arrives in one piece is spared the detour.
  std::vector<field_extent> extents_;
  std::vector<header_view> headers_;

  // -- what it is allowed to say -------------------------------------------------
  std::uint32_t head_limit_;
  std::uint32_t target_limit_;
  std::uint32_t field_limit_;
  std::uint32_t empty_line_limit_;
  std::uint64_t default_body_limit_;
  std::uint64_t body_limit_;
  chunked_limits chunked_limits_;

  // -- what is reported ----------------------------------------------------------
  request_head head_;
  std::string_view failure_text_;
};

} // namespace http::protocol
} // namespace troupe
