// How the other actors ask the store: within its places, within a time, with every failure reported.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "runtime/caf/supervised_actor.hpp"
#include "runtime/registry/stable_ref.hpp"
#include "examples/hostwatch/permits.hpp"

#include <chrono>
#include <memory>
#include <utility>

namespace hostwatch {

/// Thread safety: as `stable_ref`; each actor has a copy.
class store_access {
public:
  /// For an answer of the store, which needs microseconds when all is well.
  static constexpr std::chrono::seconds time_limit{2};

  store_access(troupe::stable_ref store, std::shared_ptr<permit_pool> places)
    : store_(std::move(store)), places_(std::move(places)) {}

  /// Sends `message`, whose member `place` is filled in, and calls exactly one of `ok` with the answer and
  /// `fail` with an error, `self` alive: `errc::overloaded` when the store has no place left, `errc::gone` when there
  /// is no store, `errc::timed_out`, `errc::restarting`, `errc::crashed`. `fail` may be called before this returns.
  template <class Message, class Ok, class Fail>
  void ask(troupe::supervised_actor* self, Message message, Ok ok, Fail fail) const {
    message.place = places_->take();
    if (!message.place) {
      fail(troupe::error{troupe::errc::overloaded, store_.path()});
      return;
    }
    const auto& store = store_.resolve();
    if (!store) {
      fail(troupe::error{troupe::errc::gone, store_.path()});
      return;
    }
    self->request(caf::actor_cast<caf::actor>(store), time_limit, std::move(message))
      .then(std::move(ok),
            [fail = std::move(fail)](const caf::error& why) { fail(troupe::from_caf(why)); });
  }

private:
  troupe::stable_ref store_;
  std::shared_ptr<permit_pool> places_;
};

} // namespace hostwatch
