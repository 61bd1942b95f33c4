// The part of the actor base that does not depend on which CAF actor it sits on.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"
#include "runtime/caf/actor_policy.hpp"
#include "runtime/caf/actor_record.hpp"
#include "runtime/caf/belongings.hpp"
#include "runtime/caf/dead_letter.hpp"
#include "runtime/caf/incarnation_memory.hpp"
#include "runtime/caf/mailbox_door.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <caf/scheduled_actor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// What a supervised actor is told when it is made.
struct actor_setup {
  std::shared_ptr<actor_record> record;
  /// Who decides when it fails or quits; null: either ends it.
  caf::weak_actor_ptr supervisor;
  actor_policy policy = {};
  /// What its incarnations leave to each other. Null: it makes its own when there is something to keep.
  std::shared_ptr<incarnation_memory> memory = nullptr;
  /// Null: what is lost is only counted.
  std::shared_ptr<dead_letter_sink> dead_letters = nullptr;
  /// Whether `on_start` waits for the first `start_signal` (a supervisor with a start barrier).
  bool wait_for_start_signal = false;
  /// What the supervisor calls it in its table: sent back with each report. With one, its end is reported, too
  /// (`child_ended`); a supervisor without a table monitors its child.
  std::optional<std::uint32_t> slot = std::nullopt;
};

/// Messages handled between two looks at the urgent queue.
inline constexpr std::size_t mailbox_quantum = 8;

/// State and decisions of the actor base, apart from the template so that they compile once.
/// Thread safety: the door, `lose` and the record from any thread; all else by the actor's executor only.
class actor_core {
public:
  explicit actor_core(actor_setup setup);

  [[nodiscard]] actor_record& record() const noexcept { return *record_; }
  [[nodiscard]] const std::shared_ptr<actor_record>& shared_record() const noexcept {
    return record_;
  }
  [[nodiscard]] std::uint32_t incarnation() const noexcept {
    return record_->incarnation.load(std::memory_order_relaxed);
  }
  [[nodiscard]] mailbox_door& door() noexcept { return door_; }
  [[nodiscard]] const mailbox_door& door() const noexcept { return door_; }

  /// Null when there has been nothing to keep yet.
  [[nodiscard]] const incarnation_memory* memory_if_any() const noexcept {
    return record_->memory.get();
  }
  [[nodiscard]] incarnation_memory& memory();
  [[nodiscard]] belongings* owned_things() const noexcept { return belongings_.get(); }
  [[nodiscard]] belongings& things();

  // -- the door (any thread) --------------------------------------------------

  void count_arrival() noexcept {
    record_->enqueued.fetch_add(1,
                                std::memory_order_relaxed); // the push into the mailbox releases it
  }
  /// Counts and publishes a message that is lost, and answers it if it is a request. `by` is the actor's own handle.
  void lose(caf::mailbox_element& x, mailbox_door::verdict why, caf::actor_control_block* by,
            caf::execution_unit* host) const;
  /// The same for one that waited when the actor ended, or came later.
  void lose_after_end(caf::mailbox_element& x, dead_letter_reason why, caf::actor_control_block* by,
                      caf::execution_unit* host) const;

  // -- suspension -------------------------------------------------------------

  [[nodiscard]] bool suspended() const noexcept { return door_.suspended(); }
  void suspend() noexcept;
  /// Goes on with the same state.
  void resume() noexcept;

  // -- handling one message ---------------------------------------------------

  void begin_slice() noexcept;
  void end_slice() noexcept;
  void begin_message(const caf::type_erased_tuple& content, std::uint32_t type_token) noexcept;
  void end_message() noexcept;
  /// Notes the exception in hand. @pre called inside a catch block.
  error note_failure(errc code);
  /// Notes that `why` ended the incarnation.
  void note_failure(const error& why);
  /// An exception in a hook that changes nothing.
  void count_failure() noexcept;
  /// The message in hand crashed the actor: keeps it for another try, or answers and publishes it.
  void give_up_message(caf::mailbox_element& x, const error& why, caf::actor_control_block* by);
  /// The message that was kept will not be tried again.
  void give_up_kept(caf::actor_control_block* by);
  /// @returns the message that was kept; null: there is none.
  [[nodiscard]] caf::mailbox_element_ptr begin_second_try();
  void end_second_try() noexcept { second_try_ = false; }

  // -- incarnations -----------------------------------------------------------

  void begin_incarnation();
  /// The constructor or factory has returned.
  void incarnation_made() noexcept;
  /// The incarnation is up.
  void incarnation_is_up() noexcept;
  /// What belongs to the incarnation ends.
  void end_incarnation(caf::scheduled_actor& self);
  void end_all(caf::scheduled_actor& self);
  void note_end(const caf::error& reason);
  void start_signalled() noexcept;

  /// Whether the actor really ends when it fails or quits: nobody decides about it (any more).
  [[nodiscard]] bool ends_for_good() const noexcept {
    return stop_requested || !supervisor_ || door_.has_stop_waiting();
  }
  /// Sends an urgent message to the supervisor. @returns false when it has gone.
  bool report(caf::scheduled_actor& self, caf::message what) const;
  /// What goes into reports as `slot`.
  [[nodiscard]] std::uint32_t slot() const noexcept { return slot_; }
  /// Tells the supervisor that the actor has ended, if it asked for that.
  void report_end(std::uint64_t actor_id, const caf::error& reason,
                  caf::execution_unit* host) const;

  // -- what is to be done when the handler has returned -------------------------

  enum task : std::uint8_t {
    finish = 1,     ///< The actor ends.
    call_start = 2, ///< `on_start` is due.
    leave = 4,      ///< `quit` was called.
    try_kept = 8,   ///< The message that crashed the incarnation before is due.
  };
  [[nodiscard]] bool has_tasks() const noexcept { return tasks_ != 0; }
  void add_task(task what) noexcept { tasks_ |= what; }
  void drop_task(task what) noexcept { tasks_ &= static_cast<std::uint8_t>(~what); }
  [[nodiscard]] bool has_task(task what) const noexcept { return (tasks_ & what) != 0; }
  /// @returns the first task that can be done now, which is thereby taken; 0: none.
  [[nodiscard]] std::uint8_t next_task() noexcept;
  void ask_to_leave(caf::error reason);
  /// Notes how the incarnation was left. @returns the reason.
  [[nodiscard]] caf::error note_leaving();

  bool stop_requested = false;
  bool halting = false;   ///< A `halt_request` is being followed.
  bool has_state = false; ///< There is one, healthy or not.

private:
  void publish(dead_letter_reason why, caf::mailbox_element& x) const;
  void answer(caf::mailbox_element& x, const error& why, caf::actor_control_block* by,
              caf::execution_unit* host) const;

  std::shared_ptr<actor_record> record_;
  caf::weak_actor_ptr supervisor_;
  std::shared_ptr<dead_letter_sink> dead_letters_;
  mailbox_door door_;
  std::unique_ptr<belongings> belongings_;
  std::uint32_t slot_;
  std::uint8_t tasks_ = 0;
  bool reports_end_;
  bool is_up_ = false;
  bool start_awaited_;
  bool second_try_ = false;
};

} // namespace troupe
