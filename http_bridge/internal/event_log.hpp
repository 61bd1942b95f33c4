// Writes a bridge's events to the log.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/http_event.hpp"

namespace troupe::internal {

class event_log final : public http::http_event_sink {
public:
  void publish(const http::http_event& event) noexcept override;
};

} // namespace troupe::internal
