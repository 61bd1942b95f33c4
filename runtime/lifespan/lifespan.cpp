// Spawns the lifespan actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan.hpp"

#include "runtime/caf/stateful.hpp"
#include "runtime/lifespan/internal/lifespan_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <utility>

namespace troupe {

caf::strong_actor_ptr start_lifespan(caf::actor_system& system,
                                     std::shared_ptr<const lifespan_setup> setup) {
  using actor_type = stateful<caf::event_based_actor, internal::lifespan_actor,
                              std::shared_ptr<const lifespan_setup>>;
  auto record = std::make_shared<actor_record>(lifespan_path,
                                               std::string{internal::lifespan_actor::type_name});
  auto actors = setup->actors;
  auto handle = caf::actor_cast<caf::strong_actor_ptr>(
    system.spawn<actor_type>(actor_setup{record, {}}, std::tuple{std::move(setup)}));
  // Entered before it begins: a child that starts subscribes by the path.
  actors->enter(lifespan_path, handle, std::move(record));
  caf::anon_send(caf::actor_cast<caf::actor>(handle), internal::begin_lifespan{});
  return handle;
}

} // namespace troupe
