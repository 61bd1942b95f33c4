// Turns a state class into a child specification.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <caf/actor_system.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// The start function of an actor whose incarnations are `State`s made from copies of `args`.
template <class State, class Base = caf::event_based_actor, class... Args>
[[nodiscard]] start_function start_as(Args&&... args) {
  return [args = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)](
           const start_args& at) -> result<started_child> {
    using actor_type = stateful<Base, State, std::decay_t<Args>...>;
    auto record = std::make_shared<actor_record>(at.path, std::string{State::type_name});
    auto handle = at.system.template spawn<actor_type>(
      actor_setup{record, caf::actor_cast<caf::weak_actor_ptr>(at.supervisor)}, args);
    return started_child{caf::actor_cast<caf::strong_actor_ptr>(handle), std::move(record)};
  };
}

/// A permanent worker: `make_child<counter>("counter", 42)`. Set other fields on the result.
template <class State, class... Args>
[[nodiscard]] child_spec make_child(std::string id, Args&&... args) {
  return {.id = std::move(id), .start = start_as<State>(std::forward<Args>(args)...)};
}

} // namespace troupe
