// An application: composition and the run.
// SPDX-License-Identifier: BSD-3-Clause
//
// Invariants: `lifespan`, `early_stop`, `report` and `signals` are guarded by `mutex`; `changed` is notified after each
// change of `report`, of the moment a stop was asked for, and of `signals`. Everything else is fixed once `run` has begun.

#include "runtime/application/application.hpp"

#include "runtime/core/units.hpp"
#include "runtime/concurrency/side_thread.hpp"
#include "runtime/caf/actor_record.hpp"
#include "runtime/caf/system_setup.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/worst_case.hpp"
#include "runtime/lifespan/lifespan.hpp"
#include "runtime/lifespan/signal_watcher.hpp"
#include "runtime/inspection/log_sink.hpp"
#include "runtime/application/exit_code.hpp"
#include "runtime/application/internal/event_fan_out.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <vector>

#include <unistd.h>

namespace troupe {

namespace {

/// On top of the stop's own budget, before the process is ended from outside the actor system.
constexpr std::chrono::milliseconds last_resort{1'000};

std::size_t worker_count(const application_options& options) {
  constexpr std::size_t least = 4;
  return options.workers > 0 ? options.workers : std::max(least, available_cores());
}

result<void> validate(const application_options& options) {
  if (options.workers > 256)
    return error{errc::invalid_argument,
                 "workers: " + std::to_string(options.workers) + ", at most 256"};
  if (options.join_time.count() < 0)
    return error{errc::invalid_argument,
                 "join_time: " + std::to_string(options.join_time.count()) + " ms"};
  if (auto ok = troupe::validate(options.root, "root"); !ok)
    return ok;
  return troupe::validate(options.lifespan);
}

/// Says what the tree can come to, before any of it has started.
void log_worst_case(const child_spec& root, const lifespan_options& options) {
  const auto worst = worst_case_of(root, "/" + root.id);
  const auto restarts = worst.restarts == worst_case::never
                          ? std::string{"never gives up"}
                          : "gives up after at most " + std::to_string(worst.restarts)
                              + " quick restarts";
  const auto stop = worst.stop && *worst.stop <= options.stop_time
                      ? "its stop takes at most " + to_text(*worst.stop)
                      : "its stop is cut at stop_time, " + to_text(options.stop_time);
  log_line(log_level::info, "worst case of /" + root.id + ": " + restarts + "; " + stop);
  for (const auto& misfit : worst.misfits)
    log_line(log_level::warning, misfit);
}

} // namespace

struct application::parts {
  std::string name;
  application_options options;
  shared_state state;
  std::shared_ptr<registry> actors = std::make_shared<registry>();
  std::shared_ptr<lifespan_status> status = std::make_shared<lifespan_status>();
  std::shared_ptr<const lifespan_status> readable_status = status;
  std::vector<lifespan_functions> hooks;
  std::vector<child_spec> children;
  std::shared_ptr<internal::supervisor_fan_out> supervisor_events
    = std::make_shared<internal::supervisor_fan_out>();
  std::shared_ptr<internal::lifespan_fan_out> lifespan_events
    = std::make_shared<internal::lifespan_fan_out>();
  std::shared_ptr<internal::dead_letter_fan_out> dead_letters
    = std::make_shared<internal::dead_letter_fan_out>();
  std::shared_ptr<internal::unstopped_collector> unstopped
    = std::make_shared<internal::unstopped_collector>();

  std::mutex mutex;
  std::condition_variable changed;
  caf::strong_actor_ptr lifespan;
  std::optional<stop_reason> early_stop;
  std::optional<steady_time> stop_asked_at;
  std::optional<lifespan_report> report;
  std::vector<int> signals;

