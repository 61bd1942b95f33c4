// The sink of lifespan events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_event_sink.hpp"

namespace troupe {

lifespan_event_sink::~lifespan_event_sink() = default;

} // namespace troupe
