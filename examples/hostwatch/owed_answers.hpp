// Answers to HTTP requests that an actor has promised and not given yet.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/caf/answer_promise.hpp"
#include "http_bridge/request_message.hpp"

#include <cstdint>
#include <map>
#include <utility>

namespace hostwatch {

/// Part of a state. When the state goes with answers still owed, because a crash restarts its actor, each is
/// `errc::restarting`: 503, come back in a second. They did not cause the crash, so a retry makes sense; a promise that
/// is merely dropped would be a 500.
/// Thread safety: none; belongs to one actor.
class owed_answers {
public:
  enum class ticket : std::uint64_t {};

  owed_answers() = default;
  owed_answers(const owed_answers&) = delete;
  owed_answers& operator=(const owed_answers&) = delete;
  ~owed_answers() {
    for (auto& [_, promise] : promises_)
      promise.fail({troupe::errc::restarting, {}});
  }

  [[nodiscard]] ticket owe(troupe::answer_promise promise) {
    const ticket out{++last_};
    promises_.emplace(out, std::move(promise));
    return out;
  }

  /// Does nothing when it was given already.
  void give(ticket which, troupe::http::response answer) {
    const auto found = promises_.find(which);
    if (found == promises_.end())
      return;
    const auto promise = std::move(found->second);
    promises_.erase(found);
    promise.deliver(std::move(answer));
  }

private:
  std::map<ticket, troupe::answer_promise> promises_;
  std::uint64_t last_ = 0;
};

} // namespace hostwatch
