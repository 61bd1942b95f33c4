// Keeps the events of supervisors and of the lifespan.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/recording_sink.hpp"

#include "runtime/core/units.hpp"

#include <algorithm>
#include <utility>

namespace troupe::testkit {

namespace {

struct supervisor_lines {
  std::string operator()(const child_spawned& e) const { return "spawned " + e.path; }
  std::string operator()(const child_started& e) const {
    return "up " + e.path + " #" + std::to_string(e.incarnation);
  }
  std::string operator()(const child_failed_to_start& e) const {
    return "failed to start " + e.path + ": " + e.why.to_text();
  }
  std::string operator()(const child_failed& e) const {
    return "failed " + e.path + " #" + std::to_string(e.incarnation) + ": " + e.why.detail;
  }
  std::string operator()(const child_restarting& e) const {
    return "restarting " + e.path + (e.in_place ? " in place" : " anew") + ", attempt "
           + std::to_string(e.attempt) + ", " + std::to_string(e.budget_left) + " left";
  }
  std::string operator()(const child_resumed& e) const {
    return "resumed " + e.path + " #" + std::to_string(e.incarnation);
  }
  std::string operator()(const child_ignored& e) const { return "ignored " + e.path; }
  std::string operator()(const supervisor_paused& e) const {
    return "paused " + e.path + " for " + troupe::to_text(e.length) + ", because of " + e.child;
  }
  std::string operator()(const child_stopped& e) const {
    return "ended " + e.path + ": " + std::string{to_string(e.how)};
  }
  std::string operator()(const child_abandoned& e) const { return "abandoned " + e.child.path; }
  std::string operator()(const supervisor_gave_up& e) const {
    return "gave up " + e.path + " (" + std::string{to_string(e.how)} + "): " + e.why.to_text();
  }
};

struct lifespan_lines {
  std::string operator()(const lifespan_state_entered& e) const {
    return "state " + std::string{to_string(e.state)};
  }
  std::string operator()(const hook_called& e) const {
    return std::string{e.shutdown ? "shutdown" : "startup"} + " \"" + e.name + "\" "
           + (e.failure ? "failed: " + e.failure->detail : std::string{"done"});
  }
  std::string operator()(const acknowledgement_missing& e) const {
    return "no acknowledgement of " + std::string{to_string(e.event)} + " by " + e.path + ": "
           + e.why.to_text();
  }
};

} // namespace

std::string to_text(const supervisor_event& event) {
  return std::visit(supervisor_lines{}, event);
}

std::string to_text(const lifespan_occurrence& event) {
  return std::visit(lifespan_lines{}, event);
}

void recording_sink::publish(const supervisor_event& event) noexcept {
  const std::scoped_lock lock{mutex_};
  supervisor_events_.push_back(event);
  lines_.push_back(to_text(event));
}

void recording_sink::publish(const lifespan_occurrence& event) noexcept {
  const std::scoped_lock lock{mutex_};
  lifespan_events_.push_back(event);
  lines_.push_back(to_text(event));
}

void recording_sink::publish(const dead_letter& letter) noexcept {
  const std::scoped_lock lock{mutex_};
  dead_letters_.push_back(letter);
}

std::vector<supervisor_event> recording_sink::supervisor_events() const {
  const std::scoped_lock lock{mutex_};
  return supervisor_events_;
}

std::vector<lifespan_occurrence> recording_sink::lifespan_events() const {
  const std::scoped_lock lock{mutex_};
  return lifespan_events_;
}

std::vector<dead_letter> recording_sink::dead_letters() const {
  const std::scoped_lock lock{mutex_};
  return dead_letters_;
}

std::vector<std::string> recording_sink::lines() const {
  const std::scoped_lock lock{mutex_};
  return lines_;
}

std::size_t recording_sink::count(std::string_view prefix) const {
  const std::scoped_lock lock{mutex_};
  return static_cast<std::size_t>(std::count_if(
    lines_.begin(), lines_.end(), [&](const auto& line) { return line.starts_with(prefix); }));
}

void recording_sink::clear() {
  // Actors may end with these; not under the lock.
  std::vector<supervisor_event> released;
  std::vector<dead_letter> released_letters;
  const std::scoped_lock lock{mutex_};
  released.swap(supervisor_events_);
  released_letters.swap(dead_letters_);
  lifespan_events_.clear();
  lines_.clear();
}

} // namespace troupe::testkit
