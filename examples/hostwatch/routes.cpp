// What hostwatch answers, and who does.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/routes.hpp"

#include "http_bridge/problem.hpp"
#include "http_bridge/endpoints/health.hpp"
#include "examples/hostwatch/live.hpp"
#include "examples/hostwatch/page.hpp"
#include "examples/hostwatch/rejections.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>
#include <variant>

namespace hostwatch {

namespace {

namespace http = troupe::http;

/// A file of the page. Nothing from elsewhere is loaded, and no script or style that stands in the page itself: what
/// a host calls itself cannot become one.
http::response page_file(const char* type, std::string_view text) {
  return http::response{http::status::ok}
    .with_header("Content-Type", type)
    .with_header("Content-Security-Policy",
                 "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                 "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    .with_header("X-Content-Type-Options", "nosniff")
    .with_header("Cache-Control", "no-cache")
    .with_body(std::string{text});
}

/// Hands the exchange to the actor that keeps the streams.
struct watch_handler {
  troupe::stable_ref live;
  std::shared_ptr<permit_pool> places;

  void operator()(http::exchange who) const {
    auto place = places->take();
    const auto& receiver = live.resolve();
    if (!place || !receiver) {
      const auto why = place ? troupe::errc::restarting : troupe::errc::overloaded;
      who.respond(http::problem_for({why, {}}, who.request().id()));
      return;
    }
    caf::anon_send(caf::actor_cast<caf::actor>(receiver),
                   watch_host{std::make_shared<http::exchange>(std::move(who)), std::move(place)});
  }
};

http::response inject(const fault_board& board, const http::request& request) {
  const auto read = parse_fault(request.body());
  if (const auto* rejected = std::get_if<rejected_body>(&read))
    return response_for(*rejected);
  const auto child = request.param("child");
  const auto kind = std::get<fault_kind>(read);
  if (!board.deliver(child, kind))
    return http::response::problem(http::status::not_found, {},
                                   "no such child; there are: " + board.names());
  spdlog::warn("a fault for {} was asked for: {}", child, to_string(kind));
  return http::response{http::status::accepted};
}

} // namespace

http::router make_routes(const route_parts& parts) {
  http::router routes;
  routes.get("/",
             [](const http::request&) { return page_file("text/html; charset=utf-8", page_html); });
  routes.get("/page.js", [](const http::request&) {
    return page_file("text/javascript; charset=utf-8", page_js);
  });
  routes.get("/page.css",
             [](const http::request&) { return page_file("text/css; charset=utf-8", page_css); });
  http::add_health(routes, parts.status);
  // Reading and computing may take milliseconds: not on the threads that serve connections.
  routes.post("/samples", http::actor_handler{parts.parser, http::run_on::pool});
  routes.get("/hosts", http::actor_handler{parts.reporter, http::run_on::pool});
  routes.get("/hosts/{host}/summary", http::actor_handler{parts.reporter, http::run_on::pool});
  routes.get("/hosts/{host}/live", watch_handler{parts.live, permit_pool::make(max_watchers)});
  if (parts.faults)
    routes.post("/faults/{child}", [board = *parts.faults](const http::request& request) {
      return inject(board, request);
    });
  return routes;
}

} // namespace hostwatch