  void ask_to_stop(stop_reason reason);
  /// A stop has begun, whoever asked for it: from now on it is timed.
  void note_stop();
  void on_signal(int signal);
  /// Waits for the end of the lifespan. @returns empty when it does not come in time.
  std::optional<lifespan_report> wait_for_end(const std::shared_ptr<job_runner>& runner);
  [[nodiscard]] std::vector<std::string> who_is_left() const;
};

application::application(std::string name, application_options options)
  : parts_(std::make_unique<parts>()) {
  parts_->name = std::move(name);
  parts_->options = options;
  parts_->supervisor_events->add(parts_->actors);
  parts_->supervisor_events->add(parts_->unstopped);
}

application::~application() = default;

application& application::hook(std::string handler, std::function<result<void>()> startup,
                               std::function<result<void>()> shutdown) {
  parts_->hooks.push_back({std::move(handler), std::move(startup), std::move(shutdown)});
  return *this;
}

application& application::add(child_spec child) {
  parts_->children.push_back(std::move(child));
  return *this;
}

application& application::observe(std::shared_ptr<supervisor_event_sink> sink) {
  parts_->supervisor_events->add(std::move(sink));
  return *this;
}

application& application::on_ready(std::function<void()> then) {
  parts_->lifespan_events->add(std::make_shared<internal::state_watch>(
    [then = std::move(then)](lifespan_state state) {
      if (state == lifespan_state::ready)
        then();
    }));
  return *this;
}

application& application::observe(std::shared_ptr<dead_letter_sink> sink) {
  parts_->dead_letters->add(std::move(sink));
  return *this;
}

application& application::observe(std::shared_ptr<lifespan_event_sink> sink) {
  parts_->lifespan_events->add(std::move(sink));
  return *this;
}

const std::string& application::name() const noexcept {
  return parts_->name;
}

const application_options& application::options() const noexcept {
  return parts_->options;
}

shared_state& application::state() noexcept {
  return parts_->state;
}

registry& application::actors() noexcept {
  return *parts_->actors;
}

const std::shared_ptr<registry>& application::shared_actors() const noexcept {
  return parts_->actors;
}

const std::shared_ptr<const lifespan_status>& application::status() const noexcept {
  return parts_->readable_status;
}

void application::request_stop(stop_reason reason) {
  parts_->ask_to_stop(std::move(reason));
}

void application::parts::note_stop() {
  const std::scoped_lock lock{mutex};
  if (!stop_asked_at)
    stop_asked_at = std::chrono::steady_clock::now();
  changed.notify_all();
}

void application::parts::ask_to_stop(stop_reason reason) {
  const std::scoped_lock lock{mutex};
  if (!stop_asked_at)
    stop_asked_at = std::chrono::steady_clock::now();
  if (lifespan)
    caf::anon_send<caf::message_priority::high>(caf::actor_cast<caf::actor>(lifespan),
                                                troupe::request_stop{std::move(reason)});
  else if (!early_stop)
    early_stop = std::move(reason);
  changed.notify_all();
}

void application::parts::on_signal(int signal) {
  const char* signal_name = signal == SIGTERM ? "SIGTERM" : "SIGINT";
  bool second = false;
  {
    const std::scoped_lock lock{mutex};
    second = !signals.empty();
    signals.push_back(signal);
  }
  if (second) {
    log_line(log_level::error, std::string{"forced by a second "} + signal_name);
    flush_logs();
    _exit(exit_code::forced(signal));
  }
  using kind = stop_reason::kind_type;
  ask_to_stop({signal == SIGINT ? kind::interrupt : kind::signal, signal_name});
}

std::optional<lifespan_report> application::parts::wait_for_end(
  const std::shared_ptr<job_runner>& runner) {
  std::unique_lock lock{mutex};
  // Until a stop is asked for or comes by itself there is no limit; from then on the whole of it has one, also
  // when every scheduler thread hangs and the lifespan actor cannot run.
  while (!report) {
    if (!stop_asked_at) {
      changed.wait(lock);
      continue;
    }
    const auto& o = options.lifespan;
    const auto budget = status->has_started() ? o.lame_duck_time + o.stop_time
                                              : o.handler_time + o.rollback_time;
    // Every shutdown handler gets a second, also when the budget is spent.
    const auto handlers = std::chrono::seconds{1} * hooks.size();
    const auto limit = *stop_asked_at + budget + handlers + last_resort;
    if (changed.wait_until(lock, limit) == std::cv_status::timeout && !report) {
      runner->abandon();
      return std::nullopt;
    }
  }
  return report;
}

std::vector<std::string> application::parts::who_is_left() const {
  std::vector<std::string> out;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  for (const auto& actor : actors->list()) {
    if (!actor.record)
      continue;
    const auto state_now = actor.record->visible_state();
    if (state_now == actor_state::stopped || state_now == actor_state::failed
        || actor.record->abandoned.load())
      continue;
    auto text = actor.path + " (" + std::string{to_string(state_now)};
    if (const auto since = actor.record->busy_since_ns.load(); since != 0)
      text += ", handling " + current_message_name(*actor.record) + " for "
              + to_text(now - std::chrono::nanoseconds{since});
    out.push_back(text + ")");
  }
  return out;
}

int application::run() {
  auto& p = *parts_;
  // First of all, so that every thread made from here on leaves the two signals to it.
  const signal_watcher signals{[&p](int signal) { p.on_signal(signal); }};
  start_logging(p.name);
  auto fail_usage = [](const error& why) {
    log_line(log_level::error, why.to_text());
    flush_logs();
    return exit_code::usage;
  };
  if (auto ok = validate(p.options); !ok)
    return fail_usage(ok.error());
  if (auto ok = troupe::validate(p.children); !ok)
    return fail_usage(ok.error());

  const auto log = std::make_shared<log_sink>();
  p.supervisor_events->add(log);
  p.lifespan_events->add(log);
  p.lifespan_events->add(std::make_shared<internal::state_watch>([&p](lifespan_state state) {
    if (state >= lifespan_state::lame_duck)
      p.note_stop();
  }));
  const auto runner = std::make_shared<side_thread>();
  system_owner owner{worker_count(p.options)};

  // The state may be written by startup handlers only; a hook of our own closes it behind the last of them.
  p.hooks.push_back({"shared state",
                     [&p]() -> result<void> {
                       p.state.freeze();
                       return {};
                     },
                     {}});
  auto setup = std::make_shared<lifespan_setup>();
  setup->options = p.options.lifespan;
  setup->hooks = p.hooks;
  setup->root = make_supervisor("app", p.options.root, p.children);
  log_worst_case(setup->root, p.options.lifespan);
  setup->actors = p.actors;
  setup->status = p.status;
  setup->supervisor_events = p.supervisor_events;
  setup->dead_letters = p.dead_letters;
  setup->events = p.lifespan_events;
  setup->runner = runner;
  setup->on_finished = [&p](lifespan_report report) {
    const std::scoped_lock lock{p.mutex};
    p.report = std::move(report);
    p.changed.notify_all();
  };
  {
    const std::scoped_lock lock{p.mutex};
    p.lifespan = start_lifespan(owner.system(), setup);
    if (p.early_stop)
      caf::anon_send<caf::message_priority::high>(caf::actor_cast<caf::actor>(p.lifespan),
                                                  troupe::request_stop{*p.early_stop});
  }

  const auto ended = p.wait_for_end(runner);
  run_report report;
  if (ended)
    report.lifespan = *ended;
  else
    report.lifespan.tree_unfinished = true;
  report.unstopped = p.unstopped->unstopped();
  report.failed_stops = p.unstopped->failed();
  {
    const std::scoped_lock lock{p.mutex};
    p.lifespan = nullptr;
  }
  p.actors->clear();
  // Those given up are expected to stay; the others have their time to end.
  if (!owner.join(ended ? p.options.join_time : std::chrono::milliseconds{0},
                  report.unstopped.size())
      || owner.running() > 0) {
    report.leftovers = p.who_is_left();
    if (report.leftovers.empty() && report.unstopped.empty())
      report.leftovers.push_back(std::to_string(owner.running()) + " actors without a path");
  }
  const auto code = exit_code_of(report);
  for (const auto& line : lines_of(report))
    log_line(code == exit_code::clean ? log_level::info : log_level::error, line);
  log_line(log_level::info, "exit " + std::to_string(code));
  flush_logs();
  if (owner.running() > 0 || !report.lifespan.unfinished.empty())
    _exit(code); // a thread that hangs cannot be joined
  return code;
}

int run(application& app) {
  return app.run();
}

} // namespace troupe
