// How the incarnations of an actor begin, fail, are left and follow each other.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/actor_self.hpp"
#include "runtime/caf/supervision_messages.hpp"
#include "runtime/caf/thrown.hpp"

#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/system_messages.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// The middle part of `supervised`: what it does about failures and about the supervisor's messages. The protected
/// virtuals are for whoever derives an actor by hand; states have the hooks of `stateful` instead.
template <class Base>
class actor_life : public actor_self<Base> {
public:
  using behavior_type = typename Base::behavior_type;

  actor_life(caf::actor_config& cfg, actor_setup setup) : actor_self<Base>(cfg, std::move(setup)) {
    install_default_handlers();
  }

  /// Final: an exception from CAF's `on_exit` would end the process. A state cleans up in its destructor.
  void on_exit() final {
    try {
      core_.end_all(*this);
      drop_state();
    } catch (...) {
      core_.note_failure(errc::crashed);
    }
  }

protected:
  using actor_self<Base>::core_;
  using actor_self<Base>::end;

  /// Makes fresh state and returns its behaviour. May throw.
  virtual behavior_type start_incarnation() = 0;
  /// Destroys the state.
  virtual void drop_state() = 0;
  /// Whether a new incarnation is up as soon as its behaviour is made. Otherwise it calls `announce` itself.
  [[nodiscard]] virtual bool up_at_once() const { return true; }
  /// Tells the supervisor that this incarnation is up.
  void announce() {
    core_.incarnation_is_up();
    core_.report(*this, caf::make_message(child_up{this->id(), core_.incarnation(), core_.slot()}));
  }
  /// Tells the supervisor that the first incarnation could not come up; the actor then ends.
  void fail_start(const error& why) {
    core_.note_failure(why);
    core_.report(*this,
                 caf::make_message(child_start_failed{this->id(), why, false, core_.slot()}));
    end(to_caf(why));
  }
  /// The incarnation is up (`announce`) and nobody has to be waited for.
  virtual void on_start() {}
  /// The actor was asked to stop or halt; must lead to `quit`. Default: at once.
  virtual void on_stop(const stop_request&) { this->quit(caf::exit_reason::user_shutdown); }
  virtual void pre_restart(const error&) {}
  virtual void post_restart(const error&, std::uint32_t /*attempt*/) {}
  /// An exception was contained. Default: suspend and tell the supervisor; without one: end. An actor that was
  /// asked to stop ends in any case: nobody would decide about it any more.
  /// Called inside the catch block.
  virtual void on_failure(const error& why) {
    if (core_.ends_for_good()) {
      end(to_caf(why));
      return;
    }
    core_.suspend();
    if (!core_.report(*this,
                      caf::make_message(child_crashed{this->id(), core_.incarnation(), why,
                                                      std::current_exception(), core_.slot()})))
      give_up(to_caf(why));
  }

  behavior_type make_behavior() final {
    core_.record().actor_id.store(this->id(), std::memory_order_relaxed);
    try {
      return make_incarnation();
    } catch (const ignore_start&) {
      drop_state();
      core_.report(*this, caf::make_message(child_start_ignored{this->id(), false, core_.slot()}));
      end();
    } catch (...) {
      const auto why = core_.note_failure(errc::start_failed);
      drop_state();
      fail_start(why);
    }
    return empty_behavior();
  }

  // -- for the layer above ------------------------------------------------------

  /// Handles what supervisor and timers send. @returns whether it was one of those.
  bool handle_internal(caf::type_erased_tuple& content) {
    if (content.size() != 1)
      return false;
    const auto* type = content.type(0).second;
    if (type == nullptr)
      return false;
    if (*type == typeid(timer_due))
      handle_timer(content.template get_as<timer_due>(0));
    else if (*type == typeid(stop_request))
      handle_stop(content.template get_as<stop_request>(0));
    else if (*type == typeid(restart_directive))
      handle_restart();
    else if (*type == typeid(resume_directive))
      handle_resume();
    else if (*type == typeid(halt_request))
      handle_halt(content.template get_as<halt_request>(0));
    else if (*type == typeid(end_directive))
      handle_end(content.template get_as<end_directive>(0));
    else if (*type == typeid(start_signal))
      core_.start_signalled();
    else
      return false;
    return true;
  }

