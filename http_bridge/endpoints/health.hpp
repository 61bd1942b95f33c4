// The probes livez, readyz and startupz.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/lifespan/lifespan_status.hpp"
#include "http_bridge/handler.hpp"

#include <memory>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// Adds `GET /livez`, `/readyz` and `/startupz`, in Kubernetes' words. They answer on the reactor from what the lifespan
/// last wrote, so they answer also when every actor is busy.
///
/// * `livez` is always 200: a process that answers at all should not be killed.
/// * `readyz` is 200 in the state `ready` and 503 otherwise, so also while the application is a lame duck or drains.
/// * `startupz` is 503 until every child is up and 200 from then on.
///
/// The body names the state, in plain text. A route that exists already is reported by the router's `check`.
void add_health(router& routes, std::shared_ptr<const lifespan_status> status);

} // namespace http
} // namespace troupe
