// The actor that sends accepted samples to whoever watches a host.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "http_bridge/exchange.hpp"
#include "examples/hostwatch/faults.hpp"
#include "examples/hostwatch/permits.hpp"
#include "examples/hostwatch/store.hpp"
#include "examples/hostwatch/store_access.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hostwatch {

/// Wants to watch the host named in the exchange's route parameter `host`.
struct watch_host {
  std::shared_ptr<troupe::http::exchange> who;
  permit place; ///< Kept until the watcher has gone.
};

/// Answers `unknown_host` for a host without samples, or starts a stream of events of type `sample`: at once the newest one,
/// then each that the store accepts and that is newer than the one before. A restart of this actor closes all streams;
/// browsers come back by themselves.
class live {
public:
  static constexpr std::string_view type_name = "live";
  /// How often watchers that have gone are looked for; those of a host that sends are noticed at once.
  static constexpr std::chrono::seconds sweep_period{5};

  live(troupe::supervised_actor* self, store_access store);
  ~live();
  live(const live&) = delete;
  live& operator=(const live&) = delete;

  caf::behavior make_behavior();
  void on_stop(const troupe::stop_request& request);

private:
  struct watcher {
    troupe::http::sse_stream stream;
    permit place;
  };
  struct watched {
    std::optional<sample> newest;
    std::vector<watcher> watchers;
  };

  void take(const watch_host& request);
  void begin(const watch_host& request, const std::vector<sample>& recent);
  void take(const samples_kept& news);
  void sweep();

  troupe::supervised_actor* self_;
  store_access store_;
  std::uint64_t last_waiting_ = 0;
  std::map<std::uint64_t, watch_host> waiting_; // for the store's answer
  std::map<std::string, watched, std::less<>> hosts_;
  fault_switch faults_;
};

} // namespace hostwatch

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::watch_host)
