// Children made at run time: a pool with typed arguments and a bound, whose temporary children are forgotten when they
// have ended, and four pools side by side, of which the hash of a customer's name chooses one.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/pool.hpp"
#include "runtime/application/application.hpp"

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace example {

struct print {};

} // namespace example

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(example::print)

namespace {

using namespace std::chrono_literals;

/// One piece of work; ends when it has been done.
class job {
public:
  static constexpr std::string_view type_name = "job";

  job(troupe::supervised_actor* self, std::string title, std::uint32_t pages)
    : self_(self), title_(std::move(title)), pages_(pages) {
    spdlog::info("{} holds {}", self->path(), title_);
  }

  caf::behavior make_behavior() {
    return {[this](example::print) {
      spdlog::info("{} prints {}, {} pages", self_->path(), title_, pages_);
      self_->quit();
    }};
  }

private:
  troupe::supervised_actor* self_;
  std::string title_;
  std::uint32_t pages_;
};

constexpr std::uint32_t partitions = 4;

/// Orders one child after the other from the pools, then ends the application.
class office {
public:
  static constexpr std::string_view type_name = "office";

  office(troupe::supervised_actor* self, troupe::application* app) : self_(self), app_(app) {
    for (const std::string title : {"a letter", "a novel", "a poster"})
      orders_.emplace_back("/app/jobs", troupe::pool_args(title, std::uint32_t{10}));
    for (const std::string customer : {"ada", "bo", "ada", "kim"})
      orders_.emplace_back(troupe::partition_path("/app/desks", partitions, customer),
                           troupe::pool_args("a card for " + customer, std::uint32_t{1}));
  }

  caf::behavior make_behavior() {
    return {[this](example::print) { order(0); }};
  }

private:
  void order(std::size_t i) {
    if (i == orders_.size()) {
      app_->request_stop({troupe::stop_reason::kind_type::requested, "the office closes"});
      return;
    }
    const auto& [pool, what] = orders_[i];
    self_->request(caf::actor_cast<caf::actor>(app_->ref(pool).resolve()), caf::infinite, what)
      .then(
        [this, i](const troupe::child_reply& reply) {
          spdlog::info("order {}: {}", i, reply.child.path);
          made_.push_back(caf::actor_cast<caf::actor>(reply.handle));
          order(i + 1);
        },
        [this, i](const caf::error& why) {
          spdlog::info("order {}: {}", i, troupe::from_caf(why).to_text());
          for (const auto& child : std::exchange(made_, {})) // each ends, and makes room
            self_->send(child, example::print{});
          self_->run_after(10ms, [this, i] { order(i); });
        });
  }

  troupe::supervised_actor* self_;
  troupe::application* app_;
  std::vector<std::pair<std::string, troupe::start_pooled>> orders_;
  std::vector<caf::actor> made_;
};

} // namespace

int main() {
  troupe::application app{"06_pools"};
  troupe::child_spec once;
  once.restart = troupe::restart_type::temporary;
  app.add(troupe::make_pool<job, std::string, std::uint32_t>("jobs", {.max_children = 2}, once));
  app.add(troupe::make_partitions("desks", partitions, {}, [&](std::string id, std::uint32_t) {
    return troupe::make_pool<job, std::string, std::uint32_t>(std::move(id), {}, once);
  }));
  app.add(troupe::make_child<office>("office", &app));
  app.on_ready([office = app.ref("/app/office")] {
    caf::anon_send(caf::actor_cast<caf::actor>(office.resolve()), example::print{});
  });
  return troupe::run(app);
}
