// Calls a function at regular times.
// SPDX-License-Identifier: BSD-3-Clause

#include "actors/ticker.hpp"

#include "runtime/core/units.hpp"
#include "runtime/supervision/make_child.hpp"

#include <caf/actor_clock.hpp>

#include <algorithm>
#include <utility>

namespace troupe::actors {

std::string_view to_string(ticker_mode mode) noexcept {
  return mode == ticker_mode::fixed_rate ? "fixed_rate" : "fixed_delay";
}

result<void> validate(const ticker_options& options) {
  if (options.period.count() <= 0)
    return error{errc::invalid_argument,
                 "ticker.period: " + std::to_string(options.period.count()) + " ns"};
  if (options.first_after.count() < 0)
    return error{errc::invalid_argument,
                 "ticker.first_after: " + std::to_string(options.first_after.count()) + " ns"};
  return {};
}

std::uint64_t next_grid_point(std::uint64_t last, std::chrono::nanoseconds elapsed,
                              std::chrono::nanoseconds period) noexcept {
  const auto behind = elapsed.count() <= 0 ? std::int64_t{0} : elapsed / period;
  const bool on_point = elapsed.count() > 0 && elapsed % period == std::chrono::nanoseconds{0};
  const auto next = static_cast<std::uint64_t>(behind) + (on_point ? 0 : 1);
  return std::max(last + 1, next);
}

namespace {

class ticker {
public:
  static constexpr std::string_view type_name = "ticker";

  ticker(supervised_actor* self, ticker_options options, tick_function on_tick,
         ticker_stopped_function on_stopped)
    : self_(self), options_(options), on_tick_(std::move(on_tick)),
      on_stopped_(std::move(on_stopped)), first_(self->clock().now() + options.first_after) {}

  caf::behavior make_behavior() {
    arm(first_);
    // A ticker takes no messages; the handler keeps the actor alive.
    return {[](const timer_due&) {}};
  }

  void on_stop(const stop_request&) {
    if (on_stopped_)
      on_stopped_();
    self_->quit(caf::exit_reason::user_shutdown);
  }

private:
  void arm(steady_time at) {
    self_->run_after(std::max(at - self_->clock().now(), steady_time::duration{0}),
                     [this] { run(); });
  }

  void run() {
    on_tick_({++count_, missed_, self_->incarnation()});
    const auto now = self_->clock().now();
    if (options_.mode == ticker_mode::fixed_delay) {
      arm(now + options_.period);
      return;
    }
    const auto next = next_grid_point(point_, now - first_, options_.period);
    missed_ = next - point_ - 1;
    point_ = next;
    arm(first_ + options_.period * static_cast<std::int64_t>(point_));
  }

  supervised_actor* self_;
  ticker_options options_;
  tick_function on_tick_;
  ticker_stopped_function on_stopped_;
  steady_time first_;
  std::uint64_t point_ = 0; ///< Grid point of the next tick to run; 0 is `first_`.
  std::uint64_t count_ = 0;
  std::uint64_t missed_ = 0;
};

} // namespace

child_spec make_ticker(std::string id, ticker_options options, tick_function on_tick,
                       ticker_stopped_function on_stopped) {
  auto start = start_as<ticker>(options, std::move(on_tick), std::move(on_stopped));
  return {
    .id = std::move(id),
    .start = [options, start = std::move(start)](const start_args& at) -> result<started_child> {
      if (auto ok = validate(options); !ok)
        return ok.error();
      return start(at);
    }};
}

} // namespace troupe::actors
