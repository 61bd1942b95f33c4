// Makes supervisors.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/supervisor.hpp"

#include "runtime/supervision/internal/supervisor_actor.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include <utility>

namespace troupe {

result<void> validate(const supervisor_options& options, std::string_view place) {
  if (options.limits.period.count() <= 0)
    return error{errc::invalid_argument, std::string{place} + ".limits.period: "
                                           + std::to_string(options.limits.period.count()) + " ns"};
  return {};
}

child_spec make_supervisor(std::string id, supervisor_options options,
                           std::vector<child_spec> children) {
  auto start = [options,
                children = std::move(children)](const start_args& at) -> result<started_child> {
    if (auto ok = validate(options, at.path); !ok)
      return ok.error();
    if (auto ok = validate(children); !ok)
      return error{ok.error().code, at.path + ": " + ok.error().detail};
    auto record = std::make_shared<actor_record>(at.path, "supervisor");
    auto handle = at.system.spawn<internal::supervisor_actor>(
      actor_setup{record, caf::actor_cast<caf::weak_actor_ptr>(at.supervisor)}, options, children,
      at.events);
    return started_child{caf::actor_cast<caf::strong_actor_ptr>(handle), std::move(record)};
  };
  return {.id = std::move(id),
          .start = std::move(start),
          .restart = restart_type::permanent,
          .shutdown = unbounded_shutdown,
          .type = child_type::supervisor};
}

} // namespace troupe
