// The actor that leads a bridge through the application's lifespan.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/registry/registry.hpp"
#include "runtime/lifespan/lifespan_message.hpp"
#include "runtime/lifespan/lifespan_status.hpp"
#include "http_bridge/bridge.hpp"
#include "http_bridge/engine/engine.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::internal {

/// What every incarnation of a bridge is made of.
struct bridge_setup {
  http::bridge_options options; ///< `events` and `status` are not null.
  http::router routes;
  std::shared_ptr<registry> actors;
  std::shared_ptr<const lifespan_status> status;
};

/// What incarnations of a bridge leave to the next one.
struct bridge_legacy {
  /// Opened by the start function for the first incarnation.
  std::unique_ptr<http::engine> engine;
  /// Where the bridge was bound; where port 0 was asked for, the port it was given.
  http::endpoint address;
};

/// Checks the setup, binds `where` and starts the reactors' threads.
[[nodiscard]] result<std::unique_ptr<http::engine>> open_engine(const bridge_setup& setup,
                                                                const http::endpoint& where,
                                                                caf::actor_system& system,
                                                                const std::string& path);

/// The engine has drained.
struct engine_drained {
  std::size_t cut;
};

class bridge_state {
public:
  static constexpr std::string_view type_name = "http_bridge";

  /// @param legacy holds an engine for the first incarnation; a later one finds it taken and opens its own.
  bridge_state(supervised_actor* self, std::shared_ptr<const bridge_setup> setup,
               std::shared_ptr<bridge_legacy> legacy);
  ~bridge_state();

  caf::behavior make_behavior();
  void on_stop(const stop_request& request);

private:
  caf::result<lifespan_ack> follow(const lifespan_message& message);
  result<void> accept();
  void drain(const lifespan_message& message);
  void drained(std::size_t cut);
  void wait_for_end(steady_time deadline);
  void subscribe();

  supervised_actor* self_;
  std::shared_ptr<const bridge_setup> setup_;
  std::unique_ptr<http::engine> engine_;
  bool accepting_ = false;
  answer_promise drain_promise_;
  steady_time drain_began_{};
  steady_time drain_deadline_{};
};

} // namespace troupe::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::internal::engine_drained)
