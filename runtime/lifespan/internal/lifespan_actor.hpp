// The actor around the lifespan plan.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/lifespan/lifespan.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::internal {

/// A startup or shutdown function has returned.
struct hook_returned {
  std::size_t hook;
  bool shutdown;
  std::optional<error> failure;
};

/// Begin the start: the actor stands in the registry.
struct begin_lifespan {};

/// The root supervisor is up. Sent to itself behind the subscriptions that have come before.
struct tree_is_up {};

class lifespan_actor {
public:
  static constexpr std::string_view type_name = "lifespan";

  lifespan_actor(supervised_actor* self, std::shared_ptr<const lifespan_setup> setup);
  /// Reports, if it could not come to its end.
  ~lifespan_actor();
  lifespan_actor(const lifespan_actor&) = delete;
  lifespan_actor& operator=(const lifespan_actor&) = delete;

  caf::behavior make_behavior();

private:
  struct subscriber {
    std::string path;
    caf::actor_addr who;
  };

  /// One event on its way to every subscriber.
  struct round {
    std::uint64_t number = 0;
    lifespan_event event{};
    std::vector<subscriber> waiting;
    std::vector<lifespan_report::missing_ack> missing;
    std::optional<timer_id> timer;
  };

  /// Effects can have consequences at once; they are carried out after those that came before them.
  void carry_out(lifespan_step::effects effects);
  void carry_out(const lifespan_step::call_hook& effect);
  void carry_out(const lifespan_step::abandon_hook& effect);
  void carry_out(const lifespan_step::start_tree& effect);
  void carry_out(const lifespan_step::stop_tree& effect);
  void carry_out(const lifespan_step::broadcast& effect);
  void carry_out(const lifespan_step::arm& effect);
  void carry_out(const lifespan_step::enter& effect);
  void carry_out(const lifespan_step::finish& effect);

  void subscribe(const subscribe_lifespan& request);
  /// A subscriber that came, or came back, after an event is told it alone; nobody waits for its answer.
  void tell_late(const subscriber& who, lifespan_message what);
  void acknowledged(std::uint64_t number, const caf::actor_addr& who, std::optional<error> failure);
  void miss(const subscriber& who, error why);
  void finish_round();
  void root_down(const caf::error& reason);
  [[nodiscard]] steady_time now() const { return self_->clock().now(); }

  supervised_actor* self_;
  std::shared_ptr<const lifespan_setup> setup_;
  lifespan_plan plan_;
  std::deque<lifespan_step::effect> pending_;
  bool carrying_out_ = false;
  std::vector<subscriber> subscribers_;
  round round_;
  std::vector<lifespan_message> announced_; ///< Of the start, or of the stop once it has begun.
  caf::strong_actor_ptr root_;
  bool root_failed_to_start_ = false;
  std::optional<timer_id> timer_;
  std::optional<std::size_t> hook_in_hand_;
  bool hook_is_shutdown_ = false;
  steady_time hook_since_{};
};

} // namespace troupe::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::internal::hook_returned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::internal::begin_lifespan)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::internal::tree_is_up)
