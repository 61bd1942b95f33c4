// Troupe's side of the supervision bench: supervisors whose children crash, start, stop, idle or are swamped.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/system_setup.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/supervision/pool.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/supervisor_event.hpp"
#include "bench/supervision/backlog_load.hpp"
#include "bench/supervision/crash_load.hpp"
#include "bench/supervision/measurement.hpp"

#include <caf/send.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using bench::arguments;

/// OTP's supervisor keeps no list of events either, and its reports are switched off on the other side.
struct no_sink final : troupe::supervisor_event_sink {
  void publish(const troupe::supervisor_event&) noexcept override {}
};

/// All there is to set on a supervisor and on a child of this bench: OTP's budget, and nothing that OTP's supervisor
/// does not do, such as waiting before a restart.
troupe::supervisor_options options_for(const arguments& given) {
  troupe::supervisor_options options;
  options.limits.max_restarts = static_cast<std::uint32_t>(given.number("budget"));
  options.limits.period = given.milliseconds("period_ms");
  return options;
}

troupe::child_spec as_otp_does(troupe::child_spec child) {
  child.backoff = troupe::backoff_options::off();
  return child;
}

/// Starts a tree as its parent would.
troupe::started_child start(caf::actor_system& system, const troupe::child_spec& spec,
                            const caf::strong_actor_ptr& parent) {
  auto started = spec.start({system, "/" + spec.id, parent, std::make_shared<no_sink>()});
  if (!started)
    bench::fail(started.error().to_text());
  return std::move(*started);
}

void ask_to_stop(const caf::strong_actor_ptr& who) {
  using namespace std::chrono_literals;
  caf::anon_send<caf::message_priority::high>(
    caf::actor_cast<caf::actor>(who),
    troupe::stop_request{{troupe::stop_reason::kind_type::requested, "the bench is over"},
                         std::chrono::steady_clock::now() + 60s});
}

// -- children ---------------------------------------------------------------------------------------

struct crashing {
  static constexpr std::string_view type_name = "crashing";

  crashing(troupe::supervised_actor* self, const caf::actor& driver, std::size_t child) {
    self->send(driver, bench::child_is_there{child, caf::actor_cast<caf::actor>(self)});
  }

  caf::behavior make_behavior() {
    return {[](bench::crash) { bench::throw_up(); }};
  }
};

struct idle {
  static constexpr std::string_view type_name = "idle";

  explicit idle(troupe::supervised_actor*) {}

  caf::behavior make_behavior() {
    return {[](bench::queued) {}};
  }
};

struct swamped {
  static constexpr std::string_view type_name = "swamped";

  swamped(troupe::supervised_actor* to, std::shared_ptr<bench::backlog> with)
    : self(to), shared(std::move(with)) {}

  caf::behavior make_behavior() {
    return {
      [this](bench::hold) { shared->hold(); },
      [this](bench::queued) { shared->count(); },
    };
  }

  void on_stop(const troupe::stop_request&) {
    shared->stop();
    self->quit();
  }

  troupe::supervised_actor* self;
  std::shared_ptr<bench::backlog> shared;
};

// -- trees ------------------------------------------------------------------------------------------

/// One supervisor for `children` idle children: each has a specification of its own, or all are made from one template.
troupe::child_spec many_idle(const arguments& given, bool pool) {
  if (pool)
    return troupe::make_pool<idle>("many", options_for(given), as_otp_does({}));
  const auto count = given.number("children");
  std::vector<troupe::child_spec> children;
  children.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i)
    children.push_back(as_otp_does(troupe::make_child<idle>(std::to_string(i))));
  return troupe::make_supervisor("many", options_for(given), std::move(children));
}

/// In the place of a parent: starts a supervisor of many idle children, asks a pool for them one by one, and does
/// `when_up` once all are up and `when_ended` when the supervisor has ended.
class parent final : public caf::event_based_actor {
public:
  parent(caf::actor_config& cfg, const arguments* given,
         std::function<void(const caf::strong_actor_ptr&)> when_up,
         std::function<void()> when_ended)
    : caf::event_based_actor(cfg), given_(*given), when_up_(std::move(when_up)),
      when_ended_(std::move(when_ended)) {}

