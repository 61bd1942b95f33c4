// What belongs to one incarnation of an actor and ends with it: timers, monitors, links, actors of its own.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <caf/actor_addr.hpp>
#include <caf/error.hpp>
#include <caf/fwd.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

struct actor_record;

/// Names a timer of one actor.
enum class timer_id : std::uint64_t {};

/// What every actor has that a supervisor can restart in place.
class supervised_face {
public:
  [[nodiscard]] virtual const actor_record& public_record() const noexcept = 0;

protected:
  ~supervised_face() = default;
};

/// Made when an actor first needs one of these things; most never do.
/// Thread safety: the actor's executor.
class belongings {
public:
  // -- timers -----------------------------------------------------------------

  timer_id start_timer(caf::scheduled_actor& self, std::uint32_t incarnation,
                       std::chrono::nanoseconds delay, std::function<void()> action);
  void cancel_timer(timer_id id);
  /// Runs the timer's action if it has not been cancelled.
  void fire_timer(std::uint64_t id);
  /// A timer is due while its actor is suspended; it runs if the incarnation is resumed.
  void put_off_timer(std::uint64_t id);
  /// Makes timers that were put off due again.
  void resume_timers(caf::scheduled_actor& self, std::uint32_t incarnation);

  // -- monitors, links, own actors --------------------------------------------

  void remember_monitor(caf::actor_addr whom);
  void remember_link(caf::actor_addr whom);
  void own(caf::actor_addr whom);
  /// Undoes every monitor of `whom`; a notice that is on its way will not be handled.
  void demonitor(caf::scheduled_actor& self, const caf::actor_addr& whom);
  void unlink(caf::scheduled_actor& self, const caf::actor_addr& whom);
  /// Whether a down or exit message is for this incarnation. The watch it ends is forgotten.
  [[nodiscard]] bool wants_notice(const caf::mailbox_element& x);
  /// Whether the notice looked at last came from an actor that was watched, not out of the blue.
  [[nodiscard]] bool notice_was_asked_for() const noexcept { return notice_was_asked_for_; }

  /// Forgets timers and monitors of the incarnation that ends and undoes the latter. What they have already sent is
  /// recognised when it comes. Actors of its own are asked to stop. Links stay until it is known whether there is a
  /// next incarnation: if not, they tell the others.
  void end_incarnation(caf::scheduled_actor& self);
  void unlink_all(caf::scheduled_actor& self);
  /// The same for an actor that ends.
  void end_all(caf::scheduled_actor& self);

  // -- the message in hand ----------------------------------------------------

  /// A message that crashed its incarnation and waits for the next one.
  struct kept_message {
    caf::mailbox_element_ptr element;
    error why; ///< What its first try led to.
  };

  /// Copy of the message in hand, taken before its handler could change it (`actor_policy::retry_crashed`).
  caf::message in_hand;
  kept_message kept;
  /// Of a `quit` that is carried out when the handler has returned.
  caf::error quit_reason;

private:
  struct timer {
    std::uint64_t id;
    std::function<void()> action;
    bool put_off = false;
  };
  /// A notice from this actor is on its way to an incarnation that is no more, or to a monitor undone.
  struct stale_notice {
    caf::actor_addr source;
    bool link;
  };

  void stop_own(caf::scheduled_actor& self);

  std::uint64_t next_timer_ = 0;
  bool notice_was_asked_for_ = false;
  std::vector<timer> timers_;
  std::vector<caf::actor_addr> monitored_;
  std::vector<caf::actor_addr> linked_;
  std::vector<caf::actor_addr> owned_;
  std::vector<stale_notice> stale_;
};

} // namespace troupe