  /// @param x The message in hand, if any. @pre called inside a catch block.
  void contain(caf::mailbox_element* x) { contain(x, current_exception_as(errc::crashed)); }
  void contain(caf::mailbox_element* x, const error& why) {
    core_.count_failure();
    core_.note_failure(why);
    if (x != nullptr)
      core_.give_up_message(*x, why, this->ctrl());
    core_.drop_task(actor_core::leave);
    if (this->getf(caf::abstract_actor::is_shutting_down_flag))
      give_up(to_caf(why)); // it had called quit() already: let it end, as crashed
    else if (core_.halting)
      core_.ask_to_leave(to_caf(why));
    else
      on_failure(why);
  }

  /// Does what must wait until no handler is running.
  void do_tasks() {
    this->current_mailbox_element(nullptr);
    for (;;)
      switch (core_.next_task()) {
        case actor_core::finish: // a request made after the end was asked for does not hold it up
          this->awaited_responses_.clear();
          this->multiplexed_responses_.clear();
          return;
        case actor_core::leave:
          leave();
          break;
        case actor_core::call_start:
          try {
            on_start();
          } catch (...) {
            contain(nullptr);
          }
          break;
        case actor_core::try_kept:
          if (const auto kept = core_.begin_second_try())
            this->consume(*kept);
          this->bhvr_stack_.cleanup();
          core_.end_second_try();
          this->current_mailbox_element(nullptr);
          break;
        default:
          return;
      }
  }

private:
  static behavior_type empty_behavior() {
    if constexpr (std::same_as<behavior_type, caf::behavior>)
      return {};
    else
      return behavior_type::make_empty_behavior();
  }

  void install_default_handlers() {
    this->default_handler_ = [this](caf::scheduled_actor*,
                                    caf::message_view& x) -> caf::result<caf::message> {
      core_.record().unhandled.fetch_add(1, std::memory_order_relaxed);
      if (this->current_message_id().is_request())
        return to_caf({errc::unexpected_message, caf::to_string(x.content())});
      return caf::make_message();
    };
    // CAF's own would end the actor on a stray error and print to stdout on a stray down message.
    this->error_handler_ = [](caf::scheduled_actor*, caf::error&) {};
    this->down_handler_ = [this](caf::scheduled_actor*, caf::down_msg& x) {
      const auto* things = core_.owned_things();
      if (things == nullptr || !things->notice_was_asked_for())
        return; // anybody can send one
      throw death_pact{"actor " + caf::to_string(x.source) + " has ended ("
                       + std::string{to_string(classify(x.reason))}
                       + "), and there is no down handler"};
    };
    this->exit_handler_ = caf::scheduled_actor::default_exit_handler;
    this->exception_handler_ = [this](caf::scheduled_actor*, std::exception_ptr& x) -> caf::error {
      try {
        std::rethrow_exception(x);
      } catch (...) {
        return to_caf(core_.note_failure(errc::crashed));
      }
    };
  }

  // -- the supervisor's messages ----------------------------------------------

  void handle_timer(const timer_due& due) {
    if (due.incarnation != core_.incarnation() || core_.owned_things() == nullptr)
      return;
    if (core_.suspended())
      core_.things().put_off_timer(due.id);
    else
      core_.things().fire_timer(due.id);
  }

  void handle_stop(const stop_request& request) {
    if (std::exchange(core_.stop_requested, true))
      return;
    if (core_.door().policy().drain_before_stop)
      core_.door().close();
    if (core_.suspended()) // there is no healthy state that could say good-bye
      end(caf::exit_reason::user_shutdown);
    else if (!std::exchange(core_.halting, false)) // it is on its way already
      ask_to_stop(request);
  }

  void handle_halt(const halt_request& request) {
    if (core_.stop_requested || core_.door().has_stop_waiting())
      return;
    if (core_.suspended())
      core_.report(*this,
                   caf::make_message(child_halted{this->id(), core_.incarnation(), core_.slot()}));
    else if (!std::exchange(core_.halting, true))
      ask_to_stop({request.reason, request.deadline});
  }

  void ask_to_stop(const stop_request& request) {
    core_.record().state.store(actor_state::stopping, std::memory_order_relaxed);
    on_stop(request);
  }