  caf::behavior make_behavior() override {
    const bool pool = given_.text("pool") == "yes";
    if (pool)
      to_ask_for_ = given_.number("children");
    spec_ = many_idle(given_, pool);
    root_ = start(system(), spec_, caf::strong_actor_ptr{ctrl()}).handle;
    monitor<caf::message_priority::high>(caf::actor_cast<caf::actor>(root_));
    set_down_handler([this](caf::down_msg&) { when_ended_(); });
    return {
      [this](const troupe::child_up&) { go_on(); },
      [](const troupe::child_start_failed& failed) { bench::fail(failed.why.to_text()); },
    };
  }

private:
  void go_on() {
    if (to_ask_for_ == 0) {
      when_up_(root_);
      return;
    }
    --to_ask_for_;
    request(caf::actor_cast<caf::actor>(root_), caf::infinite, troupe::pool_args<>())
      .then([this](const troupe::child_reply&) { go_on(); },
            [](const caf::error& why) { bench::fail(caf::to_string(why)); });
  }

  const arguments& given_;
  std::function<void(const caf::strong_actor_ptr&)> when_up_;
  std::function<void()> when_ended_;
  troupe::child_spec spec_; ///< Kept, as a parent keeps it for a restart.
  caf::strong_actor_ptr root_;
  std::uint64_t to_ask_for_ = 0;
};

// -- metrics ----------------------------------------------------------------------------------------

bench::make_children under_supervisors(const arguments& given) {
  // Nothing else refers to a supervisor without a parent; it would end as unreachable.
  const auto held = std::make_shared<std::vector<caf::strong_actor_ptr>>();
  return [&given, held](caf::event_based_actor& driver, std::size_t first, std::size_t count) {
    for (auto i = first; i < first + count; ++i) {
      auto child = as_otp_does(
        troupe::make_child<crashing>("child", caf::actor_cast<caf::actor>(&driver), i));
      const auto spec = troupe::make_supervisor(std::to_string(i), options_for(given),
                                                {std::move(child)});
      held->push_back(start(driver.system(), spec, nullptr).handle);
    }
  };
}

caf::actor start_stop(caf::actor_system& system, const arguments& given) {
  struct times {
    bench::clock_type::time_point began, up;
  };
  const auto taken = std::make_shared<times>();
  const auto children = static_cast<double>(given.number("children"));
  taken->began = bench::clock_type::now();
  return system.spawn<parent>(
    &given,
    [taken](const caf::strong_actor_ptr& root) {
      taken->up = bench::clock_type::now();
      ask_to_stop(root);
    },
    [children, taken] {
      const auto stop = bench::seconds_since(taken->up);
      const auto all = bench::seconds_since(taken->began);
      bench::finish(children / all, {{"start_us", (all - stop) / children * 1e6},
                                     {"stop_us", stop / children * 1e6}});
    });
}

caf::actor memory_per_child(caf::actor_system& system, const arguments& given) {
  const auto before = bench::resident_bytes();
  const auto children = static_cast<double>(given.number("children"));
  return system.spawn<parent>(
    &given,
    [before, children](const caf::strong_actor_ptr&) {
      bench::finish((bench::resident_bytes() - before) / children);
    },
    [] { bench::fail("the tree has ended"); });
}

void stop_latency(caf::actor_system& system, const arguments& given) {
  bench::stop_behind_backlog(
    [&system](std::shared_ptr<bench::backlog> shared) {
      const auto made = start(system, troupe::make_child<swamped>("swamped", std::move(shared)),
                              nullptr);
      return bench::stoppable{caf::actor_cast<caf::actor>(made.handle),
                              [handle = made.handle] { ask_to_stop(handle); }};
    },
    given);
}

} // namespace

int main(int argc, char** argv) {
  const arguments given{argc, argv};
  troupe::system_owner owner{given.number("cores")};
  auto& system = owner.system();
  caf::actor held; // an actor nobody refers to would end as unreachable
  if (given.metric() == "crash_restart")
    bench::crash_in_turn(system, under_supervisors(given), given);
  else if (given.metric() == "crash_restart_one")
    bench::crash_one(system, under_supervisors(given), given);
  else if (given.metric() == "start_stop")
    held = start_stop(system, given);
  else if (given.metric() == "memory_per_child")
    held = memory_per_child(system, given);
  else if (given.metric() == "stop_latency")
    stop_latency(system, given);
  else
    bench::fail("no such metric");
  // Each of them ends the process itself when it has measured.
  for (;;)
    pause();
}
