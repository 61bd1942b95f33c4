// The part of the actor base that does not depend on which CAF actor it sits on.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_core.hpp"

#include "runtime/caf/errors.hpp"
#include "runtime/caf/supervision_messages.hpp"

#include <caf/error.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>
#include <caf/response_promise.hpp>

#include <algorithm>
#include <array>
#include <typeinfo>

namespace troupe {

namespace {

using verdict = mailbox_door::verdict;

std::int64_t clock_ns() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// Adds to a counter that only the executor writes.
template <class T>
void bump(std::atomic<T>& counter, T by = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_release);
}

/// Whether the content is between the base and its supervisor, or to itself.
bool is_internal(const caf::type_erased_tuple& content) {
  static const std::array internal{
    &typeid(timer_due),          &typeid(stop_request),       &typeid(halt_request),
    &typeid(restart_directive),  &typeid(resume_directive),   &typeid(end_directive),
    &typeid(start_signal),       &typeid(child_up),           &typeid(child_crashed),
    &typeid(child_quit),         &typeid(child_halted),       &typeid(child_ended),
    &typeid(child_start_failed), &typeid(child_start_ignored)};
  if (content.size() != 1 || content.type(0).second == nullptr)
    return false;
  const auto& type = *content.type(0).second;
  return std::any_of(internal.begin(), internal.end(), [&](const auto* t) { return *t == type; });
}

/// Whether somebody loses something when this is not delivered.
bool is_letter(const caf::mailbox_element& x) {
  return !x.mid.is_response() && !is_system_message(x.content().type_token())
         && !is_internal(x.content());
}

} // namespace

actor_core::actor_core(actor_setup setup)
  : record_(std::move(setup.record)), supervisor_(std::move(setup.supervisor)),
    dead_letters_(std::move(setup.dead_letters)), door_(setup.policy),
    slot_(setup.slot.value_or(0)), reports_end_(setup.slot.has_value()),
    start_awaited_(setup.wait_for_start_signal) {
  if (setup.memory)
    record_->memory = std::move(setup.memory);
}

incarnation_memory& actor_core::memory() {
  if (!record_->memory) {
    record_->memory = std::make_shared<incarnation_memory>();
    record_->memory->incarnations = incarnation();
  }
  return *record_->memory;
}

belongings& actor_core::things() {
  if (!belongings_)
    belongings_ = std::make_unique<belongings>();
  return *belongings_;
}

// -- what is lost -----------------------------------------------------------------

void actor_core::publish(dead_letter_reason why, caf::mailbox_element& x) const {
  if (dead_letters_ && is_letter(x))
    dead_letters_->publish(
      {record_->path, why, x.mid.is_request(), x.sender, x.move_content_to_message()});
}

void actor_core::answer(caf::mailbox_element& x, const error& why, caf::actor_control_block* by,
                        caf::execution_unit* host) const {
  if (x.sender && x.mid.is_request())
    x.sender->enqueue(by, x.mid.response_id(), caf::make_message(to_caf(why)), host);
}

void actor_core::lose(caf::mailbox_element& x, verdict why, caf::actor_control_block* by,
                      caf::execution_unit* host) const {
  record_->refused.fetch_add(1, std::memory_order_release);
  switch (why) {
    case verdict::accept:
      break;
    case verdict::restarting:
      publish(dead_letter_reason::restarting, x);
      answer(x, {errc::restarting, record_->path}, by, host);
      break;
    case verdict::overloaded:
      publish(dead_letter_reason::overloaded, x);
      answer(x, {errc::overloaded, record_->path}, by, host);
      break;
    case verdict::overloaded_quietly:
      publish(dead_letter_reason::overloaded, x);
      break;
    case verdict::ended:
      publish(dead_letter_reason::ended, x);
      answer(x, {errc::stopped, record_->path}, by, host);
      break;
  }
}

