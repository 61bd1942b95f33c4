// Brings actors' answers to the reactor that waits for them.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/reply_port.hpp"

#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/make_actor.hpp>

namespace troupe::internal {

std::pair<caf::strong_actor_ptr, reply_port*> reply_port::make(caf::actor_system& system) {
  caf::actor_config cfg;
  auto handle = caf::make_actor<reply_port, caf::strong_actor_ptr>(system.next_actor_id(),
                                                                   system.node(), &system, cfg);
  auto* made = static_cast<reply_port*>(caf::actor_cast<caf::abstract_actor*>(handle));
  return {std::move(handle), made};
}

reply_port::reply_port(caf::actor_config& cfg) : caf::monitorable_actor(cfg) {
  // nop
}

reply_port::~reply_port() {
  auto* left = waiting_.load(std::memory_order_relaxed);
  if (left != closed_mark())
    drop(left);
}

void reply_port::open(reply_receiver& receiver, reactor_unit& unit,
                      std::shared_ptr<wake_signal> wake) {
  receiver_ = &receiver;
  unit_ = &unit;
  wake_ = std::move(wake);
}

void reply_port::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* from) {
  const bool at_home = unit_->on_own_thread();
  if (at_home && from == unit_ && receiver_ != nullptr) {
    receiver_->take_reply(*what);
    return;
  }
  auto* element = what.release();
  auto* first = waiting_.load(std::memory_order_relaxed);
  do {
    if (first == closed_mark()) {
      caf::mailbox_element_ptr dropped{element};
      return;
    }
    element->next = first;
  } while (!waiting_.compare_exchange_weak(first, element, std::memory_order_release,
                                           std::memory_order_relaxed));
  // On its own thread the reactor looks here at the end of the turn; a longer list has woken it already.
  if (first == nullptr && !at_home)
    wake_->notify();
}

bool reply_port::take_waiting() {
  if (waiting_.load(std::memory_order_relaxed) == nullptr)
    return false;
  auto* newest = waiting_.exchange(nullptr, std::memory_order_acquire);
  caf::mailbox_element* oldest = nullptr;
  while (newest != nullptr) {
    auto* next = static_cast<caf::mailbox_element*>(newest->next);
    newest->next = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest != nullptr) {
    caf::mailbox_element_ptr reply{oldest};
    oldest = static_cast<caf::mailbox_element*>(oldest->next);
    reply->next = nullptr;
    receiver_->take_reply(*reply);
  }
  return true;
}

void reply_port::close() {
  receiver_ = nullptr;
  auto* left = waiting_.exchange(closed_mark(), std::memory_order_acquire);
  if (left != closed_mark())
    drop(left);
}

const char* reply_port::name() const {
  return "http.reply_port";
}

caf::mailbox_element* reply_port::closed_mark() noexcept {
  // Any address that no element can have.
  static char mark;
  return reinterpret_cast<caf::mailbox_element*>(&mark);
}

void reply_port::drop(caf::mailbox_element* list) noexcept {
  while (list != nullptr) {
    caf::mailbox_element_ptr dropped{list};
    list = static_cast<caf::mailbox_element*>(list->next);
    dropped->next = nullptr;
  }
}

} // namespace troupe::internal
