// A child that did not stop in its time.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/unstopped_child.hpp"

#include "runtime/core/units.hpp"
#include "runtime/caf/actor_record.hpp"

namespace troupe {

std::string unstopped_child::to_text() const {
  std::string text = path + ": ";
  if (busy_for)
    text += "handling " + (message.empty() ? std::string{"a message"} : message) + " for "
            + troupe::to_text(*busy_for);
  else
    text += "in no handler, ignores the stop request";
  text += ", was given " + troupe::to_text(waited);
  return text;
}

unstopped_child describe_unstopped(const actor_record& record, std::chrono::milliseconds waited) {
  unstopped_child out{record.path, current_message_name(record), std::nullopt, waited};
  if (const auto since = record.busy_since_ns.load(std::memory_order_relaxed); since != 0) {
    out.busy_for = std::chrono::steady_clock::now().time_since_epoch()
                   - std::chrono::nanoseconds{since};
    if (record.current_message.load(std::memory_order_relaxed) == nullptr
        && record.state.load(std::memory_order_relaxed) == actor_state::starting)
      out.message = "its start";
  } else {
    out.message.clear();
  }
  return out;
}

} // namespace troupe
