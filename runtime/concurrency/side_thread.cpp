// Runs a program's own blocking functions one after another.
// SPDX-License-Identifier: BSD-3-Clause
//
// Invariants: a queue belongs to one thread, which holds a reference to it; `jobs` and `closed` are guarded by
// its mutex. `state::mutex` guards which queue is the current one and is taken before a queue's.

#include "runtime/concurrency/side_thread.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace troupe {

job_runner::~job_runner() = default;

namespace {

struct queue {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> jobs;
  bool closed = false;

  void work() {
    std::unique_lock lock{mutex};
    for (;;) {
      changed.wait(lock, [this] { return closed || !jobs.empty(); });
      if (jobs.empty())
        return;
      auto job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
    }
  }

  void close() {
    const std::scoped_lock lock{mutex};
    closed = true;
    changed.notify_one();
  }
};

} // namespace

struct side_thread::state {
  std::mutex mutex;
  std::shared_ptr<queue> current;
  std::thread thread;
};

side_thread::side_thread() : state_(std::make_shared<state>()) {}

side_thread::~side_thread() {
  std::thread thread;
  {
    const std::scoped_lock lock{state_->mutex};
    if (!state_->current)
      return;
    state_->current->close();
    thread = std::move(state_->thread);
  }
  // A job may hold the last reference to whoever owns this; a thread cannot wait for itself, and its queue is its own.
  if (thread.get_id() == std::this_thread::get_id())
    thread.detach();
  else
    thread.join();
}

void side_thread::run(std::function<void()> job) {
  const std::scoped_lock lock{state_->mutex};
  if (!state_->current) {
    state_->current = std::make_shared<queue>();
    state_->thread = std::thread{[q = state_->current] { q->work(); }};
  }
  const std::scoped_lock queue_lock{state_->current->mutex};
  state_->current->jobs.push_back(std::move(job));
  state_->current->changed.notify_one();
}

void side_thread::abandon() {
  std::deque<std::function<void()>> given_up; // what they hold is let go without a lock
  const std::scoped_lock lock{state_->mutex};
  if (!state_->current)
    return;
  {
    const std::scoped_lock queue_lock{state_->current->mutex};
    given_up.swap(state_->current->jobs);
  }
  state_->current->close();
  state_->thread.detach();
  state_->current = nullptr;
}

} // namespace troupe
