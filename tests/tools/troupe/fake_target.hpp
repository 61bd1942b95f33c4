// An admin API that answers from texts.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/inspection/actor_query.hpp"
#include "runtime/inspection/snapshot_json.hpp"
#include "tests/runtime/inspection/hand_made.hpp"
#include "tools/troupe/admin_api.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::testing {

/// Answers each target with the text set for it, everything else with `errc::not_found`, and
/// remembers what it was asked.
struct fake_target {
  std::map<std::string, result<std::string>> answers;
  std::vector<std::string> asked;

  [[nodiscard]] tool::admin_api api() {
    return tool::admin_api{[this](const std::string& target) -> result<std::string> {
      asked.push_back(target);
      const auto found = answers.find(target);
      return found == answers.end() ? error{errc::not_found, "the target has no such route"}
                                    : found->second;
    }};
  }
};

/// `small_service()` behind its API.
inline fake_target small_target() {
  const auto service = small_service();
  fake_target out;
  out.answers.emplace("/admin/v1/actors?limit=10000", actors_json(service, select(service, {})));
  out.answers.emplace("/admin/v1/tree", tree_json(service, ""));
  out.answers.emplace("/admin/v1/tree?root=/app/http", tree_json(service, "/app/http"));
  out.answers.emplace("/admin/v1/runtime", runtime_json(service, std::nullopt));
  out.answers.emplace("/admin/v1/info",
                      info_json(service, {4711, "box", service.time - std::chrono::seconds{90}}));
  return out;
}

} // namespace troupe::testing
