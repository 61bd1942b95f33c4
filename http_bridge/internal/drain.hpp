// Decides what a drain does with a connection: values in, values out.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"

#include <chrono>
#include <cstdint>

namespace troupe::internal {

/// What a drain looks at.
struct connection_view {
  bool owes_answers = false; ///< Requests are being read, handled or answered, or streams are open.
  bool unsent = false;       ///< Answers wait for the kernel to take them.
  bool head_begun = false;   ///< Bytes of a next request have arrived.
  bool lingering = false;    ///< All is sent; the client has not closed yet.
  steady_time active_at{};   ///< Last time a request began or an answer ended.
};

enum class drain_action : std::uint8_t {
  close,  ///< Nothing is owed and nothing is on its way.
  finish, ///< Let it end by itself; its next answer says `Connection: close`.
  wait,   ///< Look again at `drain_decision::again`.
};

struct drain_decision {
  drain_action action = drain_action::close;
  steady_time again{};

  friend bool operator==(const drain_decision&, const drain_decision&) = default;
};

/// A connection that was in use this recently may have a request on its way; it is answered (503) instead of reset.
inline constexpr std::chrono::milliseconds drain_grace{200};

/// What to do with one connection of a bridge that drains.
[[nodiscard]] drain_decision drain_step(const connection_view& seen, steady_time now) noexcept;

} // namespace troupe::internal
