// The actor base: contains failures, restarts in place, counts, and is asked to stop instead of killed.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/actor_core.hpp"
#include "runtime/caf/answer_promise.hpp"
#include "runtime/caf/errors.hpp"
#include "runtime/caf/supervision_messages.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <concepts>
#include <optional>
#include <tuple>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// A CAF actor that a supervisor can restart in place. A mixin over `caf::event_based_actor` and typed
/// actors; users rarely derive from it: they write a state class and use `make_child`.
///
/// * An exception of any type out of a handler is contained. The request in hand is answered with
///   `errc::crashed`, the actor is suspended and its supervisor decides. A restart makes fresh state; the
///   address and the order of the mailbox are kept, and what belonged to the old incarnation (timers,
///   monitors, links, answers to its requests) never reaches the new one.
/// * While it is suspended, requests that arrive are answered `errc::restarting` at once, other messages wait
///   (at most `restart_stash_limit`). Urgent messages wait too, except the supervisor's directives.
/// * A stop is a message that overtakes the backlog (`stop_request`), at most `mailbox_quantum` handlers late.
///
/// Streams are not supported, and the destructor of a state must not throw. Never `await` a request and
/// never `skip` a message: both can block an urgent one.
/// Thread safety: as CAF actors; from outside only `enqueue` and the record.
template <class Base>
class supervised : public Base {
public:
  using behavior_type = typename Base::behavior_type;

  supervised(caf::actor_config& cfg, actor_setup setup) : Base(cfg), core_(std::move(setup)) {
    install_default_handlers();
  }

  // -- for the state ----------------------------------------------------------

  /// The actor's path, for example `/app/store`; survives restarts.
  [[nodiscard]] const std::string& path() const noexcept { return core_.record().path; }
  /// 1 for the first incarnation, one more after each restart.
  [[nodiscard]] std::uint32_t incarnation() const noexcept { return core_.incarnation(); }
  /// What ended the previous incarnation, if it failed.
  [[nodiscard]] std::optional<error> last_error() const { return core_.record().last_error(); }
  /// Whether a stop was asked for.
  [[nodiscard]] bool stopping() const noexcept { return core_.stop_requested; }
  [[nodiscard]] const std::shared_ptr<actor_record>& record() const noexcept {
    return core_.shared_record();
  }

  /// Runs `action` in this actor after `delay`, unless it is cancelled or the incarnation ends first. It
  /// overtakes the backlog. Not blocking. A delay that ends after the end of time never comes. The clock keeps
  /// about 250 B, and the actor's memory, until the timer is due, also when it was cancelled.
  timer_id run_after(std::chrono::nanoseconds delay, std::function<void()> action) {
    return core_.start_timer(*this, delay, std::move(action));
  }
  void cancel(timer_id id) { core_.cancel_timer(id); }

  /// Takes over the duty to answer the request in hand. For a plain message it is a promise to nobody.
  [[nodiscard]] answer_promise make_promise() {
    const auto* current = this->current_mailbox_element();
    if (current == nullptr || !current->mid.is_request())
      return {};
    return answer_promise{this->make_response_promise()};
  }

  /// As CAF's, and undone when the incarnation ends: no notice reaches the next one, also none that waits in the
  /// mailbox already.
  template <caf::message_priority P = caf::message_priority::normal, class Handle>
  void monitor(const Handle& whom) {
    core_.remember_monitor(caf::actor_cast<caf::actor_addr>(whom));
    caf::local_actor::monitor(caf::actor_cast<caf::abstract_actor*>(whom), P);
  }
  /// Undoes every `monitor` of `whom`. After it returns no notice is handled, also none that waits already.
  template <class Handle>
  void demonitor(const Handle& whom) {
    core_.demonitor(*this, caf::actor_cast<caf::actor_addr>(whom));
  }
  template <class Handle>
  void link_to(const Handle& whom) {
    core_.remember_link(caf::actor_cast<caf::actor_addr>(whom));
    caf::monitorable_actor::link_to(caf::actor_cast<caf::actor_addr>(whom));
  }
  template <class Handle>
  void unlink_from(const Handle& whom) {
    core_.unlink(*this, caf::actor_cast<caf::actor_addr>(whom));
  }
  /// As CAF's; an exception out of `action` is swallowed, so that later ones are not skipped. It belongs to the
  /// actor, not to the incarnation, and runs after the state has been destroyed: it must not refer to it.
  template <class F>
  void attach_functor(F action) {
    caf::abstract_actor::attach_functor(
      [action = std::move(action)](const caf::error& why) mutable {
        try {
          if constexpr (std::invocable<F&, const caf::error&>)
            action(why);
          else
            action();
        } catch (...) { // nobody is left to tell
        }
      });
  }

