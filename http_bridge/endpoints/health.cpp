// Answers the probes.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/endpoints/health.hpp"

#include <string>

namespace troupe::http {

namespace {

response probe(bool good, lifespan_state state) {
  return response::text(std::string{to_string(state)} + "\n",
                        good ? status::ok : status::service_unavailable)
    .with_header("Cache-Control", "no-store");
}

} // namespace

void add_health(router& routes, std::shared_ptr<const lifespan_status> life) {
  routes.get("/livez", [life](const request&) { return probe(true, life->state()); })
    .get("/readyz",
         [life](const request&) {
           const auto state = life->state();
           return probe(state == lifespan_state::ready, state);
         })
    .get("/startupz", [life](const request&) { return probe(life->has_started(), life->state()); });
}

} // namespace troupe::http
