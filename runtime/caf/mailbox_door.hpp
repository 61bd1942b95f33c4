// Who may put a message into an actor's mailbox, how many may wait there, and who wakes an actor that is suspended.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/actor_policy.hpp"

#include <caf/mailbox_element.hpp>

#include <atomic>
#include <cstdint>

namespace [[gnu::visibility("default")]] troupe {

/// The part of an actor that its senders touch.
///
/// Invariants: all members but `policy_`, which never changes, are touched by senders; `flags_` is written by the
/// actor's executor only, apart from `stop_waits`. A suspended actor never blocks its inbox, so that ordinary messages
/// wake nobody; to sleep it raises `parked_` and looks at `urgent_arrivals_` once more, while a sender of an urgent
/// message pushes first, counts second and lowers `parked_` third: whoever lowers it schedules.
/// `waiting_` counts only under a limit: up before the push, down when the message is taken out.
class mailbox_door {
public:
  explicit mailbox_door(const actor_policy& policy) noexcept
    : policy_(policy), flags_(policy.mailbox_limit > 0 ? limited : 0) {}

  [[nodiscard]] const actor_policy& policy() const noexcept { return policy_; }

  // -- any thread -------------------------------------------------------------

  enum class verdict : std::uint8_t {
    accept,
    restarting,         ///< Suspended: no request may enter, or the stash is full.
    overloaded,         ///< The mailbox is full; a request is answered so.
    overloaded_quietly, ///< The mailbox is full; nobody is told.
    ended,              ///< The actor takes no more, it drained its mailbox before a stop.
  };
  /// Whether an ordinary message may enter. Urgent ones always may.
  [[nodiscard]] verdict admit(const caf::mailbox_element& x) noexcept {
    return flags_.load(std::memory_order_acquire) == 0 ? verdict::accept : admit_slowly(x);
  }
  /// After an urgent message was pushed: whether the caller must schedule the actor.
  [[nodiscard]] bool wake_after_urgent() noexcept {
    urgent_arrivals_.fetch_add(1);
    return parked_.load() && parked_.exchange(false);
  }
  /// A stop request has taken its place behind the messages that wait.
  void stop_waits() noexcept { flags_.fetch_or(stop_behind); }

  // -- executor ---------------------------------------------------------------

  /// Whether ordinary messages need a look before they are handled (`take`).
  [[nodiscard]] bool guarded() const noexcept {
    return flags_.load(std::memory_order_relaxed) != 0;
  }
  /// An ordinary message has come out of the mailbox. Other than `accept`: it is lost, for this reason.
  [[nodiscard]] verdict take(const caf::mailbox_element& x) noexcept;

  [[nodiscard]] bool suspended() const noexcept { return has(is_suspended); }
  void suspend() noexcept { flags_.fetch_or(is_suspended); }
  void leave_suspension() noexcept {
    held_.store(0, std::memory_order_relaxed);
    flags_.fetch_and(static_cast<std::uint8_t>(~is_suspended));
  }
  /// From now on no ordinary message is taken.
  void close() noexcept { flags_.fetch_or(closed); }
  [[nodiscard]] bool has_stop_waiting() const noexcept { return has(stop_behind); }

  [[nodiscard]] std::uint32_t urgent_seen() const noexcept { return urgent_arrivals_.load(); }
  /// @returns whether the actor may sleep; false: an urgent message came in between.
  [[nodiscard]] bool park(std::uint32_t seen) noexcept;

private:
  static constexpr std::uint8_t is_suspended = 1;
  static constexpr std::uint8_t limited = 2;
  static constexpr std::uint8_t stop_behind = 4;
  static constexpr std::uint8_t closed = 8;

  [[nodiscard]] bool has(std::uint8_t flag) const noexcept {
    return (flags_.load(std::memory_order_relaxed) & flag) != 0;
  }
  [[nodiscard]] verdict admit_slowly(const caf::mailbox_element& x) noexcept;
  [[nodiscard]] verdict admit_limited() noexcept;

  const actor_policy policy_;
  std::atomic<std::uint8_t> flags_;
  std::atomic<bool> parked_{false};
  std::atomic<std::uint32_t> waiting_{0}; ///< Ordinary messages in the mailbox.
  std::atomic<std::uint32_t> held_{0};    ///< Of these, come since it was suspended.
  std::atomic<std::uint32_t> urgent_arrivals_{0};
};

/// What CAF's actors handle themselves: notices, timeouts and the like.
[[nodiscard]] bool is_system_message(std::uint32_t type_token) noexcept;

} // namespace troupe
