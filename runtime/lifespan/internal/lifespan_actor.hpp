// The actor around the lifespan plan.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/lifespan/lifespan.hpp"

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

class lifespan_actor {
public:
  static constexpr std::string_view type_name = "lifespan";

  lifespan_actor(supervised_actor* self, std::shared_ptr<const lifespan_setup> setup);

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
  void acknowledged(std::uint64_t number, const caf::actor_addr& who, std::optional<error> failure);
  void miss(const subscriber& who, error why);
  void finish_round();
  void root_down(const caf::error& reason);
  [[nodiscard]] steady_time now() const { return self_->clock().now(); }

  supervised_actor* self_;
  std::shared_ptr<const lifespan_setup> setup_;
  lifespan_plan plan_;
  std::vector<subscriber> subscribers_;
  round round_;
  caf::strong_actor_ptr root_;
  bool root_failed_to_start_ = false;
  std::optional<timer_id> timer_;
  std::optional<std::size_t> hook_in_hand_;
  bool hook_is_shutdown_ = false;
  steady_time hook_since_{};
};

} // namespace troupe::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::internal::hook_returned)
