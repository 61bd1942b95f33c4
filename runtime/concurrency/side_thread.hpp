// Runs a program's own blocking functions one after another, apart from every actor.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <functional>
#include <memory>

namespace [[gnu::visibility("default")]] troupe {

/// Where blocking functions run. A seam: tests run them in place.
class job_runner {
public:
  virtual ~job_runner();

  /// Runs `job` soon, after the jobs given before. Not blocking. `job` must not throw.
  virtual void run(std::function<void()> job) = 0;

  /// Gives up the job in hand and those waiting: later ones run elsewhere. The one in hand goes on unobserved.
  virtual void abandon() = 0;
};

/// A thread of its own, started with the first job. `abandon` leaves the thread to itself and starts another
/// one when it is needed, so a function that never returns holds up nobody. The destructor waits for the jobs
/// that were given since, without a limit: call `abandon` first when one is stuck. It may run inside a job.
/// Thread safety: any thread.
class side_thread final : public job_runner {
public:
  side_thread();
  ~side_thread() override;
  side_thread(const side_thread&) = delete;
  side_thread& operator=(const side_thread&) = delete;

  void run(std::function<void()> job) override;
  void abandon() override;

private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace troupe
