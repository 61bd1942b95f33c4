// Makes the actor system with the settings that CAF 0.17.6 needs.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/system_setup.hpp"

#include "runtime/caf/internal/lean_sharing.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/logger.hpp>

#include <algorithm>
#include <thread>

#include <sched.h>

namespace troupe {

namespace {

class config final : public caf::actor_system_config {
public:
  explicit config(std::size_t workers) {
    // Sharing idles at no cost and wakes faster than stealing, which polls.
    load<internal::lean_coordinator>();
    set("scheduler.max-threads", workers);
    // The default is unlimited: one busy actor would starve the others for seconds.
    set("scheduler.max-throughput", std::size_t{100});
  }
};

} // namespace

struct system_owner::parts {
  explicit parts(std::size_t workers) : settings(workers), system(settings) {}

  config settings;
  caf::actor_system system;
};

system_owner::system_owner(std::size_t workers) : parts_(std::make_unique<parts>(workers)) {}

system_owner::~system_owner() {
  // Making a system and spawning leave a logger in a thread-local (CAF 0.17.6), for which the system's end would wait.
  caf::logger::set_current_actor_system(nullptr);
  if (running() > 0) [[maybe_unused]]
    auto* leaked = parts_.release(); // its destructor would wait for ever
}

caf::actor_system& system_owner::system() noexcept {
  return parts_->system;
}

std::size_t system_owner::running() const {
  return parts_->system.registry().running();
}

bool system_owner::join(std::chrono::milliseconds time, std::size_t staying) {
  // CAF can wait for the end of all actors only without a limit, so this looks again and again.
  const auto deadline = std::chrono::steady_clock::now() + time;
  auto pause = std::chrono::microseconds{50};
  while (running() > staying) {
    if (std::chrono::steady_clock::now() >= deadline)
      return false;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds{2'000});
  }
  return true;
}

std::size_t available_cores() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
  return std::max(1U, std::thread::hardware_concurrency());
}

} // namespace troupe
