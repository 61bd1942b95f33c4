// An application with an actor and a server of its own, which asks itself over HTTP and stops.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/lifespan/lifespan_status.hpp"
#include "runtime/application/application.hpp"
#include "actors/ticker.hpp"
#include "http_bridge/bridge.hpp"
#include "http_bridge/client/client.hpp"
#include "greeter.hpp"

#include <cstdio>
#include <memory>
#include <thread>
#include <variant>

int main() {
  troupe::application app{"consumer"};
  app.add(troupe::make_child<greeter>("greeter"));
  app.add(troupe::actors::make_ticker("ticker", {}, [](const troupe::actors::tick&) {}));

  troupe::http::router routes;
  routes.get("/hello/{name}",
             troupe::http::actor_handler{app.ref("/app/greeter"), troupe::http::run_on::reactor});
  troupe::http::bridge_options options;
  options.listen = troupe::http::tcp_endpoint{"127.0.0.1", 0};
  options.status = std::make_shared<troupe::http::bridge_status>();
  app.add(troupe::http::make_bridge(app, "http", options, routes));

  std::jthread asker{[&](std::stop_token ended) {
    while (!app.status()->ready() && !ended.stop_requested())
      std::this_thread::yield();
    if (ended.stop_requested())
      return;
    const auto where = std::get<troupe::http::tcp_endpoint>(*options.status->address());
    if (auto answer = troupe::http::client{troupe::http::tcp_server{where.host, where.port}}.get(
          "/hello/world"))
      std::fputs(answer->body.c_str(), stdout);
    app.request_stop({troupe::stop_reason::kind_type::requested, "asked once"});
  }};
  return troupe::run(app);
}
