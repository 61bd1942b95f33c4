// The actor in whose name a reactor sends requests, and to whom the answers come.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/reactor_unit.hpp"
#include "http_bridge/internal/wake_signal.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/monitorable_actor.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace troupe::internal {

/// Who is given the answers, on the reactor's thread.
class reply_receiver {
public:
  virtual void take_reply(caf::mailbox_element& reply) = 0;

protected:
  ~reply_receiver() = default;
};

/// An actor without a mailbox or a behaviour. An answer that an actor gives on the reactor's own thread is passed on at
/// once; others wait in a list for the end of the turn and wake the reactor when they are the first.
///
/// Outlives its reactor as long as somebody owes it an answer; after `close` answers are dropped.
class reply_port final : public caf::monitorable_actor {
public:
  /// A new port and the handle that keeps it.
  static std::pair<caf::strong_actor_ptr, reply_port*> make(caf::actor_system& system);

  explicit reply_port(caf::actor_config& cfg);
  ~reply_port() override;

  /// First call, before anything is sent in this actor's name. All three outlive `close`; `unit` also what comes after.
  void open(reply_receiver& receiver, reactor_unit& unit, std::shared_ptr<wake_signal> wake);

  /// Passes on what other threads left. @returns whether there was anything.
  bool take_waiting();

  /// Drops what waits and what comes.
  void close();

  // -- CAF's virtuals ---------------------------------------------------------------

  using caf::monitorable_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* from) override;
  const char* name() const override;

private:
  // Invariants: waiting_ heads a list linked by mailbox_element::next, newest first, or is `closed_mark`, which it
  // then stays. receiver_ and open_ are the reactor thread's.
  static caf::mailbox_element* closed_mark() noexcept;
  static void drop(caf::mailbox_element* list) noexcept;

  std::atomic<caf::mailbox_element*> waiting_{nullptr};
  reply_receiver* receiver_ = nullptr;
  reactor_unit* unit_ = nullptr;
  std::shared_ptr<wake_signal> wake_;
};

} // namespace troupe::internal
