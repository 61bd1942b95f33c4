// Makes a thread that runs an event loop a place where CAF runs actors.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/execution_unit.hpp>
#include <caf/fwd.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// An event loop as CAF execution unit: an idle actor that is sent a message with this unit as host runs on the
/// loop's own thread, without a wake-up of another one. The unit knows no event loop; the owner gives it a `wake`
/// function, and calls `run_ready` after each turn of the loop that may have sent messages.
///
/// Actors are queued, never run from inside a send. What does not fit the budget of one `run_ready` goes to CAF's
/// scheduler, so actors that keep each other busy cannot hold the loop.
///
/// Lifetime: an actor that has run here keeps a pointer to the unit until it runs elsewhere, and may use it from any
/// thread. A unit must therefore outlive every actor that ran on it; `retire` keeps it for the life of the process.
///
/// Thread safety: `exec_later`, `stop` and `on_own_thread` from any thread; all else from the thread that attached.
class reactor_unit final : public caf::execution_unit {
public:
  /// Messages one actor may handle in one turn before the next one gets its turn.
  static constexpr std::size_t max_throughput = 32;

  /// @param wake makes the loop call `run_ready` soon. Called from other threads, when their first actor arrives.
  reactor_unit(caf::actor_system& system, std::function<void()> wake);

  ~reactor_unit() override;

  reactor_unit(const reactor_unit&) = delete;
  reactor_unit& operator=(const reactor_unit&) = delete;

  /// Makes the calling thread the one that runs actors: announces it to CAF's thread hooks and logger. Call once,
  /// first thing on the loop's thread, and `stop` on the same thread last.
  void attach_to_this_thread();

  /// Whether the caller is the thread that attached.
  [[nodiscard]] bool on_own_thread() const noexcept;

  /// Queues `job`, which carries a reference of its own. From a thread other than the loop's the loop is woken;
  /// before `attach_to_this_thread` and after `stop` the job goes to CAF's scheduler.
  void exec_later(caf::resumable* job) override;

  /// Runs queued actors until none is left or the budget is spent; at least one turn is given. A call from inside an
  /// actor's handler does nothing.
  /// @returns true if the budget ran out: the rest went to CAF's scheduler.
  bool run_ready(std::size_t max_items, std::chrono::microseconds max_time);

  /// Ends the unit: what is queued and what arrives later goes to CAF's scheduler. Tells CAF's thread hooks when it
  /// is called on the loop's thread. A second call does nothing.
  void stop();

  /// Keeps `unit` until the process ends, because actors may still point to it. What remains is a few hundred bytes
  /// for each event loop that ever ran.
  static void retire(std::unique_ptr<reactor_unit> unit);

private:
  void take_foreign();
  void hand_over(std::vector<caf::resumable*>& jobs, std::size_t from);

  // Invariants: queue_, next_ and running_ belong to the loop's thread. foreign_ and open_ are guarded by mutex_;
  // has_foreign_ mirrors !foreign_.empty() so that a turn without foreign actors takes no lock.
  std::vector<caf::resumable*> queue_;
  std::size_t next_ = 0;
  bool running_ = false;

  std::atomic<std::thread::id> owner_{};
  std::mutex mutex_;
  std::vector<caf::resumable*> foreign_;
  bool open_ = false;
  std::atomic<bool> has_foreign_{false};
  std::function<void()> wake_;
};

} // namespace troupe
