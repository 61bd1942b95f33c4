// Bounds a queue between actors: who sends takes a permit, and it comes back when the message has been handled.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace hostwatch {

/// Travels inside a message. It is given back with its last copy, so also when the message is dropped.
using permit = std::shared_ptr<const void>;

/// An actor's mailbox has no bound of its own; with a permit in each message there are never more of them than permits,
/// however long the receiver hangs.
///
/// Invariant: `taken_` is the number of permits that are out.
/// Thread safety: any thread.
class permit_pool : public std::enable_shared_from_this<permit_pool> {
public:
  [[nodiscard]] static std::shared_ptr<permit_pool> make(std::size_t limit) {
    return std::make_shared<permit_pool>(limit);
  }

  /// Use `make`: a permit keeps its pool.
  explicit permit_pool(std::size_t limit) : limit_(limit) {}

  /// @returns null when all are out.
  [[nodiscard]] permit take() {
    if (taken_.fetch_add(1, std::memory_order_relaxed) >= limit_) {
      taken_.fetch_sub(1, std::memory_order_relaxed);
      return nullptr;
    }
    return {this, [pool = shared_from_this()](const void*) {
              pool->taken_.fetch_sub(1, std::memory_order_relaxed);
            }};
  }

private:
  const std::size_t limit_;
  std::atomic<std::size_t> taken_{0};
};

} // namespace hostwatch
