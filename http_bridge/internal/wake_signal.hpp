// Wakes an event loop from other threads, once for any number of calls.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <atomic>
#include <memory>

namespace troupe::internal {

/// An eventfd that is written only when it is not set yet, so that many posts between two turns of the loop cost one
/// system call.
/// Thread safety: `notify` from any thread; `acknowledge` from the loop's.
class wake_signal {
public:
  /// @returns `errc::io_error` when the process is out of descriptors.
  static result<std::shared_ptr<wake_signal>> make();

  explicit wake_signal(int fd) noexcept : fd_(fd) {}
  ~wake_signal();
  wake_signal(const wake_signal&) = delete;
  wake_signal& operator=(const wake_signal&) = delete;

  /// Becomes readable while it is set. Owned by this object.
  [[nodiscard]] int fd() const noexcept { return fd_; }

  /// Sets the signal. What the caller wrote before is seen by whoever returns from `acknowledge` next.
  void notify() noexcept;

  /// Resets the signal; call it before looking at what was posted.
  void acknowledge() noexcept;

private:
  // Invariants: set_ is true from the notify that wrote the eventfd until the acknowledge that read it. Both sides
  // exchange with acquire and release, so a notify that finds it set still hands its post to that acknowledge.
  int fd_;
  std::atomic<bool> set_{false};
};

} // namespace troupe::internal
