// Who may put a message into an actor's mailbox.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/mailbox_door.hpp"

#include "runtime/caf/supervision_messages.hpp"

#include <caf/system_messages.hpp>
#include <caf/type_nr.hpp>

namespace troupe {

namespace {

/// Whether it may be lost. Answers and notices are bounded by what the actor itself has asked for and watches, and a
/// stop that waits in the mailbox must be found.
bool expendable(const caf::mailbox_element& x) noexcept {
  const auto& content = x.content();
  return !x.mid.is_response() && !is_system_message(content.type_token())
         && !content.match_elements<stop_request>();
}

} // namespace

bool is_system_message(std::uint32_t type_token) noexcept {
  switch (type_token) {
    case caf::make_type_token<caf::atom_value, caf::atom_value, std::string>():
    case caf::make_type_token<caf::timeout_msg>():
    case caf::make_type_token<caf::exit_msg>():
    case caf::make_type_token<caf::down_msg>():
    case caf::make_type_token<caf::error>():
    case caf::make_type_token<caf::open_stream_msg>():
      return true;
    default:
      return false;
  }
}

mailbox_door::verdict mailbox_door::admit_slowly(const caf::mailbox_element& x) noexcept {
  if (x.is_high_priority() || !expendable(x))
    return verdict::accept;
  const auto flags = flags_.load(std::memory_order_acquire);
  if ((flags & closed) != 0)
    return verdict::ended;
  if ((flags & is_suspended) != 0) {
    if (x.mid.is_request() && !policy_.requests_wait)
      return verdict::restarting;
    if (held_.fetch_add(1, std::memory_order_relaxed) >= policy_.restart_stash) {
      held_.fetch_sub(1, std::memory_order_relaxed);
      return verdict::restarting;
    }
  }
  if ((flags & limited) == 0)
    return verdict::accept;
  const auto answer = admit_limited();
  if (answer != verdict::accept && (flags & is_suspended) != 0)
    held_.fetch_sub(1, std::memory_order_relaxed);
  return answer;
}

mailbox_door::verdict mailbox_door::admit_limited() noexcept {
  const auto before = waiting_.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t limit = policy_.mailbox_limit;
  // The oldest are dropped by the executor, when it comes to them. Until then memory must be bounded, too.
  const bool fits = policy_.overflow == overflow_policy::drop_oldest ? before < 2 * limit
                                                                     : before < limit;
  if (fits)
    return verdict::accept;
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  return policy_.overflow == overflow_policy::drop_newest ? verdict::overloaded_quietly
                                                          : verdict::overloaded;
}

mailbox_door::verdict mailbox_door::take(const caf::mailbox_element& x) noexcept {
  if (!expendable(x))
    return verdict::accept;
  const auto flags = flags_.load(std::memory_order_relaxed);
  const bool too_many = (flags & limited) != 0
                        && waiting_.fetch_sub(1, std::memory_order_relaxed) > policy_.mailbox_limit;
  if ((flags & closed) != 0)
    return verdict::ended;
  return too_many ? verdict::overloaded : verdict::accept;
}

bool mailbox_door::park(std::uint32_t seen) noexcept {
  parked_.store(true);
  if (urgent_arrivals_.load() == seen)
    return true;
  // Somebody sent in between. If they lowered the flag they have scheduled us and we must sleep.
  return !parked_.exchange(false);
}

} // namespace troupe
