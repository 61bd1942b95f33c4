// Keeps an ordered list of children running, restarting them when they fail.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/restart_window.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// Policy of one supervisor: one_for_one, that is, only the child that failed is restarted. The budget is
/// the supervisor's, not each child's; a child that needs a budget of its own gets a supervisor of its own.
struct supervisor_options {
  restart_limits limits;
};

/// Checks the options: a positive period.
[[nodiscard]] result<void> validate(const supervisor_options& options, std::string_view place);

/// A supervisor as a child of another one, or as the root.
///
/// Its children start in the order given, each after the one before is up; it is up when all are. If one
/// fails to start, those already up are stopped in reverse order and the start fails with
/// `errc::start_failed` naming the child. When the budget is spent it stops its children in reverse order
/// and ends with `errc::too_many_restarts`; its parent then treats it like any child that ended: a new
/// supervisor with new children stands behind the same paths.
/// @returns the specification; a wrong option or child is reported by the start (`errc::invalid_argument`,
///          `errc::duplicate_child`), before anything has been started.
[[nodiscard]] child_spec make_supervisor(std::string id, supervisor_options options,
                                         std::vector<child_spec> children);

} // namespace troupe
