// What has to be right before hostwatch opens its port.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/application/application.hpp"
#include "examples/hostwatch/parser.hpp"
#include "examples/hostwatch/proc_files.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hostwatch {

/// A startup handler with the shutdown handler that undoes it.
struct startup_step {
  std::string name;
  std::function<troupe::result<void>()> start;
  std::function<troupe::result<void>()> undo;
};

/// What the steps prepare, for the children. Filled while the application starts, constant afterwards.
struct prepared {
  std::shared_ptr<host_identity> here = std::make_shared<host_identity>();
  std::shared_ptr<proc_files> files = std::make_shared<proc_files>();
};

/// In their order:
/// * `open_files` raises the soft limit of open files to the hard one, at most 65,536: each connection needs one.
///   Undone: the limit is put back.
/// * `identity` finds out the name of this host and the unit of its clock.
/// * `proc` opens the kernel's files and takes one look at them. Undone: they are closed.
[[nodiscard]] std::vector<startup_step> startup_steps(const prepared& into);

/// Adds the steps to `app`; the one called `failing` fails before it has done anything.
void add_startup(troupe::application& app, std::vector<startup_step> steps,
                 const std::string& failing);

/// `name` with what is no host name left out; `localhost` when nothing remains.
[[nodiscard]] std::string clean_host_name(std::string_view name);

} // namespace hostwatch
