// Properties of the start and the stop under any order of events.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_plan.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

const error boom{errc::crashed, "boom"};

/// What really runs while the plan decides; it carries out each effect and checks it against what is.
class world {
public:
  explicit world(std::vector<lifespan_hook> hooks)
    : hooks_(hooks), plan_(lifespan_options{}, std::move(hooks)) {}

  void begin() { carry_out(plan_.begin(now_)); }
  void stop() { carry_out(plan_.stop({stop_reason::kind_type::signal, "SIGTERM"}, now_)); }

  /// Something happens, chosen among what can. @returns false when nothing can.
  bool happen(std::uint32_t choice) {
    std::vector<int> possible;
    if (in_hand_)
      possible.insert(possible.end(), {0, 0, 0, 1});
    if (tree_ == tree::starting)
      possible.insert(possible.end(), {2, 2, 2, 3});
    if (tree_ != tree::none)
      possible.push_back(tree_ == tree::told ? 4 : (choice % 5 == 0 ? 4 : 5));
    if (told_)
      possible.insert(possible.end(), {6, 6, 6, 7});
    if (armed_)
      possible.push_back(8);
    if (possible.empty())
      return false;
    now_ += std::chrono::milliseconds{choice % 700};
    switch (possible[(choice / 7) % possible.size()]) {
      case 0:
      case 1: {
        const auto failure = possible[(choice / 7) % possible.size()] == 1 ? std::optional{boom}
                                                                           : std::nullopt;
        const auto [hook, shutdown] = *std::exchange(in_hand_, std::nullopt);
        if (!shutdown && !failure)
          begun_.push_back(hook);
        carry_out(plan_.hook_done(hook, shutdown, failure, now_));
        break;
      }
      case 2:
        tree_ = tree::up;
        carry_out(plan_.tree_ready(now_));
        break;
      case 3:
        tree_ = tree::none;
        carry_out(plan_.tree_failed(boom, now_));
        break;
      case 4: {
        const bool told = tree_ == tree::told;
        tree_ = tree::none;
        carry_out(plan_.tree_ended(told ? std::nullopt : std::optional{boom}, now_));
        break;
      }
      case 6:
      case 7: {
        const auto event = *std::exchange(told_, std::nullopt);
        std::vector<lifespan_report::missing_ack> missing;
        if (possible[(choice / 7) % possible.size()] == 7)
          missing.push_back({event, "/app/a", {errc::timed_out, ""}});
        carry_out(plan_.broadcast_done(event, std::move(missing), now_));
        break;
      }
      case 8: {
        const auto [ticket, at] = *std::exchange(armed_, std::nullopt);
        now_ = std::max(now_, at);
        carry_out(plan_.timer_due(ticket, now_));
        break;
      }
      default:
        break;
    }
    return true;
  }

  /// Reports of steps long gone.
  void say_nonsense(std::uint32_t choice) {
    if (tree_ != tree::starting)
      carry_out(plan_.tree_ready(now_));
    if (tree_ == tree::none && tree_was_)
      carry_out(plan_.tree_ended(boom, now_));
    if (!hooks_.empty()) {
      const auto hook = choice % hooks_.size();
      if (!in_hand_ || in_hand_->first != hook)
        carry_out(plan_.hook_done(hook, choice % 2 == 0, std::nullopt, now_));
    }
    carry_out(plan_.timer_due(0, now_));
  }

  [[nodiscard]] bool finished() const { return finished_; }
  void check_end() const {
    RC_ASSERT(plan_.state() == lifespan_state::stopped);
    // The shutdown functions of exactly those that had begun, in reverse.
    std::vector<std::size_t> owed;
    for (auto i = hooks_.size(); i-- > 0;) {
      const bool started = std::find(begun_.begin(), begun_.end(), i) != begun_.end();
      const bool reached = !hooks_[i].has_startup && reached_ > i;
      if (hooks_[i].has_shutdown && (started || reached))
        owed.push_back(i);
    }
    RC_ASSERT(undone_ == owed);
    RC_ASSERT(tree_ == tree::none || plan_.report().tree_unfinished);
  }

private:
  enum class tree { none, starting, up, told };

