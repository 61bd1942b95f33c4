// Properties of the supervisor's decisions under any order of events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/restart_plan.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

const error boom{errc::crashed, "boom"};

/// What the actors really do while the plan decides. It carries out every effect and checks it against what is.
class world {
public:
  world(restart_limits limits, std::vector<planned_child> children)
    : limits_(limits), actors_(children.size()), types_(children),
      plan_(limits, std::move(children)) {
    carry_out(plan_.start());
  }

  enum class actor : std::uint8_t { none, starting, running, suspended, told_to_restart };

  struct child {
    actor state = actor::none;
    bool told_to_stop = false;
    bool abandoned = false;
    bool was_up = false;
  };

  /// Lets something happen, chosen by `choice` among all that can happen now. @returns false when nothing can.
  bool happen(std::uint32_t choice, steady_time now) {
    now_ = now;
    struct event {
      std::size_t child;
      int kind;
    };
    std::vector<event> possible;
    for (std::size_t i = 0; i < actors_.size(); ++i) {
      const auto& c = actors_[i];
      if (c.state == actor::none || c.abandoned)
        continue;
      possible.push_back({i, 0}); // it ends
      if (c.state == actor::starting || c.state == actor::told_to_restart) {
        possible.push_back({i, 1}); // it comes up
        possible.push_back({i, 2}); // its constructor throws
      }
      if (c.state == actor::running)
        possible.push_back({i, 3}); // it crashes
      if (c.told_to_stop)
        possible.push_back({i, 4}); // its time is over
    }
    if (possible.empty())
      return false;
    const auto e = possible[choice % possible.size()];
    constexpr const char* names[] = {"ends", "comes up", "cannot be made", "crashes",
                                     "has had its time"};
    RC_LOG() << "child " << e.child << ' ' << names[e.kind] << std::endl;
    auto& c = actors_[e.child];
    switch (e.kind) {
      case 0: {
        const auto how = c.told_to_stop
                           ? exit_class::shutdown
                           : (choice / 7 % 2 == 0 ? exit_class::normal : exit_class::killed);
        c = {};
        carry_out(plan_.ended(e.child, how, boom, now));
        break;
      }
      case 1:
        c.state = actor::running;
        c.was_up = true;
        carry_out(plan_.started(e.child));
        break;
      case 2: {
        const bool alive = c.state == actor::told_to_restart;
        if (alive)
          c.state = actor::suspended;
        else
          c = {};
        carry_out(plan_.start_failed(e.child, boom, alive, now));
        break;
      }
      case 3:
        c.state = actor::suspended;
        carry_out(plan_.crashed(e.child, boom, now));
        break;
      default:
        carry_out(plan_.stop_expired(e.child));
        break;
    }
    return true;
  }

  void stop() {
    RC_LOG() << "asked to stop" << std::endl;
    carry_out(plan_.stop());
  }

  /// Reports that fit nobody: they must change nothing.
  void say_nonsense(std::size_t i) {
    if (actors_[i].state == actor::running || actors_[i].state == actor::none)
      carry_out(plan_.started(i));
    if (!actors_[i].told_to_stop)
      carry_out(plan_.stop_expired(i));
  }

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const restart_plan& plan() const { return plan_; }

private:
  void carry_out(const plan::effects& effects) {
    for (const auto& effect : effects) {
      RC_ASSERT(!finished_); // after the end nothing more is asked for
      std::visit([this](const auto& e) { check(e); }, effect);
    }
    RC_ASSERT(plan_.finished() == finished_);
  }

  void check(plan::spawn e) {
    auto& c = actors_[e.child];
    RC_ASSERT(c.state == actor::none); // never two actors for one child
    RC_ASSERT(!plan_.stopping());
    if (plan_.children()[e.child].incarnation > 0 || plan_.children()[e.child].restarts > 0)
      count_restart();
    for (std::size_t i = 0; i < e.child; ++i) // the older ones have had their turn
      RC_ASSERT(plan_.children()[i].phase != child_phase::idle);
    c = {actor::starting, false, false, false};
  }

