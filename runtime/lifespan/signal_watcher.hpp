// Turns SIGTERM and SIGINT into function calls on an ordinary thread.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <functional>
#include <memory>

namespace [[gnu::visibility("default")]] troupe {

/// Watches SIGTERM and SIGINT while it lives. Construct it before any other thread is started: it blocks the
/// two signals in the calling thread, threads started later inherit that, and a thread of its own takes them
/// from a signalfd. No code runs in a signal handler. The destructor restores the caller's signal mask.
class signal_watcher {
public:
  /// @param on_signal called on the watcher's thread with the signal's number, once per signal. Must not throw.
  explicit signal_watcher(std::function<void(int)> on_signal);
  ~signal_watcher();
  signal_watcher(const signal_watcher&) = delete;
  signal_watcher& operator=(const signal_watcher&) = delete;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace troupe
