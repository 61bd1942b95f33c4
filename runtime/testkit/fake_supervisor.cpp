// Starts one actor the way a supervisor does.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/fake_supervisor.hpp"

#include "runtime/caf/errors.hpp"
#include "runtime/caf/supervision_messages.hpp"
#include "runtime/testkit/internal/tap_actor.hpp"

#include <caf/system_messages.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace troupe::testkit {

namespace {

using kind_type = child_report::kind_type;

std::optional<child_report> read(const caf::message& what) {
  if (what.match_elements<child_up>()) {
    const auto& up = what.get_as<child_up>(0);
    return child_report{kind_type::up, up.actor_id, up.incarnation, {}, true, exit_class::normal};
  }
  if (what.match_elements<child_crashed>()) {
    const auto& crash = what.get_as<child_crashed>(0);
    return child_report{kind_type::crashed, crash.actor_id, crash.incarnation, crash.why, true,
                        exit_class::normal, crash.cause};
  }
  if (what.match_elements<child_start_failed>()) {
    const auto& failed = what.get_as<child_start_failed>(0);
    return child_report{kind_type::start_failed, failed.actor_id, 0, failed.why, failed.alive,
                        exit_class::normal};
  }
  if (what.match_elements<child_start_ignored>()) {
    const auto& ignored = what.get_as<child_start_ignored>(0);
    return child_report{kind_type::start_ignored, ignored.actor_id, 0, {}, ignored.alive,
                        exit_class::normal};
  }
  if (what.match_elements<child_quit>()) {
    const auto& quit = what.get_as<child_quit>(0);
    return child_report{kind_type::quit, quit.actor_id, quit.incarnation, quit.why, true, quit.how};
  }
  if (what.match_elements<child_halted>()) {
    const auto& halted = what.get_as<child_halted>(0);
    return child_report{kind_type::halted, halted.actor_id, halted.incarnation, {}, true,
                        exit_class::normal};
  }
  if (what.match_elements<caf::down_msg>()) {
    const auto& down = what.get_as<caf::down_msg>(0);
    const auto how = classify(down.reason);
    return child_report{kind_type::ended,
                        down.source.id(),
                        0,
                        is_normal(how) ? error{} : from_caf(down.reason),
                        false,
                        how};
  }
  return std::nullopt;
}

constexpr auto urgent = caf::message_priority::high;

} // namespace

std::string child_report::to_text() const {
  const std::string still = alive ? "alive" : "ended";
  switch (kind) {
    case kind_type::up:
      return "up #" + std::to_string(incarnation);
    case kind_type::crashed:
      return "crashed #" + std::to_string(incarnation) + ": " + why.detail;
    case kind_type::start_failed:
      return "start failed (" + still + "): " + why.detail;
    case kind_type::start_ignored:
      return "start ignored (" + still + ")";
    case kind_type::quit:
      return "quit #" + std::to_string(incarnation) + ": " + std::string{troupe::to_string(how)};
    case kind_type::halted:
      return "halted #" + std::to_string(incarnation);
    case kind_type::ended:
      return "ended: " + std::string{troupe::to_string(how)};
  }
  return "?";
}

/// Invariants: everything is guarded by `mutex`, which is never held while something is sent: the receiver may run,
/// and report, inside the send.
struct fake_supervisor::state {
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::string path;
  caf::actor_system* system = nullptr;
  std::shared_ptr<recording_sink> events = std::make_shared<recording_sink>();
  std::vector<child_report> reports;
  std::vector<caf::strong_actor_ptr> children;
  bool restarts = false;
  bool ends = true;

  void arrive(caf::mailbox_element& what, caf::execution_unit* host) {
    const auto report = read(what.move_content_to_message());
    if (!report)
      return;
    caf::message order;
    {
      const std::scoped_lock lock{mutex};
      reports.push_back(*report);
      const bool failed = report->alive
                          && (report->kind == kind_type::crashed
                              || report->kind == kind_type::start_failed);
      if (failed && restarts)
        order = caf::make_message(restart_directive{});
      else if (report->kind == kind_type::quit && ends)
        order = caf::make_message(end_directive{report->how, report->why});
      changed.notify_all();
    }
    if (!order.empty() && what.sender)
      internal::send_from(nullptr, what.sender, caf::make_message_id(urgent), std::move(order),
                          host);
  }
};

