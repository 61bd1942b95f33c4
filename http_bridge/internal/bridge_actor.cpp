// Routes requests and speaks to the actors behind the routes.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/bridge_actor.hpp"

#include "runtime/caf/errors.hpp"
#include "http_bridge/problem.hpp"
#include "http_bridge/request_message.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/mailbox_element.hpp>
#include <fmt/format.h>

#include <utility>

namespace troupe::internal {

using http::match_kind;
using http::response;
using http::status;

bridge_actor::bridge_actor(caf::actor_system& system, http::router routes, http::reactor_port& port)
  : routes_(std::move(routes)), port_(port),
    unit_(
      std::make_unique<reactor_unit>(system, [wake = port.mailbox()->wake()] { wake->notify(); })) {
  std::tie(self_, replies_) = reply_port::make(system);
  replies_->open(*this, *unit_, port.mailbox()->wake());
}

bridge_actor::~bridge_actor() {
  // Actors that ran here may still point to the unit.
  reactor_unit::retire(std::move(unit_));
}

void bridge_actor::attach() {
  unit_->attach_to_this_thread();
}

void bridge_actor::detach() {
  replies_->close();
  unit_->stop();
}

void bridge_actor::run_ready() {
  unit_->run_ready(turns_per_round, time_per_round);
  replies_->take_waiting();
}

std::string bridge_actor::current_work() const {
  const auto* pattern = work_.load(std::memory_order_relaxed);
  return pattern != nullptr ? fmt::format("the handler of {}", pattern) : "an actor";
}

// -- the way in -------------------------------------------------------------------

void bridge_actor::open(const http::protocol::request_head& head, std::string_view head_bytes,
                        std::string_view id, http::opening& out) {
  const auto match = routes_.match(head.m, head.path);
  switch (match.kind) {
    case match_kind::matched:
      out.route = match.handler;
      out.pattern = match.pattern.data();
      out.draft.emplace(
        head, head_bytes,
        http::request_context{.id = id, .params = {match.params.begin(), match.params.end()}});
      return;
    case match_kind::options:
      out.refusal = response::no_content().with_header("Allow", match.allow);
      return;
    case match_kind::not_found:
      out.refusal = http::problem_with_id(status::not_found, "no route has this path", id);
      break;
    case match_kind::method_not_allowed:
      out.refusal = http::problem_with_id(status::method_not_allowed,
                                          "this path has no such method", id)
                      .with_header("Allow", match.allow);
      break;
    case match_kind::not_implemented:
      out.refusal = http::problem_with_id(status::not_implemented, "the method is not known", id);
      break;
  }
  port_.counters().not_routed.add();
}

void bridge_actor::handle(const http::opening& from, http::request&& what, slot_id slot) {
  work_.store(from.pattern, std::memory_order_relaxed);
  try {
    std::visit([&](const auto& each) { call(each, std::move(what), slot); },
               *static_cast<const http::handler*>(from.route));
  } catch (...) {
    port_.fail(slot, current_exception_as(errc::crashed));
  }
  work_.store(nullptr, std::memory_order_relaxed);
}

void bridge_actor::call(const http::inline_handler& f, http::request&& what, slot_id slot) {
  port_.answer(slot, f(what));
}

void bridge_actor::call(const http::exchange_handler& f, http::request&& what, slot_id slot) {
  f(http::exchange{std::move(what), port_.mailbox(), slot.number()});
}

void bridge_actor::call(const http::actor_handler& to, http::request&& what, slot_id slot) {
  const auto& target = to.target.resolve();
  if (!target) {
    port_.fail(slot, {errc::restarting, to.target.path()});
    return;
  }
  // With this unit as host an idle actor runs here, at the end of the turn; without one it runs on the pool.
  auto* host = to.where == http::run_on::reactor ? unit_.get() : nullptr;
  target->get()->enqueue(
    caf::make_mailbox_element(self_, caf::make_message_id(slot.number()), {}, std::move(what)),
    host);
}

// -- the way back -----------------------------------------------------------------

void bridge_actor::take_reply(caf::mailbox_element& reply) {
  if (!reply.mid.is_response())
    return; // nobody has a reason to send anything else here
  const auto slot = slot_id::from_number(reply.mid.request_id().integer_value());
  auto& content = reply.content();
  if (content.match_elements<response>())
    port_.answer(slot, std::move(content.get_mutable_as<response>(0)));
  else if (content.match_elements<caf::error>())
    port_.fail(slot, from_caf(content.get_as<caf::error>(0)));
  else
    port_.fail(slot, {errc::unexpected_message,
                      "the answer is no http::response but " + caf::to_string(content)});
}

} // namespace troupe::internal
