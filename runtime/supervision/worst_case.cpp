// What a tree of supervisors can come to.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/worst_case.hpp"

#include "runtime/core/units.hpp"
#include "runtime/supervision/supervisor.hpp"

#include <algorithm>

namespace troupe {

namespace {

using time = std::optional<std::chrono::milliseconds>;

time own_time(const child_spec& spec) {
  return spec.shutdown == unbounded_shutdown ? std::nullopt : time{spec.shutdown};
}

std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  return a != 0 && b > worst_case::never / a ? worst_case::never : a * b;
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
  return b > worst_case::never - a ? worst_case::never : a + b;
}

} // namespace

worst_case worst_case_of(const child_spec& spec, const std::string& path) {
  worst_case out;
  if (!spec.shape) {
    out.stop = own_time(spec);
    return out;
  }
  const auto& [options, children, pooled, start_pooled] = *spec.shape;
  const bool together = options.stop == stop_order::together;
  out.stop = start_pooled ? own_time(pooled) : time{std::chrono::milliseconds{0}};
  std::uint64_t below = 0; // restarts inside the child that can cause the most of them
  for (const auto& child : children) {
    auto inner = worst_case_of(child, path + "/" + child.id);
    if (!inner.stop || !out.stop)
      out.stop = std::nullopt;
    else
      out.stop = together ? std::max(*out.stop, *inner.stop) : *out.stop + *inner.stop;
    below = std::max(below, inner.restarts);
    out.misfits.insert(out.misfits.end(), inner.misfits.begin(), inner.misfits.end());
  }
  // Each time a child gives up after `below` restarts it is itself restarted, max_restarts times, and then once not.
  const std::uint64_t own = options.limits.max_restarts;
  out.restarts = options.on_limit == limit_action::pause
                   ? worst_case::never
                   : saturating_sum(saturating_product(own + 1, below), own);
  if (const auto given = own_time(spec)) {
    if (!out.stop || *out.stop > *given)
      out.misfits.push_back(path + ": has " + to_text(*given) + " to stop, its children may need "
                            + (out.stop ? to_text(*out.stop) : std::string{"any time"}));
    out.stop = given;
  }
  return out;
}

} // namespace troupe
