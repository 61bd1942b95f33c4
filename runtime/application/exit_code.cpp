// From what happened to the exit code and the report.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/application/exit_code.hpp"

namespace troupe {

int exit_code_of(const run_report& report) noexcept {
  if (report.lifespan.start_failure)
    return exit_code::start_failed;
  if (report.lifespan.escalation)
    return exit_code::task_failed;
  if (report.lifespan.has_leftovers() || !report.unstopped.empty() || !report.leftovers.empty()
      || !report.failed_stops.empty())
    return exit_code::stop_failed;
  return exit_code::clean;
}

std::vector<std::string> lines_of(const run_report& report) {
  std::vector<std::string> out;
  const auto& span = report.lifespan;
  if (span.start_failure)
    out.push_back("start failed: " + span.start_failure->to_text());
  if (span.escalation)
    out.push_back("ended by a failure: " + span.escalation->to_text());
  for (const auto& f : span.failed_shutdowns)
    out.push_back("shutdown handler \"" + f.name + "\" failed: " + f.why.to_text());
  for (const auto& m : span.missing_acks)
    out.push_back(m.path + " did not acknowledge " + std::string{to_string(m.event)} + ": "
                  + m.why.to_text());
  for (const auto& name : span.unfinished)
    out.push_back(name + " is still running");
  for (const auto& child : report.failed_stops)
    out.push_back(child.path + " failed while it stopped: " + child.why.to_text());
  for (const auto& child : report.unstopped)
    out.push_back("did not stop: " + child.to_text());
  if (span.tree_unfinished)
    out.push_back("did not stop: the tree of supervisors");
  for (const auto& who : report.leftovers)
    out.push_back("still there at the end: " + who);
  return out;
}

} // namespace troupe
