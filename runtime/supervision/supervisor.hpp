// Keeps an ordered list of children running, restarting them when they fail.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/child_rules.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <any>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// Policy of one supervisor. The budget in it is the supervisor's; a child may have one of its own as well.
using supervisor_options = supervisor_rules;

/// Makes the start function of one child of a pool from what `start_pooled` brought.
using pool_template = std::function<result<start_function>(const std::any& args)>;

/// What a supervisor supervises.
struct supervisor_shape {
  supervisor_options options;
  std::vector<child_spec> children;
  /// Of a dynamic supervisor: all its children are like this one, apart from id and start function.
  child_spec pooled = {};
  pool_template start_pooled = {};
};

/// Checks the options and their fit with the children: a positive period, a pause that lasts, no significant child that
/// is permanent or under `auto_shutdown::never`, nothing static in a pool.
/// @param place Of the supervisor, for the message: `children[2]`.
[[nodiscard]] result<void> validate(const supervisor_shape& shape, std::string_view place);
[[nodiscard]] result<void> validate(const supervisor_options& options, std::string_view place);

/// A supervisor as a child of another one, or as the root.
///
/// Its children start in the order given, each after the one before is up; it is up when all are. If one
/// fails to start, those already up are stopped in reverse order and the start fails with
/// `errc::start_failed` naming the child. When the budget is spent it stops its children in reverse order
/// and ends with `errc::too_many_restarts`; its parent then treats it like any child that ended: a new
/// supervisor with new children stands behind the same paths. `supervisor_options` has the other ways.
/// @returns the specification; a wrong option or child is reported by `validate`, and by the start
///          (`errc::invalid_argument`, `errc::duplicate_child`) before anything has been started.
[[nodiscard]] child_spec make_supervisor(std::string id, supervisor_options options,
                                         std::vector<child_spec> children);

} // namespace troupe