  void check(plan::restart_in_place e) {
    auto& c = actors_[e.child];
    RC_ASSERT(c.state == actor::suspended);
    RC_ASSERT(!c.told_to_stop);
    RC_ASSERT(!plan_.stopping());
    RC_ASSERT(types_[e.child].restart != restart_type::temporary);
    count_restart();
    c.state = actor::told_to_restart;
  }

  void check(plan::stop e) {
    auto& c = actors_[e.child];
    RC_ASSERT(c.state != actor::none);
    RC_ASSERT(!c.told_to_stop);
    RC_ASSERT(e.grace == types_[e.child].shutdown);
    if (plan_.stopping())
      for (std::size_t i = e.child + 1; i < actors_.size();
           ++i) // the newest first, each waited for
        RC_ASSERT(actors_[i].state == actor::none || actors_[i].abandoned);
    else
      RC_ASSERT(types_[e.child].restart == restart_type::temporary);
    c.told_to_stop = true;
  }

  void check(plan::abandon e) {
    RC_ASSERT(actors_[e.child].told_to_stop);
    actors_[e.child].abandoned = true;
  }

  void check(plan::ready) {
    RC_ASSERT(!ready_);
    ready_ = true;
    for (const auto& c : plan_.children())
      RC_ASSERT(c.phase != child_phase::idle && c.phase != child_phase::starting);
  }

  void check(const plan::finish& e) {
    finished_ = true;
    for (const auto& c : actors_)
      RC_ASSERT(c.state == actor::none || c.abandoned);
    RC_ASSERT(e.why.has_value() == (e.how != exit_class::shutdown));
    RC_ASSERT(e.how != exit_class::start_failed || !ready_);
  }

  void count_restart() {
    restarts_.push_back(now_);
    const auto in_window = std::count_if(restarts_.begin(), restarts_.end(),
                                         [&](auto at) { return now_ - at <= limits_.period; });
    RC_ASSERT(static_cast<std::uint32_t>(in_window) <= limits_.max_restarts);
  }

  restart_limits limits_;
  std::vector<child> actors_;
  std::vector<planned_child> types_;
  restart_plan plan_;
  std::vector<steady_time> restarts_;
  steady_time now_{1h};
  bool ready_ = false;
  bool finished_ = false;
};

std::vector<planned_child> some_children(std::size_t n) {
  std::vector<planned_child> out;
  for (std::size_t i = 0; i < n; ++i)
    out.push_back({.id = "c" + std::to_string(i),
                   .restart = *rc::gen::element(restart_type::permanent, restart_type::transient,
                                                restart_type::temporary),
                   .shutdown = std::chrono::milliseconds{*rc::gen::inRange(0, 100)}});
  return out;
}

/// One supervisor's life from start to finish.
void live() {
  const auto n = *rc::gen::inRange<std::size_t>(0, 6);
  const restart_limits limits{*rc::gen::inRange<std::uint32_t>(0, 6),
                              std::chrono::nanoseconds{*rc::gen::inRange(1, 20)}};
  world w{limits, some_children(n)};
  const auto script = *rc::gen::container<std::vector<std::pair<std::uint32_t, int>>>(
    rc::gen::pair(rc::gen::arbitrary<std::uint32_t>(), rc::gen::inRange(0, 12)));
  steady_time now{1h};
  for (const auto& [choice, gap] : script) {
    now += std::chrono::nanoseconds{gap};
    if (gap == 11)
      w.stop();
    else if (gap == 10 && n > 0)
      w.say_nonsense(choice % n);
    else
      w.happen(choice, now);
  }
  // Asked to stop it always comes to its end.
  w.stop();
  for (std::size_t i = 0; i < 5 * n && !w.finished(); ++i)
    w.happen(*rc::gen::arbitrary<std::uint32_t>(), now);
  std::size_t left = 0;
  while (!w.finished() && w.happen(0, now))
    RC_ASSERT(++left < 100 * (n + 1));
  RC_ASSERT(w.finished());
}

} // namespace

TEST_CASE("whatever happens in whatever order: one actor a child, stops in reverse, budget kept, "
          "nothing after the end",
          "[restart_plan]") {
  CHECK(rc::check([] {
    // Rare orders need more lives than the hundred that are checked by default.
    for (int i = 0; i < 25; ++i)
      live();
  }));
}
