// What can be read about an actor from outside.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"

#include <array>
#include <cstdlib>
#include <mutex>
#include <set>
#include <utility>

#include <cxxabi.h>

namespace troupe {

namespace {

/// One string for all records of a type. There are as many as state classes, so they are never let go.
const std::string& interned(std::string_view text) {
  static std::mutex mutex;
  static auto* known = new std::set<std::string, std::less<>>;
  // Children of one type are mostly made one after the other.
  thread_local const std::string* last = nullptr;
  if (last == nullptr || *last != text) {
    const std::scoped_lock lock{mutex};
    auto it = known->find(text);
    if (it == known->end())
      it = known->emplace(text).first;
    last = &*it;
  }
  return *last;
}

/// Errors are rare and short to copy: a few mutexes for all records do, and cost none of them anything.
std::mutex& mutex_of(const actor_record& record) {
  static std::array<std::mutex, 16> mutexes;
  return mutexes[(reinterpret_cast<std::uintptr_t>(&record) >> 6) % mutexes.size()];
}

} // namespace

actor_record::actor_record(std::string at, std::string_view of_type)
  // A copy, because it takes no more memory than it needs.
  : path(std::string_view{at}), type(interned(of_type)),
    spawned_at(std::chrono::steady_clock::now()) {}

actor_record::~actor_record() = default;

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
  const std::scoped_lock lock{mutex_of(*this)};
  return last_error_ ? std::optional{*last_error_} : std::nullopt;
}

void actor_record::last_error(error why) {
  auto next = std::make_unique<const error>(std::move(why));
  const std::scoped_lock lock{mutex_of(*this)};
  last_error_.swap(next);
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
