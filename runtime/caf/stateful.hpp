// Makes an actor of a state class.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"

#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// Holds one `State` at a time, made anew for each incarnation from the same arguments.
///
/// A `State` has a constructor `(supervised<Base>*, Args...)` and `make_behavior()`, and any of these hooks:
/// * `void on_start()`: the incarnation is up; under a start barrier, so are its siblings.
/// * `void on_stop(const stop_request&)`: it was asked to end, and must come to call `self->quit()`.
/// * `void pre_restart(const error& why)`: a restart is about to replace it, because it failed or was told to.
/// * `void post_restart(const error& why, std::uint32_t attempt)`: it stands in for one that ended by `why`
///   (`errc::stopped` when that was no failure). Comes after `make_behavior` and before any message; an exception is
///   a failed start.
template <class Base, class State, class... Args>
class stateful : public supervised<Base> {
public:
  stateful(caf::actor_config& cfg, actor_setup setup, std::tuple<Args...> args)
    : supervised<Base>(cfg, std::move(setup)), args_(std::move(args)) {}

protected:
  typename Base::behavior_type start_incarnation() override {
    std::apply([this](const Args&... args) { state_.emplace(this, args...); }, args_);
    return state_->make_behavior();
  }

  void drop_state() override { state_.reset(); }

  void on_start() override {
    if constexpr (requires(State & s) { s.on_start(); })
      state_->on_start();
  }

  void on_stop(const stop_request& request) override {
    if constexpr (requires(State & s) { s.on_stop(request); })
      state_->on_stop(request);
    else
      supervised<Base>::on_stop(request);
  }

  void pre_restart([[maybe_unused]] const error& why) override {
    if constexpr (requires(State & s) { s.pre_restart(why); })
      state_->pre_restart(why);
  }

  void post_restart([[maybe_unused]] const error& why,
                    [[maybe_unused]] std::uint32_t attempt) override {
    if constexpr (requires(State & s) { s.post_restart(why, attempt); })
      state_->post_restart(why, attempt);
  }

private:
  std::tuple<Args...> args_;
  std::optional<State> state_;
};

} // namespace troupe
