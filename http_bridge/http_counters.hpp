// What a bridge has counted.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// Figures of one bridge over all its reactors, since the bridge was made; restarts of its actor do not reset them.
/// Each is exact, together they are nearly of one instant.
struct http_counters {
  // -- gauges -------------------------------------------------------------------
  std::uint64_t connections = 0; ///< Open right now.
  std::uint64_t in_flight = 0;   ///< Requests that handlers work on right now.
  std::uint64_t streams = 0;     ///< Streams that are open right now.

  // -- totals -------------------------------------------------------------------
  std::uint64_t accepted = 0; ///< Connections.
  std::uint64_t requests = 0; ///< Requests that were read completely, refused ones included.
  std::uint64_t responses
    = 0; ///< Answers given to the kernel, those of the bridge itself included.
  std::uint64_t streams_started = 0;

  // -- refusals and failures, by cause ------------------------------------------
  std::uint64_t bad_requests = 0;     ///< The parser refused: 400, 413, 414, 417, 431, 501, 505.
  std::uint64_t not_routed = 0;       ///< No route or not this method: 404, 405.
  std::uint64_t overloaded = 0;       ///< More than `in_flight` at once: 503.
  std::uint64_t draining = 0;         ///< Came while the bridge was draining: 503.
  std::uint64_t head_timeouts = 0;    ///< The head took too long: 408.
  std::uint64_t body_timeouts = 0;    ///< The body took too long: 408.
  std::uint64_t idle_timeouts = 0;    ///< Closed after a time without a request.
  std::uint64_t write_timeouts = 0;   ///< The client did not take its answer.
  std::uint64_t request_timeouts = 0; ///< The handler took too long: 504.
  std::uint64_t late_answers
    = 0; ///< Came after the bridge had answered itself, or the client had gone.
  std::uint64_t handler_failures
    = 0; ///< An exception, a dropped exchange, an answer that cannot be sent: 500.
  std::uint64_t clients_gone = 0;       ///< Went away while something was owed to them.
  std::uint64_t streams_overflowed = 0; ///< Closed because the client read too slowly.
  std::uint64_t accept_pauses = 0;      ///< No descriptors left, or `limits.connections` reached.
};

} // namespace http
} // namespace troupe