  // -- CAF's virtuals ---------------------------------------------------------

  const char* name() const override { return core_.record().type.c_str(); }

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr ptr, caf::execution_unit* eu) override {
    const bool urgent = ptr->is_high_priority();
    switch (core_.admit(*ptr)) {
      case actor_core::admission::accept:
        break;
      case actor_core::admission::refuse_request:
        refuse(*ptr, {errc::restarting, path()}, eu);
        return;
      case actor_core::admission::drop:
        return;
    }
    Base::enqueue(std::move(ptr), eu);
    if (urgent && core_.wake_after_urgent())
      reschedule(eu);
  }

  caf::resumable::resume_result resume(caf::execution_unit* ctx,
                                       std::size_t max_throughput) override {
    if (!this->activate(ctx))
      return caf::resumable::done;
    core_.begin_slice();
    visitor visit{this, max_throughput};
    for (;;) {
      if (core_.suspended()) {
        const auto seen = core_.urgent_seen();
        const bool served = serve_urgent(visit);
        if (this->finalize())
          return caf::resumable::done;
        const bool spent = visit.handled >= max_throughput;
        if (!spent && (served || !core_.suspended()))
          continue;
        core_.end_slice();
        if (spent) // a restart that fails again and again must not keep the thread
          return caf::resumable::resume_later;
        if (core_.park(seen))
          return caf::resumable::awaiting_message;
        this->context(
          ctx); // another thread may have run us, found nothing and parked us in between
        core_.begin_slice();
        continue;
      }
      visit.in_round = 0;
      const auto round = this->mailbox_.new_round(mailbox_quantum, visit);
      if (this->finalize())
        return caf::resumable::done;
      if (core_.suspended())
        continue;
      const bool spent = visit.handled >= max_throughput;
      if (round.consumed_items && !spent)
        continue;
      if (visit.handled > 0)
        this->set_receive_timeout();
      core_.end_slice();
      if (this->mailbox_.try_block())
        return caf::resumable::awaiting_message;
      if (spent)
        return caf::resumable::resume_later;
    }
  }

  using Base::consume;
  caf::invoke_message_result consume(caf::mailbox_element& x) override {
    core_.begin_message(x);
    this->current_mailbox_element(&x); // timers and stop requests ask for it, too
    auto result = caf::invoke_message_result::consumed;
    try {
      if (!x.is_high_priority() || !handle_internal(x)) [[likely]] {
        if (core_.suspended())
          result = caf::invoke_message_result::skipped;
        else if (core_.wants_notice(x)) [[likely]]
          result = Base::consume(x);
      }
    } catch (...) {
      contain(x);
    }
    if (result != caf::invoke_message_result::skipped)
      core_.end_message();
    return result;
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    core_.note_end(reason);
    return Base::cleanup(std::move(reason), host);
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
  /// Makes fresh state and returns its behaviour. May throw.
  virtual behavior_type start_incarnation() = 0;
  /// Destroys the state.
  virtual void drop_state() = 0;
  /// Whether a new incarnation is up as soon as its behaviour is made. Otherwise it calls `announce` itself.
  [[nodiscard]] virtual bool up_at_once() const { return true; }
  /// Tells the supervisor that this incarnation is up.
  void announce() {
    core_.incarnation_is_up();
    core_.report(*this, caf::make_message(child_up{this->id(), core_.incarnation()}));
  }
  /// Tells the supervisor that the first incarnation could not come up; the actor then ends.
  void fail_start(const error& why) {
    core_.record().last_error(why);
    core_.report(*this, caf::make_message(child_start_failed{this->id(), why, false}));
    this->quit(to_caf(why));
  }
  /// The actor was asked to stop; must lead to `quit`. Default: at once.
  virtual void on_stop(const stop_request&) { this->quit(caf::exit_reason::user_shutdown); }
  /// An exception was contained. Default: suspend and tell the supervisor; without one: end. An actor that was
  /// asked to stop ends in any case: nobody would decide about it any more.
  virtual void on_failure(const error& why) {
    if (core_.stop_requested || !core_.supervised()) {
      this->quit(to_caf(why));
      return;
    }
    core_.suspend();
    if (!core_.report(*this,
                      caf::make_message(child_crashed{this->id(), core_.incarnation(), why})))
      give_up(why);
  }

  behavior_type make_behavior() final {
    core_.record().actor_id.store(this->id(), std::memory_order_relaxed);
    try {
      core_.begin_incarnation();
      auto result = start_incarnation();
      core_.incarnation_made();
      if (up_at_once())
        announce();
      return result;
    } catch (...) {
      const auto why = core_.note_failure(errc::start_failed);
      drop_state();
      fail_start(why);
      return empty_behavior();
    }
  }

private:
  struct visitor {
    supervised* self;
    std::size_t max;
    std::size_t handled = 0;  ///< Of `max`.
    std::size_t in_round = 0; ///< Ordinary ones of `mailbox_quantum`.

    caf::intrusive::task_result operator()(caf::mailbox_element& x) {
      const bool urgent = x.is_high_priority();
      const auto result = self->consume(x);
      if (result == caf::invoke_message_result::skipped)
        return caf::intrusive::task_result::skip;
      self->bhvr_stack_.cleanup();
      ++handled;
      if (self->finalize())
        return caf::intrusive::task_result::stop_all;
      if (handled >= max || self->core_.suspended())
        return caf::intrusive::task_result::stop_all;
      // Counted here, because CAF's queue carries what a round cut short has left over to the next one.
      if (!urgent && ++in_round >= mailbox_quantum)
        return caf::intrusive::task_result::stop_all;
      return caf::intrusive::task_result::resume;
    }
    template <class Queue>
    caf::intrusive::task_result operator()(std::size_t, Queue&, caf::mailbox_element& x) {
      return (*this)(x);
    }
    template <class Outer, class Inner>
    caf::intrusive::task_result operator()(std::size_t, Outer&, caf::stream_slot, Inner&,
                                           caf::mailbox_element&) {
      return caf::intrusive::task_result::resume; // streams are not supported
    }
  };

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
    this->down_handler_ = [](caf::scheduled_actor*, caf::down_msg&) {};
    this->exit_handler_ = caf::scheduled_actor::default_exit_handler;
    this->exception_handler_ = [this](caf::scheduled_actor*, std::exception_ptr& x) -> caf::error {
      try {
        std::rethrow_exception(x);
      } catch (...) {
        return to_caf(core_.note_failure(errc::crashed));
      }
    };
  }

  /// Handles what supervisor and timers send. @returns whether it was one of those.
  bool handle_internal(caf::mailbox_element& x) {
    auto& content = x.content();
    if (content.size() != 1)
      return false;
    const auto* type = content.type(0).second;
    if (type == nullptr)
      return false;
    if (*type == typeid(timer_due)) {
      const auto& due = content.template get_as<timer_due>(0);
      if (!core_.suspended())
        core_.fire_timer(due.incarnation, due.id);
      return true;
    }
    if (*type == typeid(stop_request)) {
      handle_stop(content.template get_as<stop_request>(0));
      return true;
    }
    if (*type == typeid(restart_directive)) {
      if (!core_.stop_requested)
        restart();
      return true;
    }
    return false;
  }

  void handle_stop(const stop_request& request) {
    if (std::exchange(core_.stop_requested, true))
      return;
    if (core_.suspended()) { // there is no healthy state that could say good-bye
      this->quit(caf::exit_reason::user_shutdown);
      return;
    }
    core_.record().state.store(actor_state::stopping, std::memory_order_relaxed);
    on_stop(request);
  }

  void end_incarnation() {
    core_.end_incarnation(*this);
    this->awaited_responses_.clear();
    this->multiplexed_responses_.clear();
    drop_state();
  }

  void restart() {
    core_.suspend();
    // An actor without a behaviour is taken for finished, so an inert one stands in between.
    this->bhvr_stack_.clear();
    this->bhvr_stack_.push_back(caf::behavior{});
    this->bhvr_stack_.cleanup();
    end_incarnation();
    install_default_handlers();
    try {
      core_.begin_incarnation();
      auto next = start_incarnation();
      core_.incarnation_made();
      if constexpr (std::same_as<behavior_type, caf::behavior>)
        this->do_become(std::move(next), true);
      else
        this->do_become(std::move(next.unbox()), true);
    } catch (...) {
      const auto why = core_.note_failure(errc::start_failed);
      end_incarnation();
      core_.suspend();
      if (this->getf(caf::abstract_actor::is_shutting_down_flag)
          || !core_.report(*this, caf::make_message(child_start_failed{this->id(), why, true})))
        give_up(why);
      return;
    }
    core_.leave_suspension();
    this->get_urgent_queue().flush_cache();
    if (up_at_once())
      announce();
  }

  /// Ends with `why`, also when `quit` was called before.
  void give_up(const error& why) {
    this->quit();
    this->fail_state_ = to_caf(why);
  }

  void contain(caf::mailbox_element& x) {
    const auto why = core_.note_failure(errc::crashed);
    if (x.mid.is_request())
      this->make_response_promise().deliver(to_caf(why));
    if (this->getf(caf::abstract_actor::is_shutting_down_flag))
      give_up(why); // it had called quit() already: let it end, as crashed
    else
      on_failure(why);
  }

  /// Serves urgent messages alone. @returns whether there was one.
  bool serve_urgent(visitor& visit) {
    this->mailbox_.fetch_more();
    auto serve = [&](caf::mailbox_element& x) {
      const auto result = visit(x);
      // Suspension may end in the middle: the rest is then for the ordinary round.
      return result == caf::intrusive::task_result::stop_all && core_.suspended()
                 && visit.handled < visit.max
               ? caf::intrusive::task_result::resume
               : result;
    };
    return this->get_urgent_queue().new_round(mailbox_quantum, serve).consumed_items;
  }

  void refuse(const caf::mailbox_element& x, const error& why, caf::execution_unit* eu) {
    if (x.sender)
      x.sender->enqueue(this->ctrl(), x.mid.response_id(), caf::make_message(to_caf(why)), eu);
  }

  void reschedule(caf::execution_unit* eu) {
    caf::intrusive_ptr_add_ref(this->ctrl());
    if (eu != nullptr)
      eu->exec_later(this);
    else
      this->home_system().scheduler().enqueue(this);
  }

  actor_core core_;
};

/// What a state class gets as its `self`.
using supervised_actor = supervised<caf::event_based_actor>;

/// Holds one `State` at a time, made anew for each incarnation from the same arguments.
///
/// A `State` has a constructor `(supervised<Base>*, Args...)` and `make_behavior()`; optionally
/// `void on_stop(const stop_request&)`, which must lead to `self->quit()`.
template <class Base, class State, class... Args>
class stateful : public supervised<Base> {
public:
  stateful(caf::actor_config& cfg, actor_setup setup, std::tuple<Args...> args)
    : supervised<Base>(cfg, std::move(setup)), args_(std::move(args)) {}

protected:
  typename Base::behavior_type start_incarnation() override {
    std::apply([this](const Args&... args) { state_.emplace(this, args...); }, args_);
    return state_->make_behavior();
  }

  void drop_state() override { state_.reset(); }

  void on_stop(const stop_request& request) override {
    if constexpr (requires(State & s) { s.on_stop(request); })
      state_->on_stop(request);
    else
      supervised<Base>::on_stop(request);
  }

private:
  std::tuple<Args...> args_;
  std::optional<State> state_;
};

} // namespace troupe
