// Looks at this host once a second.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/child_spec.hpp"
#include "runtime/registry/stable_ref.hpp"
#include "examples/hostwatch/faults.hpp"
#include "examples/hostwatch/permits.hpp"
#include "examples/hostwatch/proc_files.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace hostwatch {

struct sampler_options {
  std::chrono::milliseconds period{1'000};
  /// Looks that wait for the parser; when there are as many already the next is left out.
  std::size_t backlog = 10;
};

/// A ticker that reads `files` and sends `local_texts` to `parser`. It does not look at what it has read.
/// @param faults asked at each tick: a ticker takes no messages.
[[nodiscard]] troupe::child_spec make_sampler(std::string id, sampler_options options,
                                              std::shared_ptr<const proc_files> files,
                                              troupe::stable_ref parser,
                                              std::shared_ptr<fault_letter> faults);

} // namespace hostwatch
