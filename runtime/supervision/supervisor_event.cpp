// The sink of supervisor events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/supervisor_event.hpp"

namespace troupe {

supervisor_event_sink::~supervisor_event_sink() = default;

} // namespace troupe
