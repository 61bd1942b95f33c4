// Puts the admin API behind a Unix-domain socket.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/endpoints/admin.hpp"

#include "runtime/inspection/admin_socket.hpp"
#include "runtime/inspection/event_log.hpp"
#include "runtime/application/application.hpp"
#include "http_bridge/bridge.hpp"
#include "http_bridge/endpoints/admin_routes.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>

#include <atomic>
#include <filesystem>
#include <memory>
#include <utility>

#include <unistd.h>

namespace troupe::http {

namespace {

/// The actor system is known from the start on. It lives longer than the reactor that asks for it:
/// a system is not destroyed before its actors have ended.
using system_slot = std::atomic<caf::actor_system*>;

std::string host_name() {
  std::string name(256, '\0');
  if (::gethostname(name.data(), name.size() - 1) != 0)
    return {};
  name.resize(name.find('\0'));
  return name;
}

std::shared_ptr<const event_log> observe(application& app) {
  auto log = std::make_shared<event_log>();
  app.observe(std::shared_ptr<supervisor_event_sink>{log});
  app.observe(std::shared_ptr<lifespan_event_sink>{log});
  return log;
}

} // namespace

result<std::string> admin_socket_path(std::string_view application, const admin_options& options) {
  if (!options.socket.empty())
    return options.socket;
  if (application.empty() || application.find('/') != std::string_view::npos)
    return error{errc::invalid_argument,
                 "application: \"" + std::string{application} + "\" names no file"};
  auto folder = socket_folder(places_of_this_user());
  if (!folder)
    return folder;
  return *folder + '/' + socket_file_name(application, ::getpid());
}

child_spec make_admin(application& app, std::string id, admin_options options) {
  const auto system = std::make_shared<system_slot>(nullptr);
  const auto model = std::make_shared<const admin_model>(
    admin_model{{app.name(), app.shared_actors(), app.status(),
                 [system]() -> std::size_t {
                   auto* running = system->load(std::memory_order_acquire);
                   return running != nullptr ? running->registry().running() : 0;
                 }},
                observe(app),
                {::getpid(), host_name(), std::chrono::system_clock::now()}});

  const auto path = admin_socket_path(app.name(), options);
  bridge_options bridge;
  bridge.listen = unix_endpoint{path ? *path : std::string{}};
  bridge.reactors = 1;
  bridge.follow_lifespan = false;
  auto spec = make_bridge(app, std::move(id), std::move(bridge), make_admin_routes(model));
  spec.start =
    [system, path, own_folder = options.socket.empty(),
     start_bridge = std::move(spec.start)](const start_args& at) -> result<started_child> {
    if (!path)
      return path.error();
    if (own_folder)
      remove_dead_sockets(std::filesystem::path{*path}.parent_path().native());
    system->store(&at.system, std::memory_order_release);
    return start_bridge(at);
  };
  return spec;
}

} // namespace troupe::http
