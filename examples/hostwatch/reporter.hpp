// The actor that computes what is asked about hosts. It may crash.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "http_bridge/request_message.hpp"
#include "examples/hostwatch/faults.hpp"
#include "examples/hostwatch/owed_answers.hpp"
#include "examples/hostwatch/store.hpp"
#include "examples/hostwatch/store_access.hpp"
#include "examples/hostwatch/summary.hpp"

#include <string>

namespace hostwatch {

/// `http::request` without the route parameter `host`: all hosts; with it: the summary of that one over the query
/// argument `window`, 422 for a wrong one, `unknown_host` for a host without samples.
class reporter {
public:
  static constexpr std::string_view type_name = "reporter";

  reporter(troupe::supervised_actor* self, store_access store);

  caf::behavior make_behavior();
  void on_stop(const troupe::stop_request& request);

private:
  void take(const troupe::http::request& request);
  void list(const troupe::http::request& request, owed_answers::ticket ticket);
  void summarize_host(const troupe::http::request& request, owed_answers::ticket ticket);

  troupe::supervised_actor* self_;
  store_access store_;
  owed_answers owed_;
  fault_switch faults_;
};

/// The bodies of the answers.
[[nodiscard]] std::string to_json(const host_list& list);
[[nodiscard]] std::string to_json(std::string_view host, std::chrono::seconds window,
                                  const summary& what, std::optional<troupe::wall_time> since);

} // namespace hostwatch
