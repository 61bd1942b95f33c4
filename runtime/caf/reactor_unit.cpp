// Runs CAF actors on the thread of an event loop.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/reactor_unit.hpp"

#include <caf/actor_system.hpp>
#include <caf/logger.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <optional>
#include <utility>

namespace troupe {

reactor_unit::reactor_unit(caf::actor_system& system, std::function<void()> wake)
  : caf::execution_unit(&system), wake_(std::move(wake)) {
  // nop
}

reactor_unit::~reactor_unit() {
  stop();
}

void reactor_unit::attach_to_this_thread() {
  CAF_SET_LOGGER_SYS(system_);
  system().thread_started();
  owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  std::lock_guard guard{mutex_};
  open_ = true;
}

bool reactor_unit::on_own_thread() const noexcept {
  return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

void reactor_unit::exec_later(caf::resumable* job) {
  if (on_own_thread()) {
    queue_.push_back(job);
    return;
  }
  bool was_empty = false;
  {
    std::lock_guard guard{mutex_};
    if (open_) {
      was_empty = foreign_.empty();
      foreign_.push_back(job);
      has_foreign_.store(true, std::memory_order_relaxed);
      job = nullptr;
    }
  }
  if (job != nullptr)
    system().scheduler().enqueue(job);
  else if (was_empty)
    wake_();
}

bool reactor_unit::run_ready(std::size_t max_items, std::chrono::microseconds max_time) {
  if (running_)
    return false;
  // A relaxed read may miss an actor that arrives right now; the wake that follows it brings us back here.
  if (has_foreign_.load(std::memory_order_relaxed))
    take_foreign();
  if (next_ == queue_.size())
    return false;
  struct turn {
    bool& flag;
    explicit turn(bool& running) : flag(running) { flag = true; }
    // Also when an actor throws out of `resume`: the loop reports it and goes on with the next one.
    ~turn() { flag = false; }
  } in_turn{running_};
  // The clock is read from the second job on: most turns have one, and a job is never cut short anyway.
  std::optional<std::chrono::steady_clock::time_point> latest;
  if (queue_.size() - next_ > 1)
    latest = std::chrono::steady_clock::now() + max_time;
  std::size_t done = 0;
  for (;;) {
    auto* job = queue_[next_++];
    if (next_ == queue_.size()) {
      queue_.clear();
      next_ = 0;
    }
    auto result = caf::resumable::done;
    try {
      result = job->resume(this, max_throughput);
    } catch (...) {
      // Nobody schedules it again, so nobody else has this reference.
      intrusive_ptr_release(job);
      throw;
    }
    // After awaiting_message the actor may run on another thread at once: only the reference is ours to give back.
    if (result == caf::resumable::resume_later)
      queue_.push_back(job);
    else
      intrusive_ptr_release(job);
    if (next_ == queue_.size())
      break;
    const auto now = std::chrono::steady_clock::now();
    if (!latest)
      latest = now + max_time;
    if (++done >= max_items || now >= *latest) {
      hand_over(queue_, next_);
      next_ = 0;
      return true;
    }
  }
  return false;
}

void reactor_unit::take_foreign() {
  std::lock_guard guard{mutex_};
  queue_.insert(queue_.end(), foreign_.begin(), foreign_.end());
  foreign_.clear();
  has_foreign_.store(false, std::memory_order_relaxed);
}

void reactor_unit::hand_over(std::vector<caf::resumable*>& jobs, std::size_t from) {
  for (std::size_t i = from; i < jobs.size(); ++i)
    system().scheduler().enqueue(jobs[i]);
  jobs.clear();
}

void reactor_unit::stop() {
  std::vector<caf::resumable*> left;
  {
    std::lock_guard guard{mutex_};
    open_ = false;
    left.swap(foreign_);
    has_foreign_.store(false, std::memory_order_relaxed);
  }
  hand_over(left, 0);
  if (!on_own_thread())
    return;
  // From here on this thread is like any other: what it still sends goes to the scheduler.
  owner_.store(std::thread::id{}, std::memory_order_relaxed);
  hand_over(queue_, next_);
  next_ = 0;
  system().thread_terminates();
  // The thread-local logger holds a reference that would keep ~actor_system waiting for this thread.
  CAF_SET_LOGGER_SYS(nullptr);
}

void reactor_unit::retire(std::unique_ptr<reactor_unit> unit) {
  struct kept_units {
    std::mutex mutex;
    std::vector<std::unique_ptr<reactor_unit>> units;
  };
  // Never destroyed: actors of a system that outlives main's static objects may still point here.
  static auto& kept = *new kept_units;
  unit->stop();
  std::lock_guard guard{kept.mutex};
  kept.units.push_back(std::move(unit));
}

} // namespace troupe
