// Opens an exchange for each request of one reactor and hands it to the handler of its route.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/reactor_unit.hpp"
#include "http_bridge/engine/engine.hpp"
#include "http_bridge/handler.hpp"
#include "http_bridge/internal/reply_port.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::internal {

/// One per reactor, on the reactor's thread: routes, and speaks to actors through a reply port of its own. A request
/// to an actor carries the number of the slot that waits for its answer, so nothing is kept for it here.
class bridge_actor final : public http::request_sink, private reply_receiver {
public:
  /// What the actors of a reactor may do at the end of one turn before the rest goes to CAF's scheduler.
  static constexpr std::size_t turns_per_round = 64;
  static constexpr std::chrono::microseconds time_per_round{1'000};

  bridge_actor(caf::actor_system& system, http::router routes, http::reactor_port& port);
  ~bridge_actor() override;

  void attach() override;
  void open(const http::protocol::request_head& head, std::string_view head_bytes,
            std::string_view id, http::opening& out) override;
  void handle(const http::opening& from, http::request&& what, slot_id slot) override;
  void run_ready() override;
  void detach() override;
  [[nodiscard]] std::string current_work() const override;

private:
  void call(const http::inline_handler& f, http::request&& what, slot_id slot);
  void call(const http::exchange_handler& f, http::request&& what, slot_id slot);
  void call(const http::actor_handler& to, http::request&& what, slot_id slot);
  void take_reply(caf::mailbox_element& reply) override;

  const http::router routes_;
  http::reactor_port& port_;
  std::unique_ptr<reactor_unit> unit_;
  caf::strong_actor_ptr self_;
  reply_port* replies_; ///< The actor behind self_.
  /// Pattern of the route whose handler is being called, for another thread that reports it.
  std::atomic<const char*> work_{nullptr};
};

} // namespace troupe::internal
