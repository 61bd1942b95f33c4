// What a state may ask of the actor it lives in.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/caf/actor_core.hpp"
#include "runtime/caf/answer_promise.hpp"
#include "runtime/caf/errors.hpp"

#include <caf/actor_cast.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_priority.hpp>

#include <any>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// The lower half of `supervised`: everything here is for states and may be called by them at any time.
/// Thread safety: the actor itself. Nothing blocks.
template <class Base>
class actor_self : public Base, public supervised_face {
public:
  actor_self(caf::actor_config& cfg, actor_setup setup) : Base(cfg), core_(std::move(setup)) {}

  // -- who it is --------------------------------------------------------------

  /// The actor's path, for example `/app/store`; survives restarts.
  [[nodiscard]] const std::string& path() const noexcept { return core_.record().path; }
  /// 1 for the first incarnation, one more for each that follows, also in a new actor behind the same path, as long as its
  /// supervisor is the same.
  [[nodiscard]] std::uint32_t incarnation() const noexcept { return core_.incarnation(); }
  /// What ended the previous incarnation, if it failed.
  [[nodiscard]] std::optional<error> last_error() const {
    const auto* memory = core_.memory_if_any();
    return memory != nullptr ? memory->last_error : std::nullopt;
  }
  /// Attempts to bring this child back since it was last healthy for a while, this one included; 0: a first start.
  [[nodiscard]] std::uint32_t restart_attempt() const noexcept {
    const auto* memory = core_.memory_if_any();
    return memory != nullptr ? memory->attempt : 0;
  }
  /// Whether the incarnation was asked to end.
  [[nodiscard]] bool stopping() const noexcept { return core_.stop_requested || core_.halting; }
  [[nodiscard]] const std::shared_ptr<actor_record>& record() const noexcept {
    return core_.shared_record();
  }
  [[nodiscard]] const actor_record& public_record() const noexcept final { return core_.record(); }
  const char* name() const override { return core_.record().type.c_str(); }

  // -- how it ends ------------------------------------------------------------

  /// Ends the incarnation when the handler in hand has returned; what comes out of that handler instead counts more.
  /// A supervised actor stays, suspended, and its supervisor decides by `reason` and the child's restart type: no
  /// reason is `normal`, `exit_reason::user_shutdown` is `shutdown`, any other a failure. Without a supervisor, and
  /// after a stop request, the actor ends. Only the first call counts.
  void quit(caf::error reason = {}) {
    if (core_.ends_for_good())
      end(std::move(reason));
    else
      core_.ask_to_leave(std::move(reason));
  }
  /// Ends the incarnation normally and asks not to be brought back, whatever the restart type.
  void end_for_good() { quit(to_caf({errc::do_not_restart, path()})); }
  /// The same, and asks that the supervisor ends, too.
  void end_tree() { quit(to_caf({errc::end_tree, path()})); }

  // -- timers -----------------------------------------------------------------

  /// Runs `action` in this actor after `delay`, unless it is cancelled or the incarnation ends first. It
  /// overtakes the backlog. A delay that ends after the end of time never comes. The clock keeps about 250 B, and the
  /// actor's memory, until the timer is due, also when it was cancelled.
  timer_id run_after(std::chrono::nanoseconds delay, std::function<void()> action) {
    return core_.things().start_timer(*this, core_.incarnation(), delay, std::move(action));
  }
  void cancel(timer_id id) { core_.things().cancel_timer(id); }

  // -- answers ----------------------------------------------------------------

  /// Takes over the duty to answer the request in hand. For a plain message it is a promise to nobody.
  [[nodiscard]] answer_promise make_promise() {
    const auto* current = this->current_mailbox_element();
    if (current == nullptr || !current->mid.is_request())
      return {};
    return answer_promise{this->make_response_promise()};
  }

  // -- what it leaves to the next incarnation -----------------------------------

  /// Keeps a good snapshot of the state for the incarnations to come, in place of the one before.
  template <class T>
  void checkpoint(T&& value, std::uint32_t version = 0) {
    auto& memory = core_.memory();
    memory.checkpoint = std::forward<T>(value);
    memory.checkpoint_version = version;
  }
  /// A copy of the last snapshot. @returns none if there is none, or it is no `T`, or of another version.
  template <class T>
  [[nodiscard]] std::optional<T> last_checkpoint(std::uint32_t version = 0) const {
    const auto* memory = core_.memory_if_any();
    const auto* value = memory != nullptr && memory->checkpoint_version == version
                          ? std::any_cast<T>(&memory->checkpoint)
                          : nullptr;
    return value != nullptr ? std::optional<T>{*value} : std::nullopt;
  }

  // -- others -----------------------------------------------------------------

  /// As CAF's, and undone when the incarnation ends: no notice reaches the next one, also none that waits in the
  /// mailbox already. A notice fails the incarnation with `errc::death_pact`, unless it has set a down handler.
  template <caf::message_priority P = caf::message_priority::normal, class Handle>
  void monitor(const Handle& whom) {
    core_.things().remember_monitor(caf::actor_cast<caf::actor_addr>(whom));
    caf::local_actor::monitor(caf::actor_cast<caf::abstract_actor*>(whom), P);
  }
  /// Undoes every `monitor` of `whom`. After it returns no notice is handled, also none that waits already.
  template <class Handle>
  void demonitor(const Handle& whom) {
    core_.things().demonitor(*this, caf::actor_cast<caf::actor_addr>(whom));
  }
  /// As CAF's, and undone when the incarnation ends: the other one sees no end on a restart.
  template <class Handle>
  void link_to(const Handle& whom) {
    core_.things().remember_link(caf::actor_cast<caf::actor_addr>(whom));
    caf::monitorable_actor::link_to(caf::actor_cast<caf::actor_addr>(whom));
  }
  template <class Handle>
  void unlink_from(const Handle& whom) {
    core_.things().unlink(*this, caf::actor_cast<caf::actor_addr>(whom));
  }
  /// Asks `whom` to stop when this incarnation ends: for actors it has spawned. One with Troupe's base gets a stop
  /// request, any other an exit message. Nobody waits for it.
  template <class Handle>
  void own(const Handle& whom) {
    core_.things().own(caf::actor_cast<caf::actor_addr>(whom));
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

protected:
  /// Really ends the actor when the message in hand is done, also if it has a supervisor.
  void end(caf::error reason = {}) {
    Base::quit(std::move(reason));
    core_.add_task(actor_core::finish);
  }

  actor_core core_;
};

} // namespace troupe
