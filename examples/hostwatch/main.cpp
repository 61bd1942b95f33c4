// hostwatch: watches this host and others, and holds what it was sent through the crashes of its parts.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/supervisor.hpp"
#include "runtime/application/application.hpp"
#include "runtime/application/exit_code.hpp"
#include "http_bridge/bridge.hpp"
#include "http_bridge/endpoints/admin.hpp"
#include "examples/hostwatch/addresses.hpp"
#include "examples/hostwatch/options.hpp"
#include "examples/hostwatch/routes.hpp"
#include "examples/hostwatch/startup.hpp"
#include "examples/hostwatch/work.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace hostwatch;
namespace http = troupe::http;

/// Prints the addresses on stdout as soon as requests are welcome.
class ready_line final : public troupe::lifespan_event_sink {
public:
  explicit ready_line(std::shared_ptr<const http::bridge_status> bridge)
    : bridge_(std::move(bridge)) {}

  void publish(const troupe::lifespan_occurrence& event) noexcept override {
    const auto* entered = std::get_if<troupe::lifespan_state_entered>(&event);
    if (entered == nullptr || entered->state != troupe::lifespan_state::ready)
      return;
    try {
      const auto address = bridge_->address();
      if (const auto* tcp = address ? std::get_if<http::tcp_endpoint>(&*address) : nullptr)
        fmt::print("{}", ready_text(*tcp, interface_addresses(), in_container()));
      std::fflush(stdout);
    } catch (...) { // a stdout that cannot be written is no reason to stop
      return;
    }
  }

private:
  std::shared_ptr<const http::bridge_status> bridge_;
};

/// The doors: the admin API first, so that it answers as long as there is something to tell.
troupe::child_spec make_front(troupe::application& app, const options& chosen,
                              http::bridge_options bridge, http::router routes) {
  std::vector<troupe::child_spec> children;
  const http::admin_options admin{.socket = chosen.admin};
  if (const auto path = http::admin_socket_path(app.name(), admin); path || !chosen.admin.empty())
    children.push_back(http::make_admin(app, "admin", admin));
  else
    fmt::print(stderr, "hostwatch: no admin socket: {} (--admin PATH places it)\n",
               path.error().detail);
  children.push_back(http::make_bridge(app, "http", std::move(bridge), std::move(routes)));
  return troupe::make_supervisor("front", {}, std::move(children));
}

} // namespace

int main(int argc, char** argv) {
  const prepared ready;
  auto steps = startup_steps(ready);
  std::vector<std::string> names;
  for (const auto& step : steps)
    names.push_back(step.name);
  const auto parsed = parse_options(argc, argv, names);
  if (const auto* end = std::get_if<end_with>(&parsed))
    return end->code;
  const auto& chosen = std::get<options>(parsed);

  troupe::application_options settings;
  // No restart at the top: a group of children that has spent its own budget ends the process.
  settings.root.limits.max_restarts = 0;
  troupe::application app{"hostwatch", settings};
  add_startup(app, std::move(steps), chosen.fail_startup);

  const auto for_sampler = std::make_shared<fault_letter>();
  auto work = make_work(app, ready, for_sampler);
  http::bridge_options bridge;
  bridge.listen = http::tcp_endpoint{chosen.host, chosen.port};
  bridge.limits.request_time = std::chrono::milliseconds{5'000};
  bridge.status = std::make_shared<http::bridge_status>();
  app.observe(std::make_shared<ready_line>(bridge.status));
  route_parts parts{app.ref("/app/work/parser"),
                    app.ref("/app/work/reporter"),
                    app.ref("/app/work/live"),
                    app.status(),
                    {}};
  if (chosen.enable_faults)
    parts.faults = make_faults(app, for_sampler);
  app.add(make_front(app, chosen, std::move(bridge), make_routes(parts)));
  app.add(std::move(work));
  return troupe::run(app);
}
