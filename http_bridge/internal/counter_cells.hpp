// The figures of one reactor, readable while it counts.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/http_counters.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace troupe::internal {

/// A figure with one writer and any number of readers: a relaxed load and store, no locked instruction.
class counter_cell {
public:
  void add(std::uint64_t n = 1) noexcept { store(value() + n); }
  void subtract(std::uint64_t n = 1) noexcept { store(value() - n); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  void store(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }

  std::atomic<std::uint64_t> value_{0};
};

/// One cell for each field of `http_counters`; on cache lines of its own, as each reactor writes its own.
struct alignas(64) counter_cells {
  counter_cell connections, in_flight, streams;
  counter_cell accepted, requests, responses, streams_started;
  counter_cell bad_requests, not_routed, overloaded, draining;
  counter_cell head_timeouts, body_timeouts, idle_timeouts, write_timeouts, request_timeouts;
  counter_cell late_answers, handler_failures, clients_gone, streams_overflowed, accept_pauses;

  void add_to(http::http_counters& sum) const noexcept;
};

/// The figures of every reactor that a bridge has ever had. They outlive their reactors, also one that does not end;
/// a restart of the bridge adds cells and takes none away.
/// Thread safety: any thread. Reading holds up no reactor.
class counter_set {
public:
  /// Cells for one more reactor; they live as long as the set.
  [[nodiscard]] counter_cells& add();

  [[nodiscard]] http::http_counters sum() const;

private:
  // Invariants: cells_ is guarded by mutex_; what it points to is not.
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<counter_cells>> cells_;
};

} // namespace troupe::internal
