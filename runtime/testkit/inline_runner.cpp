// Runs blocking functions in place, or when a test says so.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/inline_runner.hpp"

#include <utility>

namespace troupe::testkit {

void inline_runner::run(std::function<void()> job) {
  if (mode_ == mode::held)
    held_.push_back(std::move(job));
  else
    job();
}

void inline_runner::abandon() {
  ++abandoned_;
  held_.clear();
}

bool inline_runner::run_next() {
  if (held_.empty())
    return false;
  const auto job = std::move(held_.front());
  held_.pop_front();
  job();
  return true;
}

} // namespace troupe::testkit
