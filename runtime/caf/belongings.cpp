// What belongs to one incarnation of an actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/belongings.hpp"

#include "runtime/caf/supervision_messages.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/default_attachable.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <utility>

namespace troupe {

namespace {

constexpr auto urgent = caf::message_priority::high;

/// An own actor is told that it may take this long; nobody enforces it.
constexpr std::chrono::seconds own_grace{5};

/// Takes the observer's attachments out of `subject`. @returns how many there were.
std::size_t detach(caf::abstract_actor& subject, const caf::actor_addr& observer,
                   caf::default_attachable::observe_type kind) {
  return subject.detach(caf::default_attachable::observe_token{observer, kind});
}

} // namespace

// -- timers ---------------------------------------------------------------------

timer_id belongings::start_timer(caf::scheduled_actor& self, std::uint32_t incarnation,
                                 std::chrono::nanoseconds delay, std::function<void()> action) {
  const auto id = ++next_timer_;
  timers_.push_back({id, std::move(action)});
  auto& clock = self.clock();
  const auto now = clock.now();
  if (delay >= steady_time::max() - now)
    return timer_id{id}; // it never comes
  clock.schedule_message(now + delay, caf::strong_actor_ptr{self.ctrl()},
                         caf::make_mailbox_element(nullptr, caf::make_message_id(urgent), {},
                                                   timer_due{incarnation, id}));
  return timer_id{id};
}

void belongings::cancel_timer(timer_id id) {
  std::erase_if(timers_, [&](const auto& t) { return t.id == static_cast<std::uint64_t>(id); });
}

void belongings::fire_timer(std::uint64_t id) {
  const auto it = std::find_if(timers_.begin(), timers_.end(),
                               [&](const auto& t) { return t.id == id; });
  if (it == timers_.end())
    return;
  auto action = std::move(it->action);
  timers_.erase(it);
  action();
}

void belongings::put_off_timer(std::uint64_t id) {
  for (auto& t : timers_)
    t.put_off = t.put_off || t.id == id;
}

void belongings::resume_timers(caf::scheduled_actor& self, std::uint32_t incarnation) {
  for (auto& t : timers_)
    if (std::exchange(t.put_off, false))
      self.enqueue(caf::make_mailbox_element(nullptr, caf::make_message_id(urgent), {},
                                             timer_due{incarnation, t.id}),
                   self.context());
}

// -- monitors and links ---------------------------------------------------------

void belongings::remember_monitor(caf::actor_addr whom) {
  if (whom)
    monitored_.push_back(std::move(whom));
}

void belongings::remember_link(caf::actor_addr whom) {
  if (whom && std::find(linked_.begin(), linked_.end(), whom) == linked_.end())
    linked_.push_back(std::move(whom));
}

void belongings::own(caf::actor_addr whom) {
  // Those that have ended are forgotten here, so that an actor that spawns all day does not grow.
  std::erase_if(owned_, [](const auto& addr) {
    const auto actor = caf::actor_cast<caf::strong_actor_ptr>(addr);
    return !actor || actor->get()->getf(caf::abstract_actor::is_terminated_flag);
  });
  if (whom)
    owned_.push_back(std::move(whom));
}

void belongings::demonitor(caf::scheduled_actor& self, const caf::actor_addr& whom) {
  auto owed = std::erase(monitored_, whom);
  if (const auto subject = caf::actor_cast<caf::strong_actor_ptr>(whom)) {
    const auto undone = detach(*subject->get(), self.address(), caf::default_attachable::monitor);
    owed -= std::min(owed, undone);
  }
  // What could not be undone has fired.
  stale_.insert(stale_.end(), owed, {whom, false});
}

void belongings::unlink(caf::scheduled_actor& self, const caf::actor_addr& whom) {
  const auto known = std::erase(linked_, whom) > 0;
  const auto other = caf::actor_cast<caf::strong_actor_ptr>(whom);
  const auto undone = other ? detach(*other->get(), self.address(), caf::default_attachable::link)
                            : 0;
  detach(self, whom, caf::default_attachable::link);
  // Either it has fired, or the other one undid it and lives.
  if (known && undone == 0
      && (!other || other->get()->getf(caf::abstract_actor::is_terminated_flag)))
    stale_.push_back({whom, true});
}

bool belongings::wants_notice(const caf::mailbox_element& x) {
  const auto& content = x.content();
  const bool down = content.match_elements<caf::down_msg>();
  if (!down && !content.match_elements<caf::exit_msg>())
    return true;
  const auto& source = down ? content.get_as<caf::down_msg>(0).source
                            : content.get_as<caf::exit_msg>(0).source;
  const auto stale = std::find_if(stale_.begin(), stale_.end(), [&](const auto& s) {
    return s.link != down && s.source == source;
  });
  if (stale != stale_.end()) {
    stale_.erase(stale);
    return false;
  }
  auto& watched = down ? monitored_ : linked_;
  const auto it = std::find(watched.begin(), watched.end(), source);
  notice_was_asked_for_ = it != watched.end();
  if (notice_was_asked_for_)
    watched.erase(it);
  return true;
}

// -- the end --------------------------------------------------------------------

void belongings::stop_own(caf::scheduled_actor& self) {
  for (const auto& addr : std::exchange(owned_, {})) {
    const auto actor = caf::actor_cast<caf::strong_actor_ptr>(addr);
    if (!actor)
      continue;
    auto order = dynamic_cast<const supervised_face*>(actor->get()) != nullptr
                   ? caf::make_message(
                     stop_request{{stop_reason::kind_type::requested, "its owner has ended"},
                                  self.clock().now() + own_grace})
                   : caf::make_message(caf::exit_msg{
                     self.address(), caf::make_error(caf::exit_reason::user_shutdown)});
    actor->enqueue(self.ctrl(), caf::make_message_id(urgent), std::move(order), self.context());
  }
}

void belongings::end_incarnation(caf::scheduled_actor& self) {
  timers_.clear();
  while (!monitored_.empty())
    demonitor(self, caf::actor_addr{monitored_.back()});
  stop_own(self);
}

void belongings::unlink_all(caf::scheduled_actor& self) {
  while (!linked_.empty())
    unlink(self, caf::actor_addr{linked_.back()});
}

void belongings::end_all(caf::scheduled_actor& self) {
  timers_.clear();
  while (!monitored_.empty())
    demonitor(self, caf::actor_addr{monitored_.back()});
  linked_.clear();
  stale_.clear();
  stop_own(self);
}

} // namespace troupe
