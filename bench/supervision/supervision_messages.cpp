// What a one-way message costs: through Troupe's actor base or through a plain CAF actor, all else being the same.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/system_setup.hpp"
#include "runtime/supervision/make_child.hpp"
#include "bench/supervision/measurement.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/make_counted.hpp>
#include <caf/ref_counted.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <cstdint>

#include <unistd.h>

namespace {

/// Ends the process with the last message: CPU time per message, in nanoseconds.
struct count_down {
  std::uint64_t all;
  std::uint64_t left = all;
  double cpu_at_start = bench::cpu_seconds();

  void message() {
    if (--left == 0)
      bench::finish((bench::cpu_seconds() - cpu_at_start) / static_cast<double>(all) * 1e9);
  }
};

class plain_receiver final : public caf::event_based_actor {
public:
  plain_receiver(caf::actor_config& cfg, count_down messages)
    : caf::event_based_actor(cfg), messages_(messages) {}

  caf::behavior make_behavior() override {
    return {[this](std::uint64_t) { messages_.message(); }};
  }

private:
  count_down messages_;
};

struct receiver {
  static constexpr std::string_view type_name = "receiver";

  receiver(troupe::supervised_actor*, count_down all) : messages(all) {}

  caf::behavior make_behavior() {
    return {[this](std::uint64_t) { messages.message(); }};
  }

  count_down messages;
};

/// Sends `burst` messages each time it is run and goes to the end of the scheduler's queue: with one worker the
/// receiver then handles exactly those. Not an actor, so that as little as possible of the cost is the sender's.
class source final : public caf::ref_counted, public caf::resumable {
public:
  source(caf::strong_actor_ptr to, std::uint64_t burst) : to_(std::move(to)), burst_(burst) {}

  resume_result resume(caf::execution_unit* unit, std::size_t) override {
    for (std::uint64_t i = 0; i < burst_; ++i)
      to_->enqueue(nullptr, caf::make_message_id(), caf::make_message(i), unit);
    return resume_later;
  }

  void intrusive_ptr_add_ref_impl() override { ref(); }
  void intrusive_ptr_release_impl() override { deref(); }

private:
  caf::strong_actor_ptr to_;
  std::uint64_t burst_;
};

caf::strong_actor_ptr make_receiver(caf::actor_system& system, const std::string& kind,
                                    count_down messages) {
  if (kind == "caf")
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn<plain_receiver>(messages));
  if (kind != "troupe")
    bench::fail("receiver is troupe or caf");
  const auto spec = troupe::make_child<receiver>("receiver", messages);
  const auto made = spec.start({system, "/receiver", nullptr, nullptr});
  return made.value().handle;
}

} // namespace

int main(int argc, char** argv) {
  const bench::arguments given{argc, argv};
  troupe::system_owner owner{1};
  const auto handle = make_receiver(owner.system(), given.text("receiver"),
                                    count_down{given.number("messages")});
  // The scheduler owns one reference to what is in its queue.
  auto all = caf::make_counted<source>(handle, given.number("burst"));
  owner.system().scheduler().enqueue(all.detach());
  for (;;)
    pause();
}
