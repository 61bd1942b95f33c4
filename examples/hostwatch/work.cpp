// The background of hostwatch.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/work.hpp"

#include "runtime/supervision/make_child.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "examples/hostwatch/live.hpp"
#include "examples/hostwatch/parser.hpp"
#include "examples/hostwatch/permits.hpp"
#include "examples/hostwatch/reporter.hpp"
#include "examples/hostwatch/sampler.hpp"
#include "examples/hostwatch/store.hpp"

#include <caf/send.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace hostwatch {

troupe::child_spec make_work(troupe::application& app, const prepared& ready,
                             std::shared_ptr<fault_letter> for_sampler) {
  constexpr std::size_t store_places = 256; // requests to the store at once
  constexpr std::size_t news_places = 256;  // batches that wait for the live streams
  const store_access access{app.ref("/app/work/store"), permit_pool::make(store_places)};
  std::vector<troupe::child_spec> children{
    troupe::make_child<store>("store", app.ref("/app/work/live"), permit_pool::make(news_places)),
    troupe::make_child<live>("live", access),
    troupe::make_child<parser>("parser", access, std::shared_ptr<const host_identity>{ready.here}),
    troupe::make_child<reporter>("reporter", access),
    make_sampler("sampler", {}, ready.files, app.ref("/app/work/parser"), std::move(for_sampler)),
  };
  for (auto& child : children) {
    child.shutdown = std::chrono::milliseconds{3'000};
    // They keep nothing that a pause would mend, and clients wait for them.
    child.backoff = {.min_backoff = std::chrono::milliseconds{5},
                     .max_backoff = std::chrono::milliseconds{50}};
  }
  return troupe::make_supervisor(
    "work", {.limits = {.max_restarts = 20, .period = std::chrono::seconds{5}}},
    std::move(children));
}

fault_board make_faults(troupe::application& app, std::shared_ptr<fault_letter> for_sampler) {
  fault_board out;
  for (const auto* child : {"store", "live", "parser", "reporter"})
    out.add(child, [to = app.ref(std::string{"/app/work/"} + child)](fault_kind kind) {
      if (const auto& actor = to.resolve())
        caf::anon_send(caf::actor_cast<caf::actor>(actor), inject_fault{kind});
    });
  out.add("sampler", [letter = std::move(for_sampler)](fault_kind kind) { letter->leave(kind); });
  return out;
}

} // namespace hostwatch
