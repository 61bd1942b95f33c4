// The rules of a drain.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/drain.hpp"

namespace troupe::internal {

drain_decision drain_step(const connection_view& seen, steady_time now) noexcept {
  if (seen.owes_answers || seen.unsent || seen.head_begun || seen.lingering)
    return {drain_action::finish, {}};
  const auto quiet_at = seen.active_at + drain_grace;
  if (now < quiet_at)
    return {drain_action::wait, quiet_at};
  return {drain_action::close, {}};
}

} // namespace troupe::internal