  void carry_out(const lifespan_step::effects& effects) {
    for (const auto& effect : effects) {
      RC_ASSERT(!finished_);
      std::visit([this](const auto& e) { check(e); }, effect);
    }
    RC_ASSERT(plan_.finished() == finished_);
  }

  void check(const lifespan_step::call_hook& e) {
    RC_ASSERT(!in_hand_); // one at a time
    in_hand_ = {e.hook, e.shutdown};
    if (e.shutdown) {
      RC_ASSERT(hooks_[e.hook].has_shutdown);
      undone_.push_back(e.hook);
    } else {
      RC_ASSERT(hooks_[e.hook].has_startup);
      RC_ASSERT(undone_.empty());
      RC_ASSERT(!tree_was_);
      reached_ = e.hook;
    }
  }
  void check(const lifespan_step::abandon_hook&) {
    RC_ASSERT(in_hand_.has_value());
    in_hand_.reset();
  }
  void check(const lifespan_step::start_tree&) {
    RC_ASSERT(!tree_was_);
    RC_ASSERT(!in_hand_);
    tree_was_ = true;
    reached_ = hooks_.size();
    tree_ = tree::starting;
  }
  void check(const lifespan_step::stop_tree& e) {
    RC_ASSERT(tree_ == tree::starting || tree_ == tree::up);
    RC_ASSERT(undone_.empty());
    RC_ASSERT(e.deadline >= now_);
    tree_ = tree::told;
  }
  void check(const lifespan_step::broadcast& e) {
    if (e.event >= lifespan_event::ready) // those before it end with the start, which may be over
      RC_ASSERT(e.deadline >= now_);
    RC_ASSERT(undone_.empty());
    if (last_)
      RC_ASSERT(static_cast<int>(e.event) > static_cast<int>(*last_));
    last_ = e.event;
    told_ = e.event; // replaces one that is still on its way
  }
  void check(const lifespan_step::arm& e) { armed_ = {e.ticket, e.at}; }
  void check(const lifespan_step::enter& e) {
    RC_ASSERT(static_cast<int>(e.state) >= static_cast<int>(state_));
    state_ = e.state;
  }
  void check(const lifespan_step::finish&) {
    finished_ = true;
    RC_ASSERT(!in_hand_);
  }

  std::vector<lifespan_hook> hooks_;
  lifespan_plan plan_;
  steady_time now_{1h};
  std::optional<std::pair<std::size_t, bool>> in_hand_;
  std::optional<lifespan_event> told_;
  std::optional<lifespan_event> last_;
  std::optional<std::pair<std::uint64_t, steady_time>> armed_;
  std::vector<std::size_t> begun_;
  std::vector<std::size_t> undone_;
  std::size_t reached_ = 0;
  tree tree_ = tree::none;
  bool tree_was_ = false;
  lifespan_state state_ = lifespan_state::starting;
  bool finished_ = false;
};

} // namespace

TEST_CASE("whatever happens in whatever order: exactly what had begun is undone, in reverse, and "
          "then it is over",
          "[lifespan_plan]") {
  CHECK(rc::check([] {
    for (int i = 0; i < 25; ++i) {
      std::vector<lifespan_hook> hooks;
      for (auto n = *rc::gen::inRange(0, 5); n > 0; --n)
        hooks.push_back(
          {"h" + std::to_string(n), *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()});
      world w{hooks};
      const auto stop_at = *rc::gen::inRange(-1, 25);
      if (stop_at >= 0)
        w.begin();
      for (int step = 0; step < 60 && !w.finished(); ++step) {
        if (step == std::max(0, stop_at))
          w.stop();
        const auto choice = *rc::gen::arbitrary<std::uint32_t>();
        if (choice % 6 == 0)
          w.say_nonsense(choice);
        else
          w.happen(choice);
      }
      w.stop();
      int left = 0;
      while (!w.finished() && w.happen(*rc::gen::arbitrary<std::uint32_t>()))
        RC_ASSERT(++left < 1'000);
      RC_ASSERT(w.finished());
      w.check_end();
      w.begin();
      w.stop();
      w.say_nonsense(3);
    }
  }));
}
