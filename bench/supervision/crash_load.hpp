// Crashes children and waits for each to come back: the same driver for Troupe and for plain CAF.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "bench/supervision/measurement.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

namespace bench {

/// A child tells the driver, from its constructor or first behaviour, that it is there (again).
struct child_is_there {
  std::size_t child;
  caf::actor handle;
};

/// Tells a child to throw.
struct crash {};

/// Makes children `first` to `first + count - 1`, each under a supervisor of its own; every one of them reports to
/// the driver. Called in the driver's context.
using make_children
  = std::function<void(caf::event_based_actor& driver, std::size_t first, std::size_t count)>;

/// What a child does with `crash`; the same exception everywhere.
[[noreturn]] inline void throw_up() {
  throw std::runtime_error{"crash"};
}

/// Crashes `children` children in turn, each one `crashes` times, the next when the last has come back; then does the
/// same with new ones, `passes` times in all, so that no supervisor has a long history. Ends the process with
/// restarts per second. Times are of the crashes alone.
void crash_in_turn(caf::actor_system& system, make_children make, const arguments& given);

/// Crashes one child in a loop, first unmeasured for `warm_up_ms`, then for `time_ms`. Ends the process likewise.
void crash_one(caf::actor_system& system, make_children make, const arguments& given);

} // namespace bench

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bench::child_is_there)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(bench::crash)
