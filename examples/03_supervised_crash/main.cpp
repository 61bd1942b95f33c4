// A crash under requests: the actor that throws is restarted in place, keeps what waits in its mailbox, and goes on
// from its last checkpoint. The request that did it is answered, and seen as a dead letter.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/dead_letter.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/application/application.hpp"

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace example {

struct payment {
  std::int64_t cents;
};
struct begin {};

} // namespace example

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(example::payment)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(example::begin)

namespace {

/// Adds payments up; the answer is the sum. A negative one makes it fail.
class till {
public:
  static constexpr std::string_view type_name = "till";

  explicit till(troupe::supervised_actor* self)
    : self_(self), sum_(self->last_checkpoint<std::int64_t>().value_or(0)) {}

  caf::behavior make_behavior() {
    return {[this](const example::payment& p) {
      if (p.cents < 0)
        throw std::invalid_argument{"a payment of " + std::to_string(p.cents)};
      sum_ += p.cents;
      self_->checkpoint(sum_);
      return sum_;
    }};
  }

  void post_restart(const troupe::error& why, std::uint32_t) const {
    spdlog::info("incarnation {} begins with {}, after: {}", self_->incarnation(), sum_,
                 why.detail);
  }

private:
  troupe::supervised_actor* self_;
  std::int64_t sum_;
};

/// Pays five times without waiting for answers, then ends the application.
class customer {
public:
  static constexpr std::string_view type_name = "customer";

  customer(troupe::supervised_actor* self, troupe::application* app) : self_(self), app_(app) {}

  caf::behavior make_behavior() {
    return {[this](example::begin) {
      const auto to = caf::actor_cast<caf::actor>(app_->ref("/app/till").resolve());
      for (const std::int64_t cents : std::array{100, 250, -1, 20, 5})
        self_->request(to, caf::infinite, example::payment{cents})
          .then(
            [this, cents](std::int64_t sum) {
              spdlog::info("paid {}, the sum is {}", cents, sum);
              count();
            },
            [this, cents](const caf::error& why) {
              spdlog::info("paid {}, but {}", cents, troupe::from_caf(why).to_text());
              count();
            });
    }};
  }

private:
  void count() {
    if (++answers_ == 5)
      app_->request_stop({troupe::stop_reason::kind_type::requested, "all is paid"});
  }

  troupe::supervised_actor* self_;
  troupe::application* app_;
  int answers_ = 0;
};

class letter_log final : public troupe::dead_letter_sink {
public:
  void publish(const troupe::dead_letter& letter) noexcept override {
    spdlog::info("dead letter for {}: {}", letter.path, to_string(letter.reason));
  }
};

} // namespace

int main() {
  troupe::application app{"03_supervised_crash"};
  app.observe(std::make_shared<letter_log>());
  auto spec = troupe::make_child<till>("till");
  // Requests that arrive between two incarnations wait, too, instead of being answered `restarting`.
  spec.policy.requests_wait = true;
  app.add(std::move(spec));
  app.add(troupe::make_child<customer>("customer", &app));
  app.on_ready([customer = app.ref("/app/customer")] {
    caf::anon_send(caf::actor_cast<caf::actor>(customer.resolve()), example::begin{});
  });
  return troupe::run(app);
}
