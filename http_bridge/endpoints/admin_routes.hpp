// The routes of the admin API.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/inspection/event_log.hpp"
#include "runtime/inspection/snapshot.hpp"
#include "runtime/inspection/snapshot_json.hpp"
#include "http_bridge/handler.hpp"

#include <memory>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// What the admin API tells of. No pointer in it is null.
struct admin_model {
  snapshot_source source;
  std::shared_ptr<const event_log> events;
  process_facts process;
};

/// The probes, and `GET /admin/v1` (a list of the rest) with `/info`, `/runtime`, `/actors`,
/// `/actors/{path}`, `/tree` and `/events` below it; docs/inspection.md has their parameters and
/// members. Nothing here changes anything.
///
/// Every handler is inline, reads counters and asks no actor, so it answers also when all of them
/// hang. Errors are application/problem+json.
[[nodiscard]] router make_admin_routes(std::shared_ptr<const admin_model> model);

} // namespace http
} // namespace troupe
