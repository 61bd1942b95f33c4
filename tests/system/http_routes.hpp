// Routes and requests that the tests of the bridge share.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/make_child.hpp"
#include "http_bridge/bridge.hpp"
#include "http_bridge/request_message.hpp"
#include "tests/system/http_server.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace troupe::testkit {

struct greeter {
  static constexpr std::string_view type_name = "greeter";

  explicit greeter(supervised_actor*) {}
  caf::behavior make_behavior() {
    return {[](const http::request& r) {
      if (r.param("name") == "crash")
        throw std::runtime_error("asked to");
      return http::response::text("hello " + std::string{r.param("name")});
    }};
  }
};

inline void basic_routes(http_server::setup& s, application& app) {
  s.routes.get("/", [](const http::request&) { return http::response::text("root"); })
    .get("/throw", [](const http::request&) -> http::response { throw 42; })
    .get("/bad",
         [](const http::request&) { return http::response{}.with_header("X", "a\r\nY: b"); })
    .post("/echo",
          [](const http::request& r) { return http::response::text(std::string{r.body()}); })
    .get("/actor/{name}", http::actor_handler{app.ref("/app/greeter"), http::run_on::reactor})
    .get("/pool/{name}", http::actor_handler{app.ref("/app/greeter"), http::run_on::pool});
  s.children.push_back(make_child<greeter>("greeter"));
}

/// The routes above, and `/parked`, whose exchanges the test answers.
struct with_parking {
  std::shared_ptr<parking_lot> lot = std::make_shared<parking_lot>();
  std::function<void(http_server::setup&)> change = [](http_server::setup&) {};

  void operator()(http_server::setup& s, application& app) const {
    basic_routes(s, app);
    s.routes.get("/parked", parking_lot::handler(lot)).post("/parked", parking_lot::handler(lot));
    change(s);
  }
};

inline std::string get(std::string_view target, std::string_view fields = {}) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: t\r\n" + std::string{fields} + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body,
                        std::string_view fields = {}) {
  return "POST " + std::string{target} + " HTTP/1.1\r\nHost: t\r\nContent-Length: "
         + std::to_string(body.size()) + "\r\n" + std::string{fields} + "\r\n" + std::string{body};
}

} // namespace troupe::testkit