void actor_core::lose_after_end(caf::mailbox_element& x, dead_letter_reason why,
                                caf::actor_control_block* by, caf::execution_unit* host) const {
  record_->refused.fetch_add(1, std::memory_order_release);
  publish(why, x);
  const bool failed = record_->state.load(std::memory_order_relaxed) == actor_state::failed;
  answer(x, {failed ? errc::gone : errc::stopped, record_->path}, by, host);
}

void actor_core::give_up_message(caf::mailbox_element& x, const error& why,
                                 caf::actor_control_block* by) {
  if (belongings_ && !belongings_->in_hand.empty()) {
    auto copy = std::exchange(belongings_->in_hand, {});
    if (!second_try_ && !ends_for_good()) {
      count_arrival(); // it will be counted as handled twice
      belongings_->kept = {caf::make_mailbox_element(x.sender, x.mid, x.stages, std::move(copy)),
                           why};
      return;
    }
  }
  publish(dead_letter_reason::crashed_receiver, x);
  if (x.mid.is_request() && !x.mid.is_answered())
    caf::response_promise{caf::strong_actor_ptr{by}, x}.deliver(to_caf(why));
}

void actor_core::give_up_kept(caf::actor_control_block* by) {
  if (!belongings_ || !belongings_->kept.element)
    return;
  const auto kept = std::exchange(belongings_->kept, {});
  record_->refused.fetch_add(1, std::memory_order_release);
  publish(dead_letter_reason::crashed_receiver, *kept.element);
  if (!kept.element->mid.is_answered())
    answer(*kept.element, kept.why, by, nullptr);
}

caf::mailbox_element_ptr actor_core::begin_second_try() {
  second_try_ = true;
  return belongings_ ? std::exchange(belongings_->kept, {}).element : nullptr;
}

// -- suspension -----------------------------------------------------------------

void actor_core::suspend() noexcept {
  door_.suspend();
  record_->state.store(actor_state::backoff, std::memory_order_relaxed);
}

void actor_core::resume() noexcept {
  record_->state.store(is_up_ ? actor_state::idle : actor_state::starting,
                       std::memory_order_relaxed);
  door_.leave_suspension();
}

// -- handling one message -------------------------------------------------------

void actor_core::begin_slice() noexcept {
  record_->busy_since_ns.store(clock_ns(), std::memory_order_relaxed);
}

void actor_core::end_slice() noexcept {
  record_->busy_since_ns.store(0, std::memory_order_relaxed);
  record_->current_message.store(nullptr, std::memory_order_relaxed);
  if (record_->state.load(std::memory_order_relaxed) == actor_state::running)
    record_->state.store(actor_state::idle, std::memory_order_relaxed);
}

void actor_core::begin_message(const caf::type_erased_tuple& content,
                               std::uint32_t type_token) noexcept {
  record_->current_message.store(type_token != caf::make_type_token<>() ? content.type(0).second
                                                                        : nullptr,
                                 std::memory_order_relaxed);
  if (record_->state.load(std::memory_order_relaxed) == actor_state::idle)
    record_->state.store(actor_state::running, std::memory_order_relaxed);
}

void actor_core::end_message() noexcept {
  // The end of one message is the start of the next: one clock read each.
  const auto now = clock_ns();
  const auto began = record_->busy_since_ns.load(std::memory_order_relaxed);
  bump(record_->run_ns, static_cast<std::uint64_t>(now - began));
  bump(record_->processed);
  record_->busy_since_ns.store(now, std::memory_order_relaxed);
}

error actor_core::note_failure(errc code) {
  auto why = current_exception_as(code);
  count_failure();
  note_failure(why);
  return why;
}

void actor_core::note_failure(const error& why) {
  record_->last_error(why);
  memory().last_error = why;
}

void actor_core::count_failure() noexcept {
  record_->failures.fetch_add(1, std::memory_order_relaxed);
}

// -- incarnations ---------------------------------------------------------------

