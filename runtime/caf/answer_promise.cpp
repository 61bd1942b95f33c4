// An answer owed to a requester.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/answer_promise.hpp"

#include "runtime/caf/errors.hpp"

#include <caf/error.hpp>

namespace troupe {

answer_promise::answer_promise(caf::response_promise impl)
  : state_(impl.pending() ? std::make_shared<state>(std::move(impl)) : nullptr) {}

answer_promise::state::~state() {
  if (promise.pending())
    promise.deliver(to_caf({errc::promise_dropped, {}}));
}

void answer_promise::fail(const error& why) const {
  if (state_)
    state_->take().deliver(to_caf(why));
}

bool answer_promise::pending() const {
  return state_ && state_->promise.pending();
}

} // namespace troupe
