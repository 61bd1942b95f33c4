// The part of the actor base that does not depend on which CAF actor it sits on.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_core.hpp"

#include "runtime/caf/errors.hpp"
#include "runtime/caf/supervision_messages.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/error.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

#include <algorithm>

namespace troupe {

namespace {

std::int64_t clock_ns() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// Adds to a counter that only the executor writes.
template <class T>
void bump(std::atomic<T>& counter, T by = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

} // namespace

actor_core::actor_core(actor_setup setup)
  : record_(std::move(setup.record)), supervisor_(std::move(setup.supervisor)) {}

// -- the door -------------------------------------------------------------------

actor_core::admission actor_core::admit(const caf::mailbox_element& x) noexcept {
  record_->enqueued.fetch_add(1, std::memory_order_release);
  if (!suspended_.load(std::memory_order_acquire) || x.is_high_priority()) [[likely]]
    return admission::accept;
  if (x.mid.is_request()) {
    record_->refused.fetch_add(1, std::memory_order_relaxed);
    return admission::refuse_request;
  }
  if (held_.fetch_add(1, std::memory_order_relaxed) >= restart_stash_limit) {
    record_->refused.fetch_add(1, std::memory_order_relaxed);
    return admission::drop;
  }
  return admission::accept;
}

bool actor_core::wake_after_urgent() noexcept {
  urgent_arrivals_.fetch_add(1);
  return parked_.load() && parked_.exchange(false);
}

// -- suspension -----------------------------------------------------------------

void actor_core::suspend() noexcept {
  suspended_.store(true, std::memory_order_release);
  record_->state.store(actor_state::backoff, std::memory_order_relaxed);
}

void actor_core::leave_suspension() noexcept {
  held_.store(0, std::memory_order_relaxed);
  suspended_.store(false, std::memory_order_release);
}

bool actor_core::park(std::uint32_t seen) noexcept {
  parked_.store(true);
  if (urgent_arrivals_.load() == seen)
    return true;
  // Somebody sent in between. If they lowered the flag they have scheduled us and we must sleep.
  return !parked_.exchange(false);
}

// -- handling one message -------------------------------------------------------

void actor_core::begin_slice() noexcept {
  slice_clock_ns_ = clock_ns();
}

void actor_core::end_slice() noexcept {
  record_->busy_since_ns.store(0, std::memory_order_relaxed);
  if (record_->state.load(std::memory_order_relaxed) == actor_state::running)
    record_->state.store(actor_state::idle, std::memory_order_relaxed);
}

void actor_core::begin_message(const caf::mailbox_element& x) noexcept {
  const auto& content = x.content();
  record_->current_message.store(content.size() > 0 ? content.type(0).second : nullptr,
                                 std::memory_order_relaxed);
  record_->busy_since_ns.store(slice_clock_ns_, std::memory_order_relaxed);
  if (record_->state.load(std::memory_order_relaxed) == actor_state::idle)
    record_->state.store(actor_state::running, std::memory_order_relaxed);
}

void actor_core::end_message() noexcept {
  // The end of one message is the start of the next: one clock read each.
  const auto now = clock_ns();
  bump(record_->run_ns, static_cast<std::uint64_t>(now - slice_clock_ns_));
  bump(record_->processed);
  slice_clock_ns_ = now;
}

error actor_core::note_failure(errc code) {
  auto why = current_exception_as(code);
  bump(record_->failures);
  record_->last_error(why);
  return why;
}

// -- incarnations ---------------------------------------------------------------

void actor_core::begin_incarnation() noexcept {
  ++incarnation_;
  record_->incarnation.store(incarnation_, std::memory_order_relaxed);
  if (incarnation_ > 1)
    bump(record_->restarts);
  record_->state.store(actor_state::idle, std::memory_order_relaxed);
}

void actor_core::end_incarnation(caf::scheduled_actor& self) {
  timers_.clear();
  for (const auto& whom : monitored_)
    self.demonitor(whom);
  monitored_.clear();
  for (const auto& whom : linked_)
    self.unlink_from(whom);
  linked_.clear();
}

void actor_core::note_end(const caf::error& reason) {
  const auto how = classify(reason);
  if (!is_normal(how) && !record_->last_error())
    record_->last_error(from_caf(reason));
  record_->busy_since_ns.store(0, std::memory_order_relaxed);
  record_->state.store(is_normal(how) ? actor_state::stopped : actor_state::failed,
                       std::memory_order_relaxed);
}

void actor_core::report(caf::scheduled_actor& self, caf::message what) const {
  if (auto supervisor = supervisor_.lock())
    supervisor->enqueue(self.ctrl(), caf::make_message_id(caf::message_priority::high),
                        std::move(what), self.context());
}

// -- timers ---------------------------------------------------------------------

timer_id actor_core::start_timer(caf::scheduled_actor& self, std::chrono::nanoseconds delay,
                                 std::function<void()> action) {
  const auto id = ++next_timer_;
  timers_.emplace_back(id, std::move(action));
  auto& clock = self.clock();
  clock.schedule_message(
    clock.now() + delay, caf::strong_actor_ptr{self.ctrl()},
    caf::make_mailbox_element(nullptr, caf::make_message_id(caf::message_priority::high), {},
                              timer_due{incarnation_, id}));
  return timer_id{id};
}

void actor_core::cancel_timer(timer_id id) {
  std::erase_if(timers_, [&](const auto& t) { return t.first == static_cast<std::uint64_t>(id); });
}

void actor_core::fire_timer(std::uint32_t incarnation, std::uint64_t id) {
  if (incarnation != incarnation_)
    return;
  const auto it = std::find_if(timers_.begin(), timers_.end(),
                               [&](const auto& t) { return t.first == id; });
  if (it == timers_.end())
    return;
  auto action = std::move(it->second);
  timers_.erase(it);
  action();
}

} // namespace troupe
