// The five-line start: an application that answers HTTP on 127.0.0.1:8080.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/application/application.hpp"
#include "http_bridge/bridge.hpp"

#include <utility>

namespace http = troupe::http;

int main() {
  troupe::application app{"01_hello"};
  http::router routes;
  routes.get("/", [](const http::request&) { return http::response::text("Hello, World!\n"); });
  app.add(http::make_bridge(app, "http", {}, std::move(routes)));
  return troupe::run(app);
}
