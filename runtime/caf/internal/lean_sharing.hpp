// A scheduling policy for CAF's coordinator: one queue for all workers, and little around each turn of an actor.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/logger.hpp>
#include <caf/policy/unprofiled.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <deque>
#include <mutex>

namespace troupe::internal {

/// CAF's work sharing, without what costs most for each turn: a list node, a wake-up when nobody sleeps, and a
/// `dynamic_cast` and an entry in the logger's table around every resume (a tenth of a crash and restart, a third of a
/// message to an idle actor). Actors are resumed inside `dequeue`; the worker's own loop sees what is no actor, such as
/// the end of the scheduler.
struct lean_sharing : caf::policy::unprofiled {
  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {}

    std::mutex lock; ///< Guards the rest.
    std::condition_variable wake;
    std::deque<caf::resumable*> queue;
    std::size_t sleeping = 0;
  };
  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator*) {}
  };

  template <class Coordinator>
  void central_enqueue(Coordinator* self, caf::resumable* job) {
    enqueue(self, job);
  }
  template <class Worker>
  void external_enqueue(Worker* self, caf::resumable* job) {
    enqueue(self->parent(), job);
  }
  template <class Worker>
  void internal_enqueue(Worker* self, caf::resumable* job) {
    enqueue(self->parent(), job);
  }
  template <class Worker>
  void resume_job_later(Worker* self, caf::resumable* job) {
    enqueue(self->parent(), job);
  }

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    for (;;) {
      auto* job = take(d(self->parent()));
      if (job->subtype() != caf::resumable::scheduled_actor)
        return job;
      if (job->resume(self, self->max_throughput()) == caf::resumable::resume_later)
        resume_job_later(self, job);
      else // done or waiting: nobody needs this reference any more
        caf::intrusive_ptr_release(job);
    }
  }

  template <class Worker, class Function>
  void foreach_resumable(Worker*, Function) {
    // a worker has no queue of its own
  }
  template <class Coordinator, class Function>
  void foreach_central_resumable(Coordinator* self, Function f) {
    auto& data = d(self);
    std::deque<caf::resumable*> rest;
    {
      const std::scoped_lock guard{data.lock};
      rest.swap(data.queue);
    }
    for (auto* job : rest)
      f(job);
  }

private:
  template <class Coordinator>
  void enqueue(Coordinator* self, caf::resumable* job) {
    auto& data = d(self);
    bool wake = false;
    {
      const std::scoped_lock guard{data.lock};
      data.queue.push_back(job);
      wake = data.sleeping > 0;
    }
    if (wake)
      data.wake.notify_one();
  }

  static caf::resumable* take(coordinator_data& data) {
    std::unique_lock guard{data.lock};
    if (data.queue.empty()) {
      ++data.sleeping;
      data.wake.wait(guard, [&] { return !data.queue.empty(); });
      --data.sleeping;
    }
    auto* job = data.queue.front();
    data.queue.pop_front();
    return job;
  }
};

using lean_coordinator = caf::scheduler::coordinator<lean_sharing>;

} // namespace troupe::internal
