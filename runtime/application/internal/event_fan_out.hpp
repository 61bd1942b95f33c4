// Passes events on to every sink, and keeps what the final report needs.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/dead_letter.hpp"
#include "runtime/supervision/supervisor_event.hpp"
#include "runtime/lifespan/lifespan_event_sink.hpp"
#include "runtime/application/exit_code.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace troupe::internal {

/// Invariants: the list of sinks does not change after the start; what a collector remembers is guarded by its mutex.
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
using dead_letter_fan_out = fan_out<dead_letter_sink, dead_letter>;

/// Remembers the children that were given up, and those that failed instead of stopping.
class unstopped_collector final : public supervisor_event_sink {
public:
  void publish(const supervisor_event& event) noexcept override {
    const std::scoped_lock lock{mutex_};
    if (const auto* abandoned = std::get_if<child_abandoned>(&event))
      unstopped_.push_back(abandoned->child);
    else if (const auto* stopped = std::get_if<child_stopped>(&event);
             stopped && stopped->asked && stopped->why)
      failed_.push_back({stopped->path, *stopped->why});
  }

  [[nodiscard]] std::vector<unstopped_child> unstopped() const {
    const std::scoped_lock lock{mutex_};
    return unstopped_;
  }

  [[nodiscard]] std::vector<failed_stop> failed() const {
    const std::scoped_lock lock{mutex_};
    return failed_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<unstopped_child> unstopped_;
  std::vector<failed_stop> failed_;
};

/// Says which state the application enters.
class state_watch final : public lifespan_event_sink {
public:
  explicit state_watch(std::function<void(lifespan_state)> on_state)
    : on_state_(std::move(on_state)) {}

  void publish(const lifespan_occurrence& event) noexcept override {
    if (const auto* entered = std::get_if<lifespan_state_entered>(&event))
      on_state_(entered->state);
  }

private:
  std::function<void(lifespan_state)> on_state_;
};

} // namespace troupe::internal
