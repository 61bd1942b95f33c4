// The actor base: contains failures, restarts in place, counts, and is asked to stop instead of killed.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/actor_life.hpp"
#include "runtime/caf/invoke_behavior.hpp"
#include "runtime/caf/supervision_messages.hpp"
#include "runtime/caf/thrown.hpp"

#include <caf/detail/default_invoke_result_visitor.hpp>
#include <caf/detail/private_thread.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/system_messages.hpp>

#include <concepts>
#include <exception>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// A CAF actor that a supervisor can restart in place. A mixin over `caf::event_based_actor` and typed
/// actors; users rarely derive from it: they write a state class and use `make_child`.
///
/// * An exception of any type out of a handler is contained. The request in hand is answered with
///   `errc::crashed`, the actor is suspended with its state and its supervisor decides: a restart makes fresh state,
///   a resume goes on with the old. The address and the order of the mailbox are kept, and what belonged to the
///   old incarnation (timers, monitors, links, own actors, answers to its requests) never reaches the new one.
/// * `quit` ends the incarnation; it is the supervisor who decides whether the actor ends, too.
/// * While it is suspended, requests that arrive are answered `errc::restarting` at once, other messages wait
///   (`actor_policy`). Urgent messages wait too, except the supervisor's directives.
/// * A stop is a message that overtakes the backlog (`stop_request`), at most `mailbox_quantum` handlers late.
/// * Requests that wait when it ends, or come later, are answered `errc::stopped` after a normal end, else
///   `errc::gone`. What is lost anywhere is counted and, if somebody wants them, published as dead letters.
///
/// An exit message that is not handled, `kill` always, really ends it, as CAF's actors. Streams are not supported, and
/// the destructor of a state must not throw. Never `await` a request and never `skip` a message: both can block an
/// urgent one.
/// Thread safety: as CAF actors; from outside only `enqueue` and the record.
template <class Base>
class supervised : public actor_life<Base> {
public:
  using behavior_type = typename Base::behavior_type;

  supervised(caf::actor_config& cfg, actor_setup setup) : actor_life<Base>(cfg, std::move(setup)) {}