  void handle_end(const end_directive& order) {
    core_.stop_requested = true;
    give_up(to_exit_reason(order.how, order.why));
  }

  void handle_restart() {
    if (core_.stop_requested || core_.door().has_stop_waiting())
      return;
    const bool failed = core_.suspended();
    core_.suspend();
    if (core_.has_state) {
      if (!failed && core_.memory_if_any() != nullptr)
        core_.memory().last_error.reset();
      call_pre_restart(failed ? why_it_ended()
                              : error{errc::stopped, "restarted by its supervisor"});
      end_incarnation();
    }
    begin_next();
  }

  void handle_resume() {
    if (!core_.suspended() || core_.stop_requested)
      return;
    if (!core_.has_state) {
      begin_next();
      return;
    }
    if (!core_.has_task(actor_core::try_kept)) // it is this incarnation that failed over it
      core_.give_up_kept(this->ctrl());
    leave_suspension();
    if (auto* things = core_.owned_things())
      things->resume_timers(*this, core_.incarnation());
  }

  // -- incarnations -----------------------------------------------------------

  [[nodiscard]] error why_it_ended() const {
    return this->last_error().value_or(error{errc::stopped, {}});
  }

  void call_pre_restart(const error& why) {
    try {
      pre_restart(why);
    } catch (...) { // it goes in any case
      core_.count_failure();
    }
  }

  behavior_type make_incarnation() {
    core_.begin_incarnation();
    auto result = start_incarnation();
    if (core_.incarnation() > 1)
      post_restart(why_it_ended(), this->restart_attempt());
    core_.incarnation_made();
    if (up_at_once())
      announce();
    return result;
  }

  void end_incarnation() {
    // An actor without a behaviour is taken for finished, so an inert one stands in between.
    this->bhvr_stack_.clear();
    this->bhvr_stack_.push_back(caf::behavior{});
    this->bhvr_stack_.cleanup();
    core_.end_incarnation(*this);
    this->awaited_responses_.clear();
    this->multiplexed_responses_.clear();
    drop_state();
    core_.drop_task(actor_core::leave); // asked for by a destructor
    install_default_handlers();
  }

  /// Begins an incarnation in a suspended actor.
  void begin_next() {
    if (auto* things = core_.owned_things())
      things->unlink_all(*this);
    try {
      auto next = make_incarnation();
      if constexpr (std::same_as<behavior_type, caf::behavior>)
        this->do_become(std::move(next), true);
      else
        this->do_become(std::move(next.unbox()), true);
    } catch (const ignore_start&) {
      stay_down(caf::make_message(child_start_ignored{this->id(), true, core_.slot()}), {});
      return;
    } catch (...) {
      const auto why = core_.note_failure(errc::start_failed);
      stay_down(caf::make_message(child_start_failed{this->id(), why, true, core_.slot()}),
                to_caf(why));
      return;
    }
    leave_suspension();
  }

  /// The next incarnation did not come up.
  void stay_down(caf::message report, caf::error why) {
    end_incarnation();
    core_.suspend();
    if (!core_.report(*this, std::move(report)))
      give_up(std::move(why));
  }

  void leave_suspension() {
    core_.resume();
    this->get_urgent_queue().flush_cache();
  }

  /// Ends with `why`, also when another end has been asked for before.
  void give_up(caf::error why) {
    end();
    this->fail_state_ = std::move(why);
  }

  // -- failures and tasks -----------------------------------------------------

  /// Ends the incarnation as `quit` or a halt has asked, and leaves the rest to the supervisor.
  void leave() {
    auto reason = core_.note_leaving();
    if (core_.ends_for_good()) {
      end(std::move(reason));
      return;
    }
    end_incarnation();
    core_.suspend();
    const auto how = classify(reason);
    const auto why = reason ? from_caf(reason) : error{};
    auto report = std::exchange(core_.halting, false)
                    ? caf::make_message(child_halted{this->id(), core_.incarnation(), core_.slot()})
                    : caf::make_message(
                      child_quit{this->id(), core_.incarnation(), how, why, core_.slot()});
    if (!core_.report(*this, std::move(report)))
      give_up(std::move(reason));
  }
};

} // namespace troupe
