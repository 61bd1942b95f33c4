// Turns a state class into a child specification.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/stateful.hpp"
#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <caf/actor_system.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// What the actor base is to be given by a start function.
[[nodiscard]] inline actor_setup setup_of(const start_args& at,
                                          std::shared_ptr<actor_record> record) {
  return {.record = std::move(record),
          .supervisor = caf::actor_cast<caf::weak_actor_ptr>(at.supervisor),
          .policy = at.policy,
          .memory = at.memory,
          .dead_letters = at.dead_letters,
          .wait_for_start_signal = at.wait_for_start_signal,
          .slot = at.slot};
}

/// The start function of an actor whose incarnations are `State`s made from copies of `args`.
template <class State, class Base = caf::event_based_actor, class... Args>
[[nodiscard]] start_function start_as(Args&&... args) {
  return [args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)](
           const start_args& at) -> result<started_child> {
    using actor_type = stateful<Base, State, std::decay_t<Args>...>;
    auto record = std::make_shared<actor_record>(at.path, std::string{State::type_name});
    auto handle = at.system.template spawn<actor_type>(setup_of(at, record), args);
    return started_child{caf::actor_cast<caf::strong_actor_ptr>(handle), std::move(record)};
  };
}

/// A permanent worker: `make_child<counter>("counter", 42)`. Set other fields on the result.
template <class State, class... Args>
[[nodiscard]] child_spec make_child(std::string id, Args&&... args) {
  return {.id = std::move(id), .start = start_as<State>(std::forward<Args>(args)...)};
}

/// A child whose actor is a plain CAF class, dynamically or statically typed, made by `system.spawn<Actor>(args...)`.
///
/// What it has not got of Troupe's base: when it fails it ends, what waits in its mailbox is lost (of 20,000 messages
/// sent in a flood with 18 restarts, 152 were handled), and a new actor takes its place, behind the same `stable_ref` but
/// with another handle. It is taken to be up at once, is stopped by an exit message that waits behind its backlog, and
/// cannot be halted or resumed. Its failures are seen without their text.
template <class Actor, class... Args>
[[nodiscard]] child_spec make_plain_child(std::string id, Args&&... args) {
  return {.id = std::move(id),
          .start = [args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)](
                     const start_args& at) -> result<started_child> {
            auto handle = std::apply(
              [&](const auto&... values) { return at.system.template spawn<Actor>(values...); },
              args);
            return started_child{caf::actor_cast<caf::strong_actor_ptr>(handle)};
          }};
}

} // namespace troupe
