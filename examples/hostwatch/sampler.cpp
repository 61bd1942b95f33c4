// Looks at this host once a second.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/sampler.hpp"

#include "actors/ticker.hpp"
#include "examples/hostwatch/parser.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <thread>
#include <utility>

namespace hostwatch {

namespace {

/// One tick's work; each incarnation has a copy.
struct look {
  std::shared_ptr<const proc_files> files;
  troupe::stable_ref parser;
  std::shared_ptr<fault_letter> letter;
  std::shared_ptr<fault_switch> faults;
  std::shared_ptr<permit_pool> places;

  void operator()(const troupe::actors::tick&) const {
    faults->apply(letter->take());
    auto texts = files->read();
    if (!texts) {
      spdlog::warn("this host: {}", texts.error().to_text());
      return;
    }
    const auto& receiver = parser.resolve();
    auto place = places->take();
    if (receiver && place)
      caf::anon_send(
        caf::actor_cast<caf::actor>(receiver),
        local_texts{std::make_shared<const proc_texts>(std::move(*texts)), std::move(place)});
  }
};

} // namespace

troupe::child_spec make_sampler(std::string id, sampler_options options,
                                std::shared_ptr<const proc_files> files, troupe::stable_ref parser,
                                std::shared_ptr<fault_letter> letter) {
  auto faults = std::make_shared<fault_switch>();
  return troupe::actors::make_ticker(
    std::move(id), {.period = options.period},
    look{std::move(files), std::move(parser), letter, faults, permit_pool::make(options.backlog)},
    [faults, letter] {
      faults->apply(letter->take());
      // A ticker always ends when it is asked to, so ignoring that means to stay in this function.
      if (faults->ignores_stop())
        fault_switch{}.apply(fault_kind::hang);
    });
}

} // namespace hostwatch
