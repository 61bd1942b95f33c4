// How the base treats the mailbox of an actor and the message that crashed it.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

/// What happens to an ordinary message that finds the mailbox full. In each case what is lost is counted as refused
/// and published as a dead letter. Answers to the actor's own requests and notices of monitors and links always enter.
enum class overflow_policy : std::uint8_t {
  refuse,      ///< The arriving one is turned away; a request is answered `errc::overloaded`.
  drop_newest, ///< The arriving one is lost, also a request: nobody is told (a load shed without work).
  /// The oldest one that waits is lost, the arriving one is kept; a request that is lost is answered
  /// `errc::overloaded`. It is dropped when the actor comes to it: while a handler runs for long at most as many again
  /// are kept, and what comes then is turned away.
  drop_oldest,
};

[[nodiscard]] std::string_view to_string(overflow_policy policy) noexcept;

/// Part of a child's specification.
struct actor_policy {
  /// Ordinary messages that may wait, the one in hand not counted; 0: no bound. Urgent ones are not counted.
  std::uint32_t mailbox_limit = 0;
  overflow_policy overflow = overflow_policy::refuse;

  /// Ordinary messages kept while the actor is suspended; one more is lost (Pekko's `restart-stash-capacity`).
  std::uint32_t restart_stash = 1'000;
  /// Whether requests that arrive while it is suspended wait (they count for `restart_stash`) instead of being
  /// answered `errc::restarting` at once.
  bool requests_wait = false;
  /// Whether the message that crashed an incarnation is given to the next one once, ahead of all others. If it
  /// fails again it becomes a dead letter. A request is answered after the second try, unless the handler took the
  /// answer over (`make_promise`). Only for handlers that may run twice; costs a copy of each message.
  bool retry_crashed = false;
  /// Whether a stop waits behind the ordinary messages that have arrived before it, instead of overtaking them; what
  /// arrives later is lost (`dead_letter_reason::ended`). A suspended actor stops at once.
  bool drain_before_stop = false;

  friend bool operator==(const actor_policy&, const actor_policy&) = default;
};

} // namespace troupe
