// What the base gives a meaning to when it comes out of a state.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <stdexcept>
#include <string>

namespace [[gnu::visibility("default")]] troupe {

/// Thrown by a state's constructor or `make_behavior`: the actor is not wanted now (OTP `ignore`). That is no failure:
/// a first start ends it as `normal`; in a restart it stays suspended until it is told to end or to try again.
struct ignore_start {};

/// What a watcher fails with when an actor it monitors has ended and it has set no down handler (Pekko's
/// `DeathPactException`). Reported as `errc::death_pact`.
class death_pact final : public std::runtime_error {
public:
  /// @param what names the actor and how it ended.
  explicit death_pact(const std::string& what) : std::runtime_error(what) {}
};

} // namespace troupe
