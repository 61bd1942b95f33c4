// Troupe's side of the HTTP bench: one answer, made by a function or by an actor in one of two places.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/application/application.hpp"
#include "http_bridge/router.hpp"
#include "http_bridge/bridge.hpp"
#include "http_bridge/request_message.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace {

namespace http = troupe::http;

http::response greeting() {
  return http::response::text("Hello, World!");
}

struct greeter {
  static constexpr std::string_view type_name = "greeter";

  explicit greeter(troupe::supervised_actor*) {}

  caf::behavior make_behavior() {
    return {[](const http::request&) { return greeting(); }};
  }
};

} // namespace

int main(int argc, char** argv) {
  enum class mode { inline_, actor, pool };
  const std::map<std::string, mode> modes{
    {"inline", mode::inline_}, {"actor", mode::actor}, {"pool", mode::pool}};
  auto chosen = mode::inline_;
  std::uint16_t port = 0;
  std::size_t reactors = 1;

  CLI::App options{"Troupe's server of the HTTP bench"};
  options.add_option("--mode", chosen, "Who answers: inline, actor or pool")
    ->required()
    ->transform(CLI::CheckedTransformer(modes));
  options.add_option("--port", port, "Port on 127.0.0.1")->required();
  options.add_option("--reactors", reactors, "Threads that serve connections")
    ->capture_default_str();
  CLI11_PARSE(options, argc, argv);

  troupe::application app{"bench"};
  http::router routes;
  if (chosen == mode::inline_) {
    routes.get("/", [](const http::request&) { return greeting(); });
  } else {
    app.add(troupe::make_child<greeter>("greeter"));
    const auto where = chosen == mode::actor ? http::run_on::reactor : http::run_on::pool;
    routes.get("/", http::actor_handler{app.ref("/app/greeter"), where});
  }
  http::bridge_options bridge;
  bridge.listen = http::tcp_endpoint{"127.0.0.1", port};
  bridge.reactors = reactors;
  app.add(http::make_bridge(app, "http", bridge, std::move(routes)));
  return troupe::run(app);
}
