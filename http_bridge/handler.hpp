// What may stand behind a route.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/registry/stable_ref.hpp"
#include "http_bridge/request.hpp"
#include "http_bridge/response.hpp"
#include "http_bridge/router.hpp"
#include "http_bridge/exchange.hpp"

#include <cstdint>
#include <functional>
#include <variant>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// Answers at once, on the reactor's thread: it must not block, or every connection of that reactor waits. An
/// exception becomes a 500.
using inline_handler = std::function<response(const request&)>;

/// Takes the exchange and answers it whenever and wherever it likes. Is itself called on the reactor's thread.
using exchange_handler = std::function<void(exchange)>;

/// Where the actor behind a route handles a request.
enum class run_on : std::uint8_t {
  reactor, ///< On the reactor's own thread when the actor is idle: no hop, but a slow handler holds the reactor.
  pool,    ///< On CAF's scheduler: for actors that compute or are shared by many.
};

/// Sends the `http::request` to an actor as a request message; the actor answers with an `http::response`. Errors
/// become answers by `problem_for`.
struct actor_handler {
  stable_ref target;
  run_on where = run_on::reactor;
};

using handler = std::variant<inline_handler, exchange_handler, actor_handler>;

/// Every reactor gets its own copy of the router and of the handlers in it: what they share has to be safe to use from
/// several threads.
using router = basic_router<handler>;

} // namespace http
} // namespace troupe
