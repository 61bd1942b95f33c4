// A child that behaves as badly as a test tells it to.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/scripted_child.hpp"

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/make_child.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

namespace troupe::testkit {

/// Invariants: everything is guarded by `mutex`; `changed` is notified when `hanging` or `released` changes.
struct child_script::state {
  mutable std::mutex mutex;
  mutable std::condition_variable changed;

  std::vector<std::uint32_t> failing;
  std::vector<std::uint32_t> ignored;
  std::uint32_t failing_from = 0;
  bool fail_late = false;
  std::chrono::nanoseconds start_delay{};
  stop_mode stopping = stop_mode::at_once;
  std::chrono::nanoseconds stop_delay{};
  bool released = false;

  std::uint32_t constructions = 0;
  std::uint32_t destructions = 0;
  std::uint32_t starts = 0;
  std::uint32_t stop_requests = 0;
  std::uint32_t hanging = 0;
  std::vector<std::string> log;

  void write(std::uint32_t incarnation, const std::string& text) {
    log.push_back("#" + std::to_string(incarnation) + " " + text);
  }

  /// @returns whether the construction counted just now is one of `which`.
  [[nodiscard]] bool is_one_of(const std::vector<std::uint32_t>& which) const {
    return std::find(which.begin(), which.end(), constructions) != which.end();
  }
  [[nodiscard]] bool fails() const {
    return (failing_from > 0 && constructions >= failing_from) || is_one_of(failing);
  }
};

child_script::child_script() : state_(std::make_unique<state>()) {}
child_script::~child_script() = default;

void child_script::fail_constructions(std::vector<std::uint32_t> which) {
  const std::scoped_lock lock{state_->mutex};
  state_->failing = std::move(which);
}

void child_script::fail_constructions_from(std::uint32_t first) {
  const std::scoped_lock lock{state_->mutex};
  state_->failing_from = first;
}

void child_script::ignore_constructions(std::vector<std::uint32_t> which) {
  const std::scoped_lock lock{state_->mutex};
  state_->ignored = std::move(which);
}

void child_script::fail_in_make_behavior(bool yes) {
  const std::scoped_lock lock{state_->mutex};
  state_->fail_late = yes;
}

void child_script::start_delay(std::chrono::nanoseconds delay) {
  const std::scoped_lock lock{state_->mutex};
  state_->start_delay = delay;
}

void child_script::on_stop(stop_mode how, std::chrono::nanoseconds delay) {
  const std::scoped_lock lock{state_->mutex};
  state_->stopping = how;
  state_->stop_delay = delay;
}

void child_script::release() {
  const std::scoped_lock lock{state_->mutex};
  state_->released = true;
  state_->changed.notify_all();
}

std::uint32_t child_script::constructions() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->constructions;
}

std::uint32_t child_script::destructions() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->destructions;
}

std::uint32_t child_script::starts() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->starts;
}

std::uint32_t child_script::stop_requests() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->stop_requests;
}

std::uint32_t child_script::hanging() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->hanging;
}

bool child_script::wait_for_hang(std::chrono::milliseconds limit) const {
  std::unique_lock lock{state_->mutex};
  return state_->changed.wait_for(lock, limit, [this] { return state_->hanging > 0; });
}

std::vector<std::string> child_script::log() const {
  const std::scoped_lock lock{state_->mutex};
  return state_->log;
}

namespace {

using actor_base = supervised<caf::event_based_actor>;

class scripted_state {
public:
  scripted_state(actor_base* self, std::shared_ptr<child_script> script)
    : self_(self), script_(std::move(script)) {
    auto& s = script_->inside();
    const std::scoped_lock lock{s.mutex};
    ++s.constructions;
    if (s.is_one_of(s.ignored))
      throw ignore_start{};
    failing_ = s.fails();
    if (failing_ && !s.fail_late)
      throw std::runtime_error{"no disk"};
    s.write(self_->incarnation(), "made");
    made_ = true;
  }

  ~scripted_state() {
    if (!made_)
      return;
    auto& s = script_->inside();
    const std::scoped_lock lock{s.mutex};
    ++s.destructions;
    s.write(self_->incarnation(), "gone");
  }

  scripted_state(const scripted_state&) = delete;
  scripted_state& operator=(const scripted_state&) = delete;

  caf::behavior make_behavior() {
    if (failing_)
      throw std::runtime_error{"no disk"};
    return {
      [this](const crash& order) { return fail(order.how); },
      [this](const count& order) { return sum_ += order.by; },
      [this](which_incarnation) { return self_->incarnation(); },
      [this](const note& order) { write(order.text); },
      [this](end_normally) {
        self_->quit();
        return done{};
      },
      [this](const quit_as& order) {
        leave(order.how);
        return done{};
      },
      [this](hang) {
        block();
        return done{};
      },
      [this](keep) { kept_.push_back(self_->make_promise()); },
      [this](answer_kept) {
        for (const auto& promise : std::exchange(kept_, {}))
          promise.deliver(done{});
        return done{};
      },
    };
  }