  // -- CAF's virtuals ---------------------------------------------------------

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr ptr, caf::execution_unit* eu) override {
    core_.count_arrival();
    if (this->mailbox_.closed()) [[unlikely]] {
      core_.lose_after_end(*ptr, dead_letter_reason::gone, this->ctrl(), eu);
      return;
    }
    const bool urgent = ptr->is_high_priority() && !takes_its_place(*ptr);
    if (!urgent)
      if (const auto verdict = core_.door().admit(*ptr); verdict != mailbox_door::verdict::accept)
        [[unlikely]] {
        core_.lose(*ptr, verdict, this->ctrl(), eu);
        return;
      }
    push(std::move(ptr), eu);
    if (urgent && core_.door().wake_after_urgent())
      reschedule(eu);
  }

  caf::resumable::resume_result resume(caf::execution_unit* ctx,
                                       std::size_t max_throughput) override {
    if (!this->activate(ctx))
      return caf::resumable::done;
    core_.begin_slice();
    if (core_.has_tasks()) { // of the start
      this->do_tasks();
      if (this->finalize())
        return caf::resumable::done;
    }
    visitor visit{this, max_throughput};
    for (;;) {
      if (core_.suspended()) {
        const auto seen = core_.door().urgent_seen();
        const bool served = serve_urgent(visit);
        if (this->finalize())
          return caf::resumable::done;
        const bool spent = visit.handled >= max_throughput;
        if (!spent && (served || !core_.suspended()))
          continue;
        core_.end_slice();
        if (spent) // a restart that fails again and again must not keep the thread
          return caf::resumable::resume_later;
        if (core_.door().park(seen))
          return caf::resumable::awaiting_message;
        // Another thread may have run us, found nothing and parked us in between.
        this->context(ctx);
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
    auto& content = x.content();
    const auto token = content.type_token();
    core_.begin_message(content, token);
    this->current_mailbox_element(&x); // timers and stop requests ask for it, too
    auto result = caf::invoke_message_result::consumed;
    try {
      const bool maybe_internal = x.is_high_priority() || core_.door().has_stop_waiting();
      if (!maybe_internal || !this->handle_internal(content)) [[likely]]
        result = core_.suspended() ? caf::invoke_message_result::skipped
                                   : dispatch(x, content, token);
    } catch (...) {
      this->contain(&x);
    }
    if (result != caf::invoke_message_result::skipped)
      core_.end_message();
    return result;
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    core_.note_end(reason);
    core_.give_up_kept(this->ctrl());
    if (!this->mailbox_.closed()) { // as CAF does, who would answer that the receiver is down
      this->mailbox_.close();
      this->get_normal_queue().flush_cache();
      this->get_urgent_queue().flush_cache();
      remover remove{this, host};
      while (this->mailbox_.queue().new_round(1'000, remove).consumed_items) {
      }
    }
    core_.report_end(this->id(), reason, host);
    return Base::cleanup(std::move(reason), host);
  }

protected:
  using actor_life<Base>::core_;

private:
  struct visitor {
    supervised* self;
    std::size_t max;
    std::size_t handled = 0;  ///< Of `max`.
    std::size_t in_round = 0; ///< Ordinary ones of `mailbox_quantum`.

    caf::intrusive::task_result operator()(caf::mailbox_element& x) {
      auto& core = self->core_;
      const bool urgent = x.is_high_priority();
      if (!urgent && core.door().guarded()) [[unlikely]]
        if (const auto verdict = core.door().take(x); verdict != mailbox_door::verdict::accept) {
          core.lose(x, verdict, self->ctrl(), self->context());
          return caf::intrusive::task_result::resume;
        }
      if (self->consume(x) == caf::invoke_message_result::skipped)
        return caf::intrusive::task_result::skip;
      self->bhvr_stack_.cleanup();
      ++handled;
      if (core.has_tasks()) [[unlikely]]
        self->do_tasks();
      if (!self->alive() && self->finalize())
        return caf::intrusive::task_result::stop_all;
      if (handled >= max || core.suspended())
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

  /// Takes what is left out of the mailbox of an actor that has ended.
  struct remover {
    supervised* self;
    caf::execution_unit* host;

    caf::intrusive::task_result operator()(caf::mailbox_element& x) const {
      self->core_.lose_after_end(x, dead_letter_reason::ended, self->ctrl(), host);
      return caf::intrusive::task_result::resume;
    }
    template <class Key, class Queue, class... Ts>
    caf::intrusive::task_result operator()(const Key&, const Queue&, Ts&... xs) const {
      return (*this)(xs...);
    }
  };

  /// CAF takes a handler out before it calls it, and loses it when it throws.
  struct kept_handlers {
    explicit kept_handlers(supervised* s)
      : self(s), error(s->error_handler_), down(s->down_handler_), exit(s->exit_handler_) {}
    ~kept_handlers() {
      if (!self->error_handler_)
        self->error_handler_.swap(error);
      if (!self->down_handler_)
        self->down_handler_.swap(down);
      if (!self->exit_handler_)
        self->exit_handler_.swap(exit);
    }
    kept_handlers(const kept_handlers&) = delete;
    kept_handlers& operator=(const kept_handlers&) = delete;

    supervised* self;
    caf::scheduled_actor::error_handler error;
    caf::scheduled_actor::down_handler down;
    caf::scheduled_actor::exit_handler exit;
  };

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

  // -- the door ---------------------------------------------------------------

  void push(caf::mailbox_element_ptr ptr, caf::execution_unit* eu) {
    // CAF frees what comes too late, so whoever must then be told is remembered.
    const auto mid = ptr->mid;
    const auto asker = mid.is_request() ? ptr->sender : nullptr;
    switch (this->mailbox_.push_back(std::move(ptr))) {
      case caf::intrusive::inbox_result::success:
        break;
      case caf::intrusive::inbox_result::unblocked_reader:
        reschedule(eu);
        break;
      case caf::intrusive::inbox_result::queue_closed: {
        const auto late = caf::make_mailbox_element(asker, mid, {}, caf::message{});
        core_.lose_after_end(*late, dead_letter_reason::gone, this->ctrl(), eu);
        break;
      }
    }
  }

  void reschedule(caf::execution_unit* eu) {
    caf::intrusive_ptr_add_ref(this->ctrl());
    if (this->getf(caf::abstract_actor::is_detached_flag))
      this->private_thread_->resume();
    else if (eu != nullptr)
      eu->exec_later(this);
    else
      this->home_system().scheduler().enqueue(this);
  }

  /// Whether it is a stop request that waits its turn.
  bool takes_its_place(caf::mailbox_element& x) {
    if (!core_.door().policy().drain_before_stop || core_.suspended()
        || !x.content().template match_elements<stop_request>())
      return false;
    x.mid = caf::make_message_id();
    core_.door().stop_waits();
    return true;
  }

  // -- one message ------------------------------------------------------------

  caf::invoke_message_result dispatch(caf::mailbox_element& x, caf::type_erased_tuple& content,
                                      std::uint32_t token) {
    using caf::invoke_message_result;
    if (x.mid.is_response() || !this->awaited_responses_.empty() || is_system_message(token))
      [[unlikely]]
      return dispatch_to_caf(x, token);
    // What follows is CAF's way with ordinary messages.
    const bool had_timeout = this->getf(caf::abstract_actor::has_timeout_flag);
    if (had_timeout)
      this->unsetf(caf::abstract_actor::has_timeout_flag);
    const bool keeps_copy = core_.door().policy().retry_crashed;
    if (keeps_copy) [[unlikely]]
      core_.things().in_hand = x.copy_content_to_message();
    caf::detail::default_invoke_result_visitor<caf::scheduled_actor> answer{this};
    auto matched = caf::match_case::no_match;
    if (!this->bhvr_stack_.empty()) {
      // Caught here, an exception is not unwound through what the callers have to clean up.
      try {
        matched = invoke_behavior(this->bhvr_stack_.back(), answer, content, token);
      } catch (const std::exception& e) {
        this->contain(&x, exception_as(errc::crashed, e));
        return invoke_message_result::consumed;
      } catch (...) {
        this->contain(&x);
        return invoke_message_result::consumed;
      }
    }
    if (matched == caf::match_case::no_match) [[unlikely]]
      matched = call_default_handler(x, answer);
    if (keeps_copy) [[unlikely]]
      core_.things().in_hand = {};
    if (matched != caf::match_case::skip) [[likely]]
      return invoke_message_result::consumed;
    if (had_timeout)
      this->setf(caf::abstract_actor::has_timeout_flag);
    return invoke_message_result::skipped;
  }

  caf::match_case::result call_default_handler(caf::mailbox_element& x,
                                               caf::detail::invoke_result_visitor& answer) {
    const auto handler = this->default_handler_; // it may replace itself
    auto result = handler(this, x);
    if (result.flag == caf::rt_skip)
      return caf::match_case::skip;
    answer.visit(result);
    return caf::match_case::match;
  }

  caf::invoke_message_result dispatch_to_caf(caf::mailbox_element& x, std::uint32_t token) {
    if (x.mid.is_response())
      return Base::consume(x);
    const bool notice = token == caf::make_type_token<caf::down_msg>()
                        || token == caf::make_type_token<caf::exit_msg>();
    if (notice && core_.owned_things() != nullptr && !core_.things().wants_notice(x))
      return caf::invoke_message_result::consumed;
    const kept_handlers keep{this};
    return Base::consume(x);
  }
};

/// What a state class gets as its `self`.
using supervised_actor = supervised<caf::event_based_actor>;

} // namespace troupe
