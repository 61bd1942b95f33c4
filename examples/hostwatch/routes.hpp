// What hostwatch answers, and who does.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/registry/stable_ref.hpp"
#include "runtime/lifespan/lifespan_status.hpp"
#include "http_bridge/handler.hpp"
#include "examples/hostwatch/faults.hpp"

#include <memory>
#include <optional>

namespace hostwatch {

struct route_parts {
  troupe::stable_ref parser;
  troupe::stable_ref reporter;
  troupe::stable_ref live;
  std::shared_ptr<const troupe::lifespan_status> status;
  /// Nothing: there are no routes for faults.
  std::optional<fault_board> faults;
};

/// Streams that may be open at once; one more is answered 503.
inline constexpr std::size_t max_watchers = 500;

///     GET  /                          the live page, with /page.js and /page.css
///     GET  /livez /readyz /startupz   probes
///     POST /samples                   one sample or an array of them
///     GET  /hosts                     hosts that have samples
///     GET  /hosts/{host}/summary      over ?window=60s
///     GET  /hosts/{host}/live         server-sent events
///     POST /faults/{child}            {"kind": "throw|hang|ignore_stop|slow"}
[[nodiscard]] troupe::http::router make_routes(const route_parts& parts);

} // namespace hostwatch
