// The error kernel: the actor that holds what was accepted, and does nothing that can fail.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/registry/stable_ref.hpp"
#include "examples/hostwatch/faults.hpp"
#include "examples/hostwatch/permits.hpp"
#include "examples/hostwatch/sample_store.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hostwatch {

using sample_batch = std::shared_ptr<const std::vector<host_sample>>;

// -- to the store: each message holds one of its places -----------------------

/// Takes all samples or none; answered with `sample_store::answer`.
struct keep_samples {
  sample_batch samples;
  permit place;
};

/// Answered with `host_list`.
struct list_hosts {
  permit place;
};

/// Answered with `found_window`.
struct find_window {
  std::string host;
  std::chrono::seconds window;
  permit place;
};

// -- from the store -----------------------------------------------------------

struct host_list {
  std::vector<host_info> hosts;
  std::optional<troupe::wall_time> since;
};

struct found_window {
  std::optional<std::vector<sample>> samples; ///< Nothing for an unknown host.
  std::optional<troupe::wall_time> since;
};

/// Tells whoever shows samples live that these were accepted.
struct samples_kept {
  sample_batch samples;
  permit place;
};

/// Its handlers read and write its own memory and do nothing else, so what it has acknowledged outlives every crash of
/// the actors around it. When it is restarted all the same (`inject_fault`, no memory) it begins empty, and its answers
/// carry `since`, the time from which on it knows anything.
class store {
public:
  static constexpr std::string_view type_name = "store";

  /// @param listener gets `samples_kept`, as long as it has one of `listener_places` left; otherwise it misses some.
  store(troupe::supervised_actor* self, troupe::stable_ref listener,
        std::shared_ptr<permit_pool> listener_places);

  caf::behavior make_behavior();
  void on_stop(const troupe::stop_request& request);

private:
  void publish(const sample_batch& samples) const;

  troupe::supervised_actor* self_;
  troupe::stable_ref listener_;
  std::shared_ptr<permit_pool> listener_places_;
  sample_store samples_;
  std::optional<troupe::wall_time> since_;
  fault_switch faults_;
};

} // namespace hostwatch

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::keep_samples)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::sample_store::answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::list_hosts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::host_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::find_window)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::found_window)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::samples_kept)
