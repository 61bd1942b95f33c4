// Runs blocking functions in place, or when a test says so.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/concurrency/side_thread.hpp"

#include <cstddef>
#include <deque>
#include <functional>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

/// The `job_runner` of tests. It has no thread: a job runs inside `run`, or is held until `run_next`, so that a
/// function that takes long, or never returns, can be played on virtual time.
/// Thread safety: none; one thread.
class inline_runner final : public job_runner {
public:
  enum class mode { immediate, held };

  explicit inline_runner(mode how = mode::immediate) : mode_(how) {}

  void run(std::function<void()> job) override;

  /// Forgets the held jobs: their functions never return.
  void abandon() override;

  /// What happens to jobs given from now on; those held stay held.
  void set(mode how) noexcept { mode_ = how; }

  /// Runs the oldest held job. @returns false when there is none.
  bool run_next();

  [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }
  /// How often `abandon` was called.
  [[nodiscard]] std::size_t abandoned() const noexcept { return abandoned_; }

private:
  mode mode_;
  std::deque<std::function<void()>> held_;
  std::size_t abandoned_ = 0;
};

} // namespace testkit
} // namespace troupe
