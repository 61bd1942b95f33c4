// The HTTP server of an application, as a child of its supervisor.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "http_bridge/limits.hpp"
#include "http_bridge/endpoint.hpp"
#include "http_bridge/handler.hpp"
#include "http_bridge/http_counters.hpp"
#include "http_bridge/http_event.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace [[gnu::visibility("default")]] troupe {

class application;

namespace internal {

class counter_set;

} // namespace internal

namespace http {

/// What can be read about a bridge while it runs and after it has ended. Make one, give it to `bridge_options` and
/// keep it. Restarts of the bridge go on counting.
/// Thread safety: any thread. Reading holds up no request.
class bridge_status {
public:
  bridge_status();
  ~bridge_status();
  bridge_status(const bridge_status&) = delete;
  bridge_status& operator=(const bridge_status&) = delete;

  /// Where the bridge listens, with the port that was given out; nothing before it accepts and after it has stopped.
  [[nodiscard]] std::optional<endpoint> address() const;

  [[nodiscard]] http_counters counters() const;

  // -- for the bridge -----------------------------------------------------------

  void address(std::optional<endpoint> where);
  [[nodiscard]] const std::shared_ptr<internal::counter_set>& cells() const noexcept {
    return cells_;
  }

private:
  // Invariants: address_ is guarded by mutex_.
  mutable std::mutex mutex_;
  std::optional<endpoint> address_;
  const std::shared_ptr<internal::counter_set> cells_;
};

struct bridge_options {
  endpoint listen = tcp_endpoint{};

  /// Event loops with a thread and a listener each; 0: one per core this process may use. A Unix-domain endpoint has
  /// one. At most 256.
  std::size_t reactors = 0;

  http::limits limits;

  /// Requests that the handlers of one reactor work on at once; one more is answered 503 with `Retry-After`. At
  /// least 1.
  std::size_t in_flight = 1'024;

  /// Whether the bridge opens and drains with the application. False: it accepts as soon as its actor is up and until
  /// that is stopped, through start and stop of everything else, and what is in flight then is cut off.
  bool follow_lifespan = true;

  /// Requests in flight may finish for so long when the application stops; its own time for draining bounds it too.
  std::chrono::milliseconds drain_time{10'000};

  /// Value of the `Server` field; empty leaves it out.
  std::string server_name = "troupe";

  /// Gets the bridge's events; null: they become log lines.
  std::shared_ptr<http_event_sink> events;

  /// Is filled while the bridge runs; may be null.
  std::shared_ptr<bridge_status> status;
};

/// Checks every field.
/// @returns `errc::invalid_argument` naming the first that is outside its range.
[[nodiscard]] result<void> validate(const bridge_options& options);

/// The specification of a bridge for `application::add`. Its actor binds the address when it starts, listens and
/// accepts from the lifespan's `started` on, ends streams of events at `stopping`, drains at `drain` and acknowledges
/// when nothing is in flight. After a crash a new incarnation opens the address again.
///
/// Its start fails with what `validate`, the router's `check` or the operating system say, for example
/// `errc::address_in_use`: `port 8080 is in use (try --port)`.
/// @param app supplies registry and lifespan; it need not outlive the specification.
[[nodiscard]] child_spec make_bridge(application& app, std::string id, bridge_options options,
                                     router routes);

} // namespace http
} // namespace troupe