void actor_core::begin_incarnation() {
  const auto number = record_->memory ? ++record_->memory->incarnations : incarnation() + 1;
  halting = false;
  is_up_ = false;
  tasks_ &= finish;
  record_->incarnation.store(number, std::memory_order_relaxed);
  record_->restarts.store(number - 1, std::memory_order_relaxed);
  record_->state.store(actor_state::starting, std::memory_order_relaxed);
  // A constructor that hangs is no message in hand, but it is seen.
  if (record_->busy_since_ns.load(std::memory_order_relaxed) == 0)
    record_->busy_since_ns.store(clock_ns(), std::memory_order_relaxed);
}

void actor_core::incarnation_made() noexcept {
  has_state = true;
  if (belongings_ && belongings_->kept.element)
    add_task(try_kept);
}

void actor_core::incarnation_is_up() noexcept {
  is_up_ = true;
  if (!start_awaited_)
    add_task(call_start);
  if (record_->state.load(std::memory_order_relaxed) == actor_state::starting)
    record_->state.store(actor_state::idle, std::memory_order_relaxed);
}

void actor_core::start_signalled() noexcept {
  if (std::exchange(start_awaited_, false) && is_up_)
    add_task(call_start);
}

void actor_core::end_incarnation(caf::scheduled_actor& self) {
  has_state = false;
  is_up_ = false;
  if (belongings_)
    belongings_->end_incarnation(self);
}

void actor_core::end_all(caf::scheduled_actor& self) {
  has_state = false;
  if (belongings_)
    belongings_->end_all(self);
}

void actor_core::note_end(const caf::error& reason) {
  const auto how = classify(reason);
  std::optional<error> why;
  if (!is_normal(how))
    why = from_caf(reason);
  if (why && !record_->last_error())
    record_->last_error(*why);
  if (record_->memory && !suspended()) // otherwise its incarnation had ended before
    record_->memory->last_error = std::move(why);
  record_->busy_since_ns.store(0, std::memory_order_relaxed);
  record_->current_message.store(nullptr, std::memory_order_relaxed);
  record_->state.store(is_normal(how) ? actor_state::stopped : actor_state::failed,
                       std::memory_order_relaxed);
  door_.leave_suspension(); // who asks from now on is told that it has gone
}

bool actor_core::report(caf::scheduled_actor& self, caf::message what) const {
  const auto supervisor = supervisor_.lock();
  if (!supervisor || supervisor->get()->getf(caf::abstract_actor::is_terminated_flag))
    return false;
  supervisor->enqueue(self.ctrl(), caf::make_message_id(caf::message_priority::high),
                      std::move(what), self.context());
  return true;
}

void actor_core::report_end(std::uint64_t actor_id, const caf::error& reason,
                            caf::execution_unit* host) const {
  if (!reports_end_)
    return;
  // Nobody is the sender: nothing may refer to an actor that is on its way out.
  if (const auto supervisor = supervisor_.lock())
    supervisor->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                        caf::make_message(child_ended{actor_id, slot_, classify(reason),
                                                      reason ? from_caf(reason) : error{}}),
                        host);
}

// -- tasks ------------------------------------------------------------------------

std::uint8_t actor_core::next_task() noexcept {
  const auto ready = suspended() ? tasks_ & (finish | leave) : tasks_;
  for (const auto next : {finish, leave, call_start, try_kept})
    if ((ready & next) != 0) {
      drop_task(next);
      return next;
    }
  return 0;
}

void actor_core::ask_to_leave(caf::error reason) {
  if ((tasks_ & leave) != 0)
    return;
  add_task(leave);
  things().quit_reason = std::move(reason);
}

caf::error actor_core::note_leaving() {
  auto reason = std::exchange(things().quit_reason, {});
  if (!is_normal(classify(reason)))
    note_failure(from_caf(reason));
  else
    memory().last_error.reset();
  return reason;
}

} // namespace troupe
