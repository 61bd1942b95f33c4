// The order of a start and a stop.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_plan.hpp"

#include "runtime/core/units.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace troupe {

using namespace lifespan_step;

result<void> validate(const lifespan_options& options) {
  struct field {
    const char* name;
    std::chrono::milliseconds value;
  };
  const std::array fields{field{"startup_time", options.startup_time},
                          field{"rollback_time", options.rollback_time},
                          field{"stop_time", options.stop_time},
                          field{"lame_duck_time", options.lame_duck_time},
                          field{"notice_time", options.notice_time},
                          field{"drain_time", options.drain_time},
                          field{"broadcast_time", options.broadcast_time},
                          field{"handler_time", options.handler_time}};
  for (const auto& f : fields)
    if (f.value.count() < 0 || f.value > longest_lifespan_time)
      return error{errc::invalid_argument, std::string{"lifespan."} + f.name + ": "
                                             + std::to_string(f.value.count()) + " ms (0 to "
                                             + std::to_string(longest_lifespan_time.count()) + ")"};
  return {};
}

lifespan_plan::lifespan_plan(lifespan_options options, std::vector<lifespan_hook> hooks)
  : options_(options), hooks_(std::move(hooks)) {}

// -- helpers --------------------------------------------------------------------

void lifespan_plan::go(lifespan_state state, effects& out) {
  state_ = state;
  out.emplace_back(enter{state});
}

void lifespan_plan::arm(steady_time at, effects& out) {
  out.emplace_back(lifespan_step::arm{++ticket_, at});
}

void lifespan_plan::announce(step next, lifespan_event event, steady_time deadline, effects& out) {
  step_ = next;
  ++ticket_; // whoever sends the broadcast keeps its deadline; no other timer counts meanwhile
  out.emplace_back(broadcast{event, report_.reason, deadline});
}

bool lifespan_plan::starting() const noexcept {
  return step_ <= step::announcing_started;
}

steady_time lifespan_plan::within(std::chrono::milliseconds time, steady_time now) const {
  return std::min(now + time, std::max(end_, now));
}

// -- start ----------------------------------------------------------------------

effects lifespan_plan::begin(steady_time now) {
  effects out;
  if (step_ != step::idle)
    return out; // a stop came first
  end_ = now + options_.startup_time;
  go(lifespan_state::starting, out);
  next_startup(now, out);
  return out;
}

void lifespan_plan::next_startup(steady_time, effects& out) {
  step_ = step::calling_startup;
  for (; next_hook_ < hooks_.size(); ++next_hook_) {
    if (hooks_[next_hook_].has_startup) {
      out.emplace_back(call_hook{next_hook_, false});
      arm(end_, out);
      return;
    }
    hooks_begun_ = next_hook_ + 1;
  }
  step_ = step::starting_tree;
  tree_alive_ = true;
  out.emplace_back(start_tree{});
  arm(end_, out);
}

void lifespan_plan::fail_start(error why, steady_time now, effects& out) {
  report_.start_failure = std::move(why);
  if (report_.reason.text.empty())
    report_.reason = {stop_reason::kind_type::start_failed, report_.start_failure->to_text()};
  end_ = now + options_.rollback_time;
  go(lifespan_state::stopping, out);
  if (tree_alive_)
    stop_tree(now, out);
  else
    first_shutdown(now, out);
}

effects lifespan_plan::hook_done(std::size_t hook, bool shutdown, std::optional<error> failure,
                                 steady_time now) {
  effects out;
  if (hook != next_hook_)
    return out;
  if (!shutdown && step_ == step::calling_startup) {
    if (failure) {
      fail_start(
        {errc::start_failed, "startup handler \"" + hooks_[hook].name + "\": " + failure->detail},
        now, out);
      return out;
    }
    hooks_begun_ = ++next_hook_;
    if (interrupted_)
      interrupt(now, out);
    else
      next_startup(now, out);
  } else if (shutdown && step_ == step::calling_shutdown) {
    if (failure)
      report_.failed_shutdowns.push_back({hooks_[hook].name, std::move(*failure)});
    next_shutdown(now, out);
  }
  return out;
}

effects lifespan_plan::tree_ready(steady_time) {
  effects out;
  if (step_ == step::starting_tree)
    announce(step::announcing_startup, lifespan_event::startup, end_, out);
  return out;
}

effects lifespan_plan::tree_failed(error why, steady_time now) {
  effects out;
  if (step_ != step::starting_tree)
    return out;
  tree_alive_ = false;
  fail_start(std::move(why), now, out);
  return out;
}

effects lifespan_plan::tree_ended(std::optional<error> failure, steady_time now) {
  effects out;
  if (!std::exchange(tree_alive_, false))
    return out;
  if (step_ == step::stopping_tree) {
    first_shutdown(now, out);
    return out;
  }
  auto why = failure.value_or(error{errc::gone, "the root supervisor ended"});
  if (starting()) {
    fail_start(std::move(why), now, out);
    return out;
  }
  if (!report_.escalation)
    report_.escalation = why;
  if (step_ <= step::running)
    begin_stop({stop_reason::kind_type::task_failed, why.to_text()}, now, out);
  return out;
}

