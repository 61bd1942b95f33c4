// A tree of supervisors with budgets: the inner one gives up, the outer one makes it anew, and when that does not help
// the root gives up as well and the process ends with code 1.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/make_child.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/application/application.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/unit.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <stdexcept>
#include <string_view>

namespace {

using namespace std::chrono_literals;

/// Fails 20 ms after each start.
class disk {
public:
  static constexpr std::string_view type_name = "disk";

  explicit disk(troupe::supervised_actor* self) : self_(self) {}

  caf::behavior make_behavior() {
    return {[](caf::unit_t) {}}; // without a behaviour it would end
  }

  void on_start() const {
    self_->run_after(20ms, [] { throw std::runtime_error{"bad sector"}; });
  }

private:
  troupe::supervised_actor* self_;
};

/// Is well.
class worker {
public:
  static constexpr std::string_view type_name = "worker";

  explicit worker(troupe::supervised_actor* self) : self_(self) {}
  ~worker() { spdlog::info("{} ends", self_->path()); }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  caf::behavior make_behavior() {
    return {[](caf::unit_t) {}};
  }

  void on_start() const { spdlog::info("{} is up", self_->path()); }

private:
  troupe::supervised_actor* self_;
};

} // namespace

int main() {
  constexpr troupe::restart_limits once{.max_restarts = 1, .period = 5s};
  constexpr troupe::restart_limits twice{.max_restarts = 2, .period = 5s};
  troupe::application_options options;
  options.root.limits = once;
  troupe::application app{"05_nested_trees", options};
  app.add(troupe::make_child<worker>("web"));
  app.add(troupe::make_supervisor(
    "storage", {.limits = twice},
    {troupe::make_child<disk>("disk"), troupe::make_child<worker>("index")}));
  // The log begins with the worst case of this tree.
  return troupe::run(app);
}
