// The part of the actor base that does not depend on which CAF actor it sits on.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"
#include "runtime/caf/actor_record.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <caf/scheduled_actor.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// Names a timer of one actor.
enum class timer_id : std::uint64_t {};

/// What a supervised actor is told when it is made.
struct actor_setup {
  std::shared_ptr<actor_record> record;
  /// Who decides when it fails; null: a failure ends it.
  caf::weak_actor_ptr supervisor;
};

/// Ordinary messages kept for a suspended actor; one more is dropped and counted as refused (Pekko's
/// restart stash has the same size).
inline constexpr std::uint32_t restart_stash_limit = 1'000;

/// Messages handled between two looks at the urgent queue.
inline constexpr std::size_t mailbox_quantum = 8;

/// State and decisions of the actor base, apart from the template so that they compile once.
///
/// Invariants: `suspended_`, `parked_`, `held_` and `urgent_arrivals_` are touched by senders; all else by
/// the actor's executor only. A suspended actor never blocks its inbox, so that ordinary messages wake
/// nobody; to sleep it raises `parked_` and looks at `urgent_arrivals_` once more, while a sender of an
/// urgent message pushes first, counts second and lowers `parked_` third: whoever lowers it schedules.
class actor_core {
public:
  explicit actor_core(actor_setup setup);

  [[nodiscard]] actor_record& record() const noexcept { return *record_; }
  [[nodiscard]] const std::shared_ptr<actor_record>& shared_record() const noexcept {
    return record_;
  }
  [[nodiscard]] bool supervised() const noexcept { return static_cast<bool>(supervisor_); }
  [[nodiscard]] std::uint32_t incarnation() const noexcept { return incarnation_; }

  // -- the door (any thread) --------------------------------------------------

  enum class admission : std::uint8_t { accept, refuse_request, drop };
  /// Counts an arrival and says whether it may enter.
  [[nodiscard]] admission admit(const caf::mailbox_element& x) noexcept;
  /// After an urgent message was pushed: whether the caller must schedule the actor.
  [[nodiscard]] bool wake_after_urgent() noexcept;

  // -- suspension (executor) --------------------------------------------------

  [[nodiscard]] bool suspended() const noexcept {
    return suspended_.load(std::memory_order_relaxed);
  }
  void suspend() noexcept;
  void leave_suspension() noexcept;
  [[nodiscard]] std::uint32_t urgent_seen() const noexcept { return urgent_arrivals_.load(); }
  /// @returns whether the actor may sleep; false: an urgent message came in between.
  [[nodiscard]] bool park(std::uint32_t seen) noexcept;

  // -- handling one message (executor) ----------------------------------------

  void begin_slice() noexcept;
  void end_slice() noexcept;
  void begin_message(const caf::mailbox_element& x) noexcept;
  void end_message() noexcept;
  /// Notes the exception in hand. @pre called inside a catch block.
  error note_failure(errc code);

  // -- incarnations (executor) ------------------------------------------------

  void begin_incarnation() noexcept;
  /// The constructor or factory has returned.
  void incarnation_made() noexcept;
  /// The incarnation is up.
  void incarnation_is_up() noexcept;
  /// Forgets timers, monitors and links of the incarnation that ends and undoes the latter two. What they have
  /// already sent is recognised when it comes.
  void end_incarnation(caf::scheduled_actor& self);
  /// The same for an actor that ends: its links stay, they tell the others.
  void end_all(caf::scheduled_actor& self);
  void note_end(const caf::error& reason);

  /// Sends an urgent message to the supervisor. @returns false when it has gone.
  bool report(caf::scheduled_actor& self, caf::message what) const;

  // -- timers, monitors, links (executor) -------------------------------------

  timer_id start_timer(caf::scheduled_actor& self, std::chrono::nanoseconds delay,
                       std::function<void()> action);
  void cancel_timer(timer_id id);
  /// Runs the timer's action if this incarnation set it and has not cancelled it.
  void fire_timer(std::uint32_t incarnation, std::uint64_t id);
  void remember_monitor(caf::actor_addr whom);
  void remember_link(caf::actor_addr whom);
  /// Undoes every monitor of `whom`; a notice that is on its way will not be handled.
  void demonitor(caf::scheduled_actor& self, const caf::actor_addr& whom);
  void unlink(caf::scheduled_actor& self, const caf::actor_addr& whom);
  /// Whether a down or exit message is for this incarnation. The watch it ends is forgotten.
  [[nodiscard]] bool wants_notice(const caf::mailbox_element& x) {
    return (monitored_.empty() && linked_.empty() && stale_.empty()) || look_at_notice(x);
  }

  bool stop_requested = false;

private:
  /// A notice from this actor is on its way to an incarnation that is no more, or to a monitor undone.
  struct stale_notice {
    caf::actor_addr source;
    bool link;
  };

  [[nodiscard]] bool look_at_notice(const caf::mailbox_element& x);

  std::shared_ptr<actor_record> record_;
  caf::weak_actor_ptr supervisor_;
  std::atomic<bool> suspended_{false};
  std::atomic<bool> parked_{false};
  std::atomic<std::uint32_t> held_{0};
  std::atomic<std::uint32_t> urgent_arrivals_{0};
  std::uint32_t incarnation_ = 0;
  std::int64_t slice_clock_ns_ = 0;
  std::uint64_t next_timer_ = 0;
  std::vector<std::pair<std::uint64_t, std::function<void()>>> timers_;
  std::vector<caf::actor_addr> monitored_;
  std::vector<caf::actor_addr> linked_;
  std::vector<stale_notice> stale_;
};

} // namespace troupe
