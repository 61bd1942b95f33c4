// The background of hostwatch: its children, their budget, and how each can be given a fault.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/child_spec.hpp"
#include "runtime/application/application.hpp"
#include "examples/hostwatch/faults.hpp"
#include "examples/hostwatch/startup.hpp"

#include <memory>

namespace hostwatch {

/// A supervisor at `/app/work` with store, live, parser, reporter and sampler. The store comes first, so that it is the
/// last to stop. Together they may be restarted 20 times in 5 s: many small crashes are survived, a storm of them is not
/// a state to stay in. Each has 3 s to stop.
/// @param for_sampler where the sampler looks for faults.
[[nodiscard]] troupe::child_spec make_work(troupe::application& app, const prepared& ready,
                                           std::shared_ptr<fault_letter> for_sampler);

/// The children of `make_work` by their ids.
[[nodiscard]] fault_board make_faults(troupe::application& app,
                                      std::shared_ptr<fault_letter> for_sampler);

} // namespace hostwatch