  void on_start() {
    auto& s = script_->inside();
    const std::scoped_lock lock{s.mutex};
    ++s.starts;
  }

  void on_stop(const stop_request&) {
    auto& s = script_->inside();
    auto how = child_script::stop_mode::at_once;
    std::chrono::nanoseconds delay{};
    {
      const std::scoped_lock lock{s.mutex};
      ++s.stop_requests;
      s.write(self_->incarnation(), "asked to stop");
      how = s.stopping;
      delay = s.stop_delay;
    }
    switch (how) {
      case child_script::stop_mode::at_once:
        self_->quit(caf::exit_reason::user_shutdown);
        break;
      case child_script::stop_mode::ignore:
        break;
      case child_script::stop_mode::fail:
        throw std::runtime_error{"cannot stop"};
      case child_script::stop_mode::late:
        self_->run_after(delay, [this] { self_->quit(caf::exit_reason::user_shutdown); });
        break;
    }
  }

private:
  done fail(failure how) {
    switch (how) {
      case failure::exception:
        break;
      case failure::number:
        throw 42;
      case failure::out_of_memory:
        throw std::bad_alloc{};
      case failure::nested:
        try {
          throw std::runtime_error{"inner"};
        } catch (...) {
          std::throw_with_nested(std::runtime_error{"outer"});
        }
      case failure::after_promise:
        kept_.push_back(self_->make_promise());
        break;
      case failure::after_quit:
        self_->quit();
        break;
      case failure::in_timer:
        self_->run_after(std::chrono::nanoseconds{0}, [] { throw std::runtime_error{"boom"}; });
        return {};
      case failure::become:
        self_->set_default_handler(caf::drop);
        self_->set_exit_handler([](caf::scheduled_actor*, caf::exit_msg&) {});
        self_->become([](done) {});
        break;
    }
    throw std::runtime_error{"boom"};
  }

  void leave(quit_as::way how) {
    switch (how) {
      case quit_as::way::normal:
        self_->quit();
        break;
      case quit_as::way::shutdown:
        self_->quit(caf::exit_reason::user_shutdown);
        break;
      case quit_as::way::failed:
        self_->quit(to_caf({errc::io_error, "disk full"}));
        break;
      case quit_as::way::for_good:
        self_->end_for_good();
        break;
      case quit_as::way::tree:
        self_->end_tree();
        break;
    }
  }

  void write(const std::string& text) {
    auto& s = script_->inside();
    const std::scoped_lock lock{s.mutex};
    s.write(self_->incarnation(), text);
  }

  void block() {
    auto& s = script_->inside();
    std::unique_lock lock{s.mutex};
    ++s.hanging;
    s.changed.notify_all();
    s.changed.wait(lock, [&] { return s.released; });
    --s.hanging;
  }

  actor_base* self_;
  std::shared_ptr<child_script> script_;
  std::int64_t sum_ = 0;
  std::vector<answer_promise> kept_;
  bool failing_ = false;
  bool made_ = false;
};

/// Derived by hand, because only so an actor can be up later than it is made.
class scripted_actor final : public actor_base {
public:
  scripted_actor(caf::actor_config& cfg, actor_setup setup, std::shared_ptr<child_script> script)
    : actor_base(cfg, std::move(setup)), script_(std::move(script)) {}

protected:
  caf::behavior start_incarnation() override {
    state_.emplace(this, script_);
    auto behavior = state_->make_behavior();
    if (const auto delay = start_delay(); delay.count() > 0)
      run_after(delay, [this] { announce(); });
    return behavior;
  }

  void drop_state() override { state_.reset(); }
  [[nodiscard]] bool up_at_once() const override { return start_delay().count() == 0; }
  void on_start() override { state_->on_start(); }
  void on_stop(const stop_request& request) override { state_->on_stop(request); }

private:
  [[nodiscard]] std::chrono::nanoseconds start_delay() const {
    auto& s = script_->inside();
    const std::scoped_lock lock{s.mutex};
    return s.start_delay;
  }

  std::shared_ptr<child_script> script_;
  std::optional<scripted_state> state_;
};

} // namespace

child_spec make_scripted_child(std::string id, std::shared_ptr<child_script> script) {
  return {.id = std::move(id),
          .start = [script = std::move(script)](const start_args& at) -> result<started_child> {
            auto record = std::make_shared<actor_record>(at.path, "scripted_child");
            auto handle = at.system.spawn<scripted_actor>(setup_of(at, record), script);
            return started_child{caf::actor_cast<caf::strong_actor_ptr>(handle), std::move(record)};
          }};
}

} // namespace troupe::testkit
