// What happens in a bridge, as a closed set of events for logs, metrics and tests.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "http_bridge/endpoint.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// A bridge accepts connections.
struct bridge_listening {
  std::string bridge; ///< Its path, `/app/http`.
  endpoint address;   ///< With the port that was given out.
};

/// A bridge has finished draining.
struct bridge_drained {
  std::string bridge;
  std::chrono::milliseconds took;
  bool in_time;      ///< False: the deadline came first and the rest was cut off.
  std::uint64_t cut; ///< Requests that were in flight then.
};

/// A request was answered 500.
struct request_failed {
  std::string bridge;
  std::string request_id; ///< The id that the answer names.
  error why;
};

/// A reactor accepts no connections for a moment.
struct accept_paused {
  std::string bridge;
  std::string why; ///< `Too many open files`, `limits.connections: 10000`.
};

/// A reactor thread did not end in its time.
struct reactor_stuck {
  std::string bridge;
  std::string what; ///< `reactor 1: GET /slow for 5.2 s`.
};

using http_event
  = std::variant<bridge_listening, bridge_drained, request_failed, accept_paused, reactor_stuck>;

/// One line for people.
[[nodiscard]] std::string to_text(const http_event& event);

/// Gets every event of a bridge.
/// Thread safety: `publish` is called from several threads at once; it must not block and must not throw.
class http_event_sink {
public:
  virtual ~http_event_sink();

  virtual void publish(const http_event& event) noexcept = 0;
};

} // namespace http
} // namespace troupe
