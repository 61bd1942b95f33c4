// An answer owed to a requester, which cannot be forgotten.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <caf/message.hpp>
#include <caf/response_promise.hpp>

#include <memory>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// Answers one request later. Copies refer to the same promise; the first answer counts. When the last copy
/// is destroyed unanswered (a handler threw, a restart dropped the state, somebody forgot) the requester gets
/// `errc::promise_dropped` at once instead of waiting for its timeout: CAF 0.17.6 has no such thing
/// (`broken_promise` came with 0.18).
/// Thread safety: use it only from the actor that made it, or after that actor has ended.
class answer_promise {
public:
  /// A promise nobody waits for; answering it does nothing.
  answer_promise() = default;
  explicit answer_promise(caf::response_promise impl);

  /// Sends the answer.
  template <class... Ts>
  void deliver(Ts&&... values) const {
    if (state_)
      state_->take().deliver(std::forward<Ts>(values)...);
  }

  /// Sends an error.
  void fail(const error& why) const;

  /// Whether somebody still waits for the answer.
  [[nodiscard]] bool pending() const;

private:
  struct state {
    explicit state(caf::response_promise p) : promise(std::move(p)) {}
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    ~state();

    caf::response_promise take() { return std::exchange(promise, caf::response_promise{}); }

    caf::response_promise promise;
  };

  std::shared_ptr<state> state_;
};

} // namespace troupe
