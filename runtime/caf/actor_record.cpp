// What can be read about an actor from outside.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"

#include <cstdlib>
#include <memory>
#include <utility>

#include <cxxabi.h>

namespace troupe {

std::string_view to_string(actor_state state) noexcept {
  switch (state) {
    case actor_state::starting:
      return "starting";
    case actor_state::idle:
      return "idle";
    case actor_state::ready:
      return "ready";
    case actor_state::running:
      return "running";
    case actor_state::waiting:
      return "waiting";
    case actor_state::draining:
      return "draining";
    case actor_state::stopping:
      return "stopping";
    case actor_state::backoff:
      return "backoff";
    case actor_state::stopped:
      return "stopped";
    case actor_state::failed:
      return "failed";
  }
  return "?";
}

std::uint64_t actor_record::depth() const noexcept {
  const auto now = state.load(std::memory_order_relaxed);
  if (now == actor_state::stopped || now == actor_state::failed)
    return 0;
  // Read the outflow first: the difference may then be a little too large, never negative.
  const auto out = processed.load(std::memory_order_acquire)
                   + refused.load(std::memory_order_acquire);
  const auto in = enqueued.load(std::memory_order_relaxed);
  return in > out ? in - out : 0;
}

actor_state actor_record::visible_state() const noexcept {
  const auto now = state.load(std::memory_order_relaxed);
  return now == actor_state::idle && depth() > 0 ? actor_state::ready : now;
}

std::optional<error> actor_record::last_error() const {
  const std::scoped_lock lock{mutex_};
  return last_error_;
}

void actor_record::last_error(error why) {
  const std::scoped_lock lock{mutex_};
  last_error_ = std::move(why);
}

std::string readable_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text{
    abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free};
  return status == 0 ? std::string{text.get()} : std::string{type.name()};
}

std::string current_message_name(const actor_record& record) {
  if (const auto* type = record.current_message.load(std::memory_order_relaxed))
    return readable_name(*type);
  return record.busy_since_ns.load(std::memory_order_relaxed) == 0 ? "" : "(built-in)";
}

} // namespace troupe