effects lifespan_plan::broadcast_done(lifespan_event event,
                                      std::vector<lifespan_report::missing_ack> missing,
                                      steady_time now) {
  effects out;
  auto expect = [&](step at, lifespan_event what) { return step_ == at && event == what; };
  if (expect(step::announcing_startup, lifespan_event::startup)
      || expect(step::announcing_started, lifespan_event::started)) {
    if (!missing.empty()) {
      const auto& m = missing.front();
      fail_start({errc::start_failed, m.path + " did not acknowledge "
                                        + std::string{to_string(event)} + ": " + m.why.to_text()},
                 now, out);
    } else if (event == lifespan_event::startup) {
      go(lifespan_state::started, out);
      announce(step::announcing_started, lifespan_event::started, end_, out);
    } else {
      go(lifespan_state::ready, out);
      announce(step::announcing_ready, lifespan_event::ready, now + options_.broadcast_time, out);
    }
    return out;
  }
  if (expect(step::announcing_ready, lifespan_event::ready)) {
    step_ = step::running;
    return out;
  }
  if (!expect(step::announcing_stopping, lifespan_event::stopping)
      && !expect(step::announcing_drain, lifespan_event::drain)
      && !expect(step::announcing_shutdown, lifespan_event::shutdown))
    return out;
  std::move(missing.begin(), missing.end(), std::back_inserter(report_.missing_acks));
  if (event == lifespan_event::stopping) {
    go(lifespan_state::draining, out);
    announce(step::announcing_drain, lifespan_event::drain, within(options_.drain_time, now), out);
  } else if (event == lifespan_event::drain) {
    go(lifespan_state::stopping, out);
    announce(step::announcing_shutdown, lifespan_event::shutdown,
             within(options_.broadcast_time, now), out);
  } else if (tree_alive_) {
    stop_tree(now, out);
  } else {
    first_shutdown(now, out);
  }
  return out;
}

// -- stop -----------------------------------------------------------------------

effects lifespan_plan::stop(stop_reason reason, steady_time now) {
  effects out;
  if (starting()) {
    if (std::exchange(interrupted_, true))
      return out;
    report_.reason = std::move(reason);
    // A startup function in hand may finish, so that it can be undone.
    if (step_ == step::calling_startup)
      arm(within(options_.handler_time, now), out);
    else
      interrupt(now, out);
  } else if (step_ <= step::running) {
    begin_stop(std::move(reason), now, out);
  }
  return out;
}

void lifespan_plan::interrupt(steady_time now, effects& out) {
  fail_start({errc::stopping, "interrupted by " + report_.reason.text}, now, out);
}

void lifespan_plan::begin_stop(stop_reason reason, steady_time now, effects& out) {
  report_.reason = std::move(reason);
  end_ = now + options_.stop_time;
  go(lifespan_state::lame_duck, out);
  // With the tree gone there is nothing left that could serve, and whoever presses Ctrl-C has no load balancer.
  if (options_.lame_duck_time.count() == 0 || !tree_alive_
      || report_.reason.kind == stop_reason::kind_type::interrupt) {
    after_lame_duck(now, out);
    return;
  }
  step_ = step::lame_duck;
  arm(within(options_.lame_duck_time, now), out);
}

void lifespan_plan::after_lame_duck(steady_time now, effects& out) {
  announce(step::announcing_stopping, lifespan_event::stopping, within(options_.notice_time, now),
           out);
}

void lifespan_plan::stop_tree(steady_time now, effects& out) {
  step_ = step::stopping_tree;
  const bool owed = std::any_of(hooks_.begin(),
                                hooks_.begin() + static_cast<std::ptrdiff_t>(hooks_begun_),
                                [](const auto& h) { return h.has_shutdown; });
  const auto kept_back = owed ? options_.handler_time : std::chrono::milliseconds{0};
  const auto deadline = std::max(now, end_ - kept_back);
  out.emplace_back(lifespan_step::stop_tree{report_.reason, deadline});
  // The tree bounds its children itself; this catches a supervisor that cannot.
  arm(deadline + std::chrono::milliseconds{500}, out);
}

void lifespan_plan::first_shutdown(steady_time now, effects& out) {
  step_ = step::calling_shutdown;
  next_hook_ = hooks_begun_;
  next_shutdown(now, out);
}

void lifespan_plan::next_shutdown(steady_time now, effects& out) {
  while (next_hook_ > 0) {
    --next_hook_;
    if (hooks_[next_hook_].has_shutdown) {
      out.emplace_back(call_hook{next_hook_, true});
      // A handler that comes late still gets a second: every one is run.
      arm(std::max(within(options_.handler_time, now), now + std::chrono::seconds{1}), out);
      return;
    }
  }
  step_ = step::finished;
  go(lifespan_state::stopped, out);
  out.emplace_back(finish{});
}

effects lifespan_plan::timer_due(std::uint64_t ticket, steady_time now) {
  effects out;
  if (ticket != ticket_)
    return out;
  const auto limit = to_text(std::chrono::nanoseconds{options_.startup_time});
  switch (step_) {
    case step::calling_startup:
      out.emplace_back(abandon_hook{});
      report_.unfinished.push_back("startup handler \"" + hooks_[next_hook_].name + "\"");
      if (interrupted_)
        interrupt(now, out);
      else
        fail_start({errc::timed_out, "startup handler \"" + hooks_[next_hook_].name
                                       + "\" was not done within the " + limit + " of the start"},
                   now, out);
      break;
    case step::starting_tree:
      fail_start(
        {errc::timed_out, "the children were not up within the " + limit + " of the start"}, now,
        out);
      break;
    case step::lame_duck:
      after_lame_duck(now, out);
      break;
    case step::stopping_tree:
      tree_alive_ = false;
      report_.tree_unfinished = true;
      first_shutdown(now, out);
      break;
    case step::calling_shutdown:
      out.emplace_back(abandon_hook{});
      report_.failed_shutdowns.push_back({hooks_[next_hook_].name, {errc::timed_out, "given up"}});
      report_.unfinished.push_back("shutdown handler \"" + hooks_[next_hook_].name + "\"");
      next_shutdown(now, out);
      break;
    default:
      break;
  }
  return out;
}

} // namespace troupe
