// Stands in for an actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/actor_probe.hpp"

#include "runtime/caf/actor_record.hpp"
#include "runtime/caf/errors.hpp"
#include "runtime/testkit/internal/tap_actor.hpp"

#include <caf/error.hpp>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace troupe::testkit {

/// Invariants: everything is guarded by `mutex`; `changed` is notified after each arrival.
struct actor_probe::state {
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::deque<caf::message> messages;
  std::map<std::uint64_t, std::vector<caf::message>> answers;
  std::vector<question> order;
  std::uint64_t questions = 0;

  void arrive(caf::mailbox_element& what) {
    const std::scoped_lock lock{mutex};
    if (what.mid.is_response()) {
      const auto number = what.mid.request_id().integer_value();
      answers[number].push_back(what.move_content_to_message());
      order.push_back(question{number});
    } else {
      messages.push_back(what.move_content_to_message());
    }
    changed.notify_all();
  }
};

actor_probe::actor_probe(caf::actor_system& system)
  : state_(std::make_shared<state>()),
    handle_(internal::make_tap(system, [s = state_](caf::mailbox_element& what,
                                                    caf::execution_unit*) { s->arrive(what); })) {}

actor_probe::~actor_probe() = default;

const caf::strong_actor_ptr& actor_probe::handle() const noexcept {
  return handle_;
}

void actor_probe::send_message(const caf::strong_actor_ptr& to, caf::message what,
                               caf::message_priority priority) {
  internal::send_from(handle_, to, caf::make_message_id(priority), std::move(what));
}

question actor_probe::ask_message(const caf::strong_actor_ptr& to, caf::message what,
                                  caf::message_priority priority) {
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock{state_->mutex};
    number = ++state_->questions;
  }
  const caf::message_id plain{number};
  internal::send_from(handle_, to,
                      priority == caf::message_priority::high ? plain.with_high_priority()
                                                              : plain.with_normal_priority(),
                      std::move(what));
  return question{number};
}

void actor_probe::watch(const caf::strong_actor_ptr& whom) {
  internal::watch_from(handle_, whom);
}

std::size_t actor_probe::waiting() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->messages.size();
}

std::optional<caf::message> actor_probe::take() {
  const std::scoped_lock lock{state_->mutex};
  if (state_->messages.empty())
    return std::nullopt;
  auto first = std::move(state_->messages.front());
  state_->messages.pop_front();
  return first;
}

std::optional<caf::message> actor_probe::answer_message(question which) const {
  const std::scoped_lock lock{state_->mutex};
  const auto it = state_->answers.find(static_cast<std::uint64_t>(which));
  return it == state_->answers.end() ? std::nullopt : std::optional{it->second.front()};
}

std::optional<error> actor_probe::refusal(question which) const {
  const auto what = answer_message(which);
  if (!what || !what->match_elements<caf::error>())
    return std::nullopt;
  return from_caf(what->get_as<caf::error>(0));
}

std::size_t actor_probe::answers_to(question which) const {
  const std::scoped_lock lock{state_->mutex};
  const auto it = state_->answers.find(static_cast<std::uint64_t>(which));
  return it == state_->answers.end() ? 0 : it->second.size();
}

std::vector<question> actor_probe::answer_order() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->order;
}

error actor_probe::not_a(const caf::message& what, const std::type_info& wanted) {
  if (what.match_elements<caf::error>())
    return from_caf(what.get_as<caf::error>(0));
  const auto* type = what.size() == 1 ? what.type(0).second : nullptr;
  return {errc::unexpected_message, "expected " + readable_name(wanted) + ", got "
                                      + (type ? readable_name(*type) : caf::to_string(what))};
}

bool actor_probe::wait_for_messages(std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock{state_->mutex};
  return state_->changed.wait_for(lock, limit, [&] { return state_->messages.size() >= count; });
}

bool actor_probe::wait_for_answers(std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock{state_->mutex};
  return state_->changed.wait_for(lock, limit, [&] { return state_->order.size() >= count; });
}

} // namespace troupe::testkit
