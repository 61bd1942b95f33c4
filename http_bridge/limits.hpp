// The bounds of the HTTP bridge, each with its default.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/core/units.hpp"

#include <chrono>
#include <cstddef>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// Every bound of a listener. Reaching a bound is fine, one more is not. Plain data: `validate`
/// says whether a combination is possible, nothing behind it checks again.
struct limits {
  // -- head: RFC 9112 2.2, 3; RFC 9110 5.4 --------------------------------------

  /// Request line and header fields with all their line ends. Beyond it: 431.
  byte_count head{16 * 1024};

  /// Header fields, and likewise trailer fields. Beyond it: 431.
  std::size_t fields = 100;

  /// Request target. Beyond it: 414.
  byte_count target{8 * 1024};

  /// Empty lines that are skipped before a request line. Beyond it: 400.
  std::size_t empty_lines = 4;

  // -- body: RFC 9112 6, 7; RFC 9110 8.6 ----------------------------------------

  /// Decoded body; a route may have a limit of its own. Beyond it: 413.
  byte_count body{1024 * 1024};

  /// All bytes of a chunked body that are not body: size lines, line ends, trailers. Cuts a body of
  /// a million one-byte chunks. Beyond it: 413.
  byte_count framing{64 * 1024};

  /// One chunk size with its extensions, without the line end. Beyond it: 413.
  byte_count chunk_line{256};

  /// Trailer section of a chunked body. Beyond it: 431.
  byte_count trailers{8 * 1024};

  // -- connections --------------------------------------------------------------

  /// Requests of one connection that wait for their answer; beyond it reading pauses.
  std::size_t pipeline_depth = 16;

  /// Connections of one bridge; beyond it accepting pauses.
  std::size_t connections = 10'000;

  // -- total times, not idle times: a byte now and then does not help ------------

  /// First byte of a head to its end. Then: 408.
  std::chrono::milliseconds head_time{10'000};

  /// End of the head to the end of the body. Then: 408.
  std::chrono::milliseconds body_time{30'000};

  /// End of an answer to the first byte of the next request. Then the connection is closed.
  std::chrono::milliseconds idle_time{60'000};

  /// An answer ready to its last byte taken by the kernel. Then the connection is closed.
  std::chrono::milliseconds write_time{30'000};

  /// End of a request to its answer. Then: 504.
  std::chrono::milliseconds request_time{20'000};
};

/// Checks every field, and those that depend on each other.
/// @returns `errc::invalid_argument` naming the first field outside its range, for example
///          `limits.head: 0 B (256 B to 1 MiB)`.
result<void> validate(const limits& bounds);

} // namespace http
} // namespace troupe
