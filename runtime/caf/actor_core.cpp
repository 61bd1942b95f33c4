// The part of the actor base that does not depend on which CAF actor it sits on.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_core.hpp"

#include "runtime/caf/errors.hpp"
#include "runtime/caf/supervision_messages.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/default_attachable.hpp>
#include <caf/error.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>

namespace troupe {

namespace {

std::int64_t clock_ns() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// Adds to a counter that only the executor writes.
template <class T>
void bump(std::atomic<T>& counter, T by = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_release);
}

/// Takes the observer's attachments out of `subject`. @returns how many there were.
std::size_t detach(caf::abstract_actor& subject, const caf::actor_addr& observer,
                   caf::default_attachable::observe_type kind) {
  return subject.detach(caf::default_attachable::observe_token{observer, kind});
}

} // namespace

actor_core::actor_core(actor_setup setup)
  : record_(std::move(setup.record)), supervisor_(std::move(setup.supervisor)) {}

// -- the door -------------------------------------------------------------------

actor_core::admission actor_core::admit(const caf::mailbox_element& x) noexcept {
  record_->enqueued.fetch_add(1,
                              std::memory_order_relaxed); // the push into the mailbox releases it
  if (!suspended_.load(std::memory_order_acquire) || x.is_high_priority()) [[likely]]
    return admission::accept;
  if (x.mid.is_request()) {
    record_->refused.fetch_add(1, std::memory_order_release);
    return admission::refuse_request;
  }
  if (held_.fetch_add(1, std::memory_order_relaxed) >= restart_stash_limit) {
    record_->refused.fetch_add(1, std::memory_order_release);
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
  record_->current_message.store(nullptr, std::memory_order_relaxed);
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
  record_->state.store(actor_state::starting, std::memory_order_relaxed);
  // A constructor that hangs is no message in hand, but it is seen.
  if (record_->busy_since_ns.load(std::memory_order_relaxed) == 0)
    record_->busy_since_ns.store(clock_ns(), std::memory_order_relaxed);
}

void actor_core::incarnation_made() noexcept {
  record_->busy_since_ns.store(0, std::memory_order_relaxed);
}

void actor_core::incarnation_is_up() noexcept {
  if (record_->state.load(std::memory_order_relaxed) == actor_state::starting)
    record_->state.store(actor_state::idle, std::memory_order_relaxed);
}

void actor_core::end_incarnation(caf::scheduled_actor& self) {
  timers_.clear();
  while (!monitored_.empty())
    demonitor(self, caf::actor_addr{monitored_.back()});
  while (!linked_.empty())
    unlink(self, caf::actor_addr{linked_.back()});
}

void actor_core::end_all(caf::scheduled_actor& self) {
  timers_.clear();
  while (!monitored_.empty())
    demonitor(self, caf::actor_addr{monitored_.back()});
  linked_.clear();
  stale_.clear();
}

void actor_core::note_end(const caf::error& reason) {
  const auto how = classify(reason);
  if (!is_normal(how) && !record_->last_error())
    record_->last_error(from_caf(reason));
  record_->busy_since_ns.store(0, std::memory_order_relaxed);
  record_->current_message.store(nullptr, std::memory_order_relaxed);
  record_->state.store(is_normal(how) ? actor_state::stopped : actor_state::failed,
                       std::memory_order_relaxed);
  leave_suspension(); // who asks from now on is told that it has gone
}

bool actor_core::report(caf::scheduled_actor& self, caf::message what) const {
  const auto supervisor = supervisor_.lock();
  if (!supervisor)
    return false;
  supervisor->enqueue(self.ctrl(), caf::make_message_id(caf::message_priority::high),
                      std::move(what), self.context());
  return true;
}

// -- monitors and links ---------------------------------------------------------

void actor_core::remember_monitor(caf::actor_addr whom) {
  if (whom)
    monitored_.push_back(std::move(whom));
}

void actor_core::remember_link(caf::actor_addr whom) {
  if (whom && std::find(linked_.begin(), linked_.end(), whom) == linked_.end())
    linked_.push_back(std::move(whom));
}

void actor_core::demonitor(caf::scheduled_actor& self, const caf::actor_addr& whom) {
  auto owed = std::erase(monitored_, whom);
  if (const auto subject = caf::actor_cast<caf::strong_actor_ptr>(whom)) {
    const auto undone = detach(*subject->get(), self.address(), caf::default_attachable::monitor);
    owed -= std::min(owed, undone);
  }
  // What could not be undone has fired.
  stale_.insert(stale_.end(), owed, {whom, false});
}

void actor_core::unlink(caf::scheduled_actor& self, const caf::actor_addr& whom) {
  const auto known = std::erase(linked_, whom) > 0;
  const auto other = caf::actor_cast<caf::strong_actor_ptr>(whom);
  const auto undone = other ? detach(*other->get(), self.address(), caf::default_attachable::link)
                            : 0;
  detach(self, whom, caf::default_attachable::link);
  // Either it has fired, or the other one undid it and lives.
  if (known && undone == 0
      && (!other || other->get()->getf(caf::abstract_actor::is_terminated_flag)))
    stale_.push_back({whom, true});
}

bool actor_core::look_at_notice(const caf::mailbox_element& x) {
  const auto& content = x.content();
  const bool down = content.match_elements<caf::down_msg>();
  if (!down && !content.match_elements<caf::exit_msg>())
    return true;
  const auto& source = down ? content.get_as<caf::down_msg>(0).source
                            : content.get_as<caf::exit_msg>(0).source;
  const auto stale = std::find_if(stale_.begin(), stale_.end(), [&](const auto& s) {
    return s.link != down && s.source == source;
  });
  if (stale != stale_.end()) {
    stale_.erase(stale);
    return false;
  }
  auto& watched = down ? monitored_ : linked_;
  if (const auto it = std::find(watched.begin(), watched.end(), source); it != watched.end())
    watched.erase(it);
  return true;
}

// -- timers ---------------------------------------------------------------------

timer_id actor_core::start_timer(caf::scheduled_actor& self, std::chrono::nanoseconds delay,
                                 std::function<void()> action) {
  const auto id = ++next_timer_;
  timers_.emplace_back(id, std::move(action));
  auto& clock = self.clock();
  const auto now = clock.now();
  if (delay >= steady_time::max() - now)
    return timer_id{id}; // it never comes
  clock.schedule_message(
    now + delay, caf::strong_actor_ptr{self.ctrl()},
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
