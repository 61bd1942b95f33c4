// Crashes children and waits for each to come back.
// SPDX-License-Identifier: BSD-3-Clause

#include "bench/supervision/crash_load.hpp"

#include <utility>

namespace bench {

namespace {

class in_turn final : public caf::event_based_actor {
public:
  in_turn(caf::actor_config& cfg, make_children make, std::size_t children, std::size_t crashes,
          std::size_t passes)
    : caf::event_based_actor(cfg), make_(std::move(make)), children_(children), crashes_(crashes),
      passes_(passes) {}

  caf::behavior make_behavior() override {
    begin_pass();
    return {[this](const child_is_there& report) {
      const auto child = report.child - first_;
      children_[child] = report.handle;
      if (missing_ > 0)
        came_up();
      else
        came_back(child);
    }};
  }

private:
  void begin_pass() {
    missing_ = children_.size();
    make_(*this, first_, missing_);
  }

  void came_up() {
    if (--missing_ > 0)
      return;
    to_do_ = crashes_ * children_.size();
    began_ = clock_type::now();
    send(children_[0], crash{});
  }

  void came_back(std::size_t child) {
    if (--to_do_ > 0) {
      send(children_[(child + 1) % children_.size()], crash{});
      return;
    }
    seconds_ += seconds_since(began_);
    first_ += children_.size();
    if (first_ < passes_ * children_.size()) {
      begin_pass();
      return;
    }
    finish(static_cast<double>(crashes_ * first_) / seconds_);
  }

  make_children make_;
  std::vector<caf::actor> children_;
  std::size_t crashes_;
  std::size_t passes_;
  std::size_t first_ = 0;   ///< Of the children of this pass.
  std::size_t missing_ = 0; ///< Children that have not come up for the first time.
  std::size_t to_do_ = 0;   ///< Crashes left in this pass.
  double seconds_ = 0;
  clock_type::time_point began_;
};

class in_a_loop final : public caf::event_based_actor {
public:
  in_a_loop(caf::actor_config& cfg, make_children make, std::chrono::milliseconds warm_up,
            std::chrono::milliseconds time)
    : caf::event_based_actor(cfg), make_(std::move(make)), warm_up_(warm_up), time_(time) {}

  caf::behavior make_behavior() override {
    began_ = clock_type::now();
    make_(*this, 0, 1);
    return {[this](const child_is_there& report) {
      // A look at the clock for each would be a part of the figure.
      constexpr std::uint64_t restarts_per_look = 16;
      if (++restarts_ % restarts_per_look == 0)
        look_at_clock();
      send(report.handle, crash{});
    }};
  }

private:
  void look_at_clock() {
    const auto passed = clock_type::now() - began_;
    if (!measuring_) {
      if (passed < warm_up_)
        return;
      measuring_ = true;
      restarts_ = 0;
      began_ = clock_type::now();
    } else if (passed >= time_) {
      finish(static_cast<double>(restarts_) / seconds_since(began_));
    }
  }

  make_children make_;
  std::chrono::milliseconds warm_up_;
  std::chrono::milliseconds time_;
  bool measuring_ = false;
  std::uint64_t restarts_ = 0;
  clock_type::time_point began_;
};

} // namespace

void crash_in_turn(caf::actor_system& system, make_children make, const arguments& given) {
  system.spawn<in_turn>(std::move(make), given.number("children"), given.number("crashes"),
                        given.number("passes"));
}

void crash_one(caf::actor_system& system, make_children make, const arguments& given) {
  system.spawn<in_a_loop>(std::move(make), given.milliseconds("warm_up_ms"),
                          given.milliseconds("time_ms"));
}

} // namespace bench
