// Passes events on to every sink, and keeps what the final report needs.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/lifespan/lifespan_event_sink.hpp"
#include "runtime/supervision/supervisor_event.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace troupe::internal {

/// Invariants: the list of sinks does not change after the start; `unstopped_` is guarded by `mutex_`.
template <class Sink, class Event>
class fan_out : public Sink {
public:
  void add(std::shared_ptr<Sink> sink) { sinks_.push_back(std::move(sink)); }

  void publish(const Event& event) noexcept override {
    for (const auto& sink : sinks_)
      sink->publish(event);
  }

private:
  std::vector<std::shared_ptr<Sink>> sinks_;
};

using supervisor_fan_out = fan_out<supervisor_event_sink, supervisor_event>;
using lifespan_fan_out = fan_out<lifespan_event_sink, lifespan_occurrence>;

/// Remembers the children that were given up.
class unstopped_collector final : public supervisor_event_sink {
public:
  void publish(const supervisor_event& event) noexcept override {
    if (const auto* abandoned = std::get_if<child_abandoned>(&event)) {
      const std::scoped_lock lock{mutex_};
      unstopped_.push_back(abandoned->child);
    }
  }

  [[nodiscard]] std::vector<unstopped_child> unstopped() const {
    const std::scoped_lock lock{mutex_};
    return unstopped_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<unstopped_child> unstopped_;
};

} // namespace troupe::internal