fake_supervisor::fake_supervisor(caf::actor_system& system, std::string path)
  : state_(std::make_shared<state>()),
    handle_(internal::make_tap(system,
                               [s = state_](caf::mailbox_element& what, caf::execution_unit* host) {
                                 s->arrive(what, host);
                               })) {
  state_->path = std::move(path);
  state_->system = &system;
}

fake_supervisor::~fake_supervisor() {
  std::vector<caf::strong_actor_ptr> children;
  {
    const std::scoped_lock lock{state_->mutex};
    children.swap(state_->children);
    state_->restarts = false;
  }
  for (const auto& child : children)
    internal::send_from(nullptr, child, caf::make_message_id(urgent),
                        caf::make_message(stop_request{
                          {stop_reason::kind_type::requested, "the test is over"}, steady_time{}}));
  // The events hold actors, and a nested supervisor among them holds the sink.
  state_->events->clear();
}

result<started_child> fake_supervisor::start(const child_spec& spec) {
  try {
    auto made = spec.start(
      {*state_->system, state_->path + "/" + spec.id, handle_, state_->events});
    if (made && made->handle) {
      internal::watch_from(handle_, made->handle);
      const std::scoped_lock lock{state_->mutex};
      state_->children.push_back(made->handle);
    }
    return made;
  } catch (...) {
    return current_exception_as(errc::start_failed);
  }
}

void fake_supervisor::restart_crashed(bool yes) {
  const std::scoped_lock lock{state_->mutex};
  state_->restarts = yes;
}

void fake_supervisor::end_quitters(bool yes) {
  const std::scoped_lock lock{state_->mutex};
  state_->ends = yes;
}

void fake_supervisor::send(const started_child& child, caf::message order) {
  internal::send_from(handle_, child.handle, caf::make_message_id(urgent), std::move(order));
}

void fake_supervisor::restart(const started_child& child) {
  send(child, caf::make_message(restart_directive{}));
}

void fake_supervisor::resume(const started_child& child) {
  send(child, caf::make_message(resume_directive{}));
}

void fake_supervisor::end(const started_child& child, exit_class how, error why) {
  send(child, caf::make_message(end_directive{how, std::move(why)}));
}

void fake_supervisor::halt(const started_child& child, stop_reason reason, steady_time deadline) {
  send(child, caf::make_message(halt_request{std::move(reason), deadline}));
}

void fake_supervisor::signal_start(const started_child& child) {
  send(child, caf::make_message(start_signal{}));
}

void fake_supervisor::stop(const started_child& child, stop_reason reason, steady_time deadline) {
  send(child, caf::make_message(stop_request{std::move(reason), deadline}));
}

const caf::strong_actor_ptr& fake_supervisor::handle() const noexcept {
  return handle_;
}

const std::shared_ptr<recording_sink>& fake_supervisor::events() const noexcept {
  return state_->events;
}

std::vector<child_report> fake_supervisor::reports() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->reports;
}

std::vector<std::string> fake_supervisor::lines() const {
  std::vector<std::string> out;
  for (const auto& report : reports())
    out.push_back(report.to_text());
  return out;
}

std::size_t fake_supervisor::count(child_report::kind_type kind) const {
  const auto all = reports();
  return static_cast<std::size_t>(
    std::count_if(all.begin(), all.end(), [&](const auto& report) { return report.kind == kind; }));
}

void fake_supervisor::clear() {
  const std::scoped_lock lock{state_->mutex};
  state_->reports.clear();
}

bool fake_supervisor::wait_for(child_report::kind_type kind, std::size_t count,
                               std::chrono::milliseconds limit) const {
  std::unique_lock lock{state_->mutex};
  return state_->changed.wait_for(lock, limit, [&] {
    return static_cast<std::size_t>(std::count_if(state_->reports.begin(), state_->reports.end(),
                                                  [&](const auto& r) { return r.kind == kind; }))
           >= count;
  });
}

} // namespace troupe::testkit
