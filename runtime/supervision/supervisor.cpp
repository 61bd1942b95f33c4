// Supervisors as specifications.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/supervisor.hpp"

#include "runtime/supervision/internal/bad_field.hpp"
#include "runtime/supervision/internal/supervisor_actor.hpp"
#include "runtime/supervision/make_child.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include <utility>

namespace troupe {

namespace {

using internal::bad_field;

/// A time that must pass and is bounded.
result<void> validate_time(std::chrono::milliseconds time, std::string_view place,
                           std::string_view field) {
  if (time.count() > 0 && time <= longest_shutdown)
    return {};
  return bad_field(place, field,
                   std::to_string(time.count()) + " ms (1 to "
                     + std::to_string(longest_shutdown.count()) + ")");
}

} // namespace

result<void> validate(const supervisor_options& options, std::string_view place) {
  if (options.limits.period.count() <= 0)
    return bad_field(place, "limits.period", std::to_string(options.limits.period.count()) + " ns");
  if (auto ok = validate_time(options.pause, place, "pause"); !ok)
    return ok;
  if (auto ok = validate_time(options.rollback, place, "rollback"); !ok)
    return ok;
  if (options.max_children == 0)
    return bad_field(place, "max_children", "0");
  return {};
}

result<void> validate(const supervisor_shape& shape, std::string_view place) {
  const auto& options = shape.options;
  if (auto ok = validate(options, place); !ok)
    return ok;
  const bool dynamic = options.strategy == restart_strategy::dynamic;
  if (dynamic != static_cast<bool>(shape.start_pooled))
    return bad_field(place, "strategy",
                     dynamic ? "dynamic, but there is no template (make_pool)"
                             : "a template, but the strategy is not dynamic");
  if (dynamic && !shape.children.empty())
    return bad_field(place, "children", "a pool starts without children");
  if (dynamic && (shape.pooled.significant || options.auto_shutdown != auto_shutdown::never))
    return bad_field(place, "auto_shutdown", "a pool has no significant children");
  if (shape.children.size() > options.max_children)
    return bad_field(place, "children",
                     std::to_string(shape.children.size()) + ", max_children is "
                       + std::to_string(options.max_children));
  if (dynamic) {
    auto like = shape.pooled; // with what each child gets of its own
    like.id = "any";
    like.start = [](const start_args&) -> result<started_child> { return started_child{}; };
    if (auto ok = validate(like, std::string{place} + ".like"); !ok)
      return ok;
  }
  const auto prefix = std::string{place} + ".";
  if (auto ok = validate(shape.children, prefix); !ok)
    return ok;
  for (std::size_t i = 0; i < shape.children.size(); ++i)
    if (shape.children[i].significant && options.auto_shutdown == auto_shutdown::never)
      return bad_field(prefix + "children[" + std::to_string(i) + "]", "significant",
                       "true, but its supervisor's auto_shutdown is never");
  return {};
}

namespace internal {

child_spec make_supervisor_spec(std::string id, supervisor_shape what) {
  auto shape = std::make_shared<const supervisor_shape>(std::move(what));
  auto start = [shape](const start_args& at) -> result<started_child> {
    if (auto ok = validate(*shape, at.path); !ok)
      return ok.error();
    auto record = std::make_shared<actor_record>(at.path, "supervisor");
    auto handle = at.system.spawn<supervisor_actor>(setup_of(at, record), shape, at.events);
    return started_child{caf::actor_cast<caf::strong_actor_ptr>(handle), std::move(record)};
  };
  return {.id = std::move(id),
          .start = std::move(start),
          .restart = restart_type::permanent,
          .shutdown = unbounded_shutdown,
          .type = child_type::supervisor,
          .shape = shape};
}

} // namespace internal

child_spec make_supervisor(std::string id, supervisor_options options,
                           std::vector<child_spec> children) {
  return internal::make_supervisor_spec(std::move(id), {options, std::move(children)});
}

} // namespace troupe
