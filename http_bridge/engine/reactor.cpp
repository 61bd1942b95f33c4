// Turns of the event loop: callbacks, actors, answers, and what they leave to be written.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/reactor.hpp"

#include <algorithm>
#include <utility>

#include <signal.h>

namespace troupe::http {

namespace {

/// Rounds of one turn before the loop looks at the other sockets again.
constexpr int rounds_per_turn = 16;

/// A send buffer that one large answer has blown up is given back above this.
constexpr std::size_t kept_send_buffer = 256 * 1024;

std::int64_t nanoseconds(steady_time when) noexcept {
  return when.time_since_epoch().count();
}

} // namespace

// The hint leaves out every lock of Boost.Asio: only this thread ever touches the context; other threads use the
// mailbox, whose eventfd is one more descriptor of the loop.
reactor::reactor(std::size_t index, std::shared_ptr<shared_by_reactors> shared,
                 std::shared_ptr<internal::wake_signal> wake, const sink_factory& make_sink)
  : index_(index), shared_(std::move(shared)), counters_(shared_->options.counters->add()),
    mailbox_(std::make_shared<internal::reactor_mailbox>(std::move(wake))),
    context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), wake_(context_, mailbox_->wake()->fd()),
    tick_(context_), wheel_(std::chrono::steady_clock::now()),
    now_(std::chrono::steady_clock::now()) {
  sink_ = make_sink(*this, index);
}

reactor::~reactor() {
  wake_.release(); // the signal owns its descriptor
}

// -- from outside -----------------------------------------------------------------

void reactor::run() {
  // Signals belong to the threads that asked for them.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), ("http." + std::to_string(index_)).c_str());

  mailbox_->attach_to_this_thread();
  sink_->attach();
  wait_for_wake();
  for (;;) {
    try {
      context_.run();
      break;
    } catch (...) {
      // A callback ran out of memory. Its connection is closed by its deadline at the latest; the others go on.
      turn_began_ns_.store(0, std::memory_order_relaxed);
    }
  }
  mailbox_->close();
  sink_->detach();
  ended_.store(true, std::memory_order_release);
}

void reactor::post(std::function<void()> task) {
  mailbox_->post(internal::posted_task{std::move(task)});
}

std::chrono::nanoseconds reactor::stuck_for(steady_time now) const noexcept {
  const auto began = turn_began_ns_.load(std::memory_order_relaxed);
  return std::chrono::nanoseconds{began == 0 ? 0 : nanoseconds(now) - began};
}

// -- turns ------------------------------------------------------------------------

void reactor::begin_turn() noexcept {
  now_ = std::chrono::steady_clock::now();
  turn_began_ns_.store(nanoseconds(now_), std::memory_order_relaxed);
}

void reactor::end_turn() {
  for (int round = 0; round < rounds_per_turn; ++round) {
    sink_->run_ready();
    if (mailbox_->take(posts_)) {
      for (auto& each : posts_)
        apply(each);
      posts_.clear();
    }
    if (marked_.empty())
      break;
    flushing_.swap(marked_);
    for (auto* each : flushing_)
      each->flush();
    flushing_.clear();
  }
  if (!marked_.empty())
    mailbox_->wake()->notify(); // the rest in another turn, after the other sockets had theirs
  if (send_buffer_.capacity() > kept_send_buffer)
    send_buffer_ = {};
  reap();
  if (draining_)
    look_at_drain();
  turn_began_ns_.store(0, std::memory_order_relaxed);
}

void reactor::reap() {
  std::erase_if(dead_, [](const auto& each) { return each->idle_handlers() && !each->marked_; });
}

void reactor::wait_for_wake() {
  wake_.async_wait(loop_descriptor::wait_read, [this](boost::system::error_code failure) {
    if (failure)
      return;
    mailbox_->wake()->acknowledge();
    wait_for_wake();
    turn([] {}); // what was posted is taken at its end
  });
}

// -- connections --------------------------------------------------------------------

bool reactor::reserve_connection() noexcept {
  const auto before = shared_->connections.fetch_add(1, std::memory_order_relaxed);
  if (before < bounds().connections)
    return true;
  return_reservation();
  return false;
}

void reactor::adopt(unique_fd socket) {
  counters_.accepted.add();
  counters_.connections.add();
  live_.push_back(std::make_unique<connection>(*this, std::move(socket)));
  live_.back()->position_ = live_.size() - 1;
  live_.back()->start();
  need_tick();
}

void reactor::closed(connection& which) {
  const auto at = which.position_;
  dead_.push_back(std::move(live_[at]));
  if (at + 1 != live_.size()) {
    live_[at] = std::move(live_.back());
    live_[at]->position_ = at;
  }
  live_.pop_back();
  counters_.connections.subtract();
  return_reservation();
}

void reactor::accepting_paused(std::string_view why) {
  counters_.accept_pauses.add();
  options().events->publish(accept_paused{options().name, std::string{why}});
}

void reactor::need_tick() {
  if (ticking_)
    return;
  ticking_ = true;
  tick_.expires_after(deadline_wheel::default_tick);
  tick_.async_wait([this](boost::system::error_code failure) {
    ticking_ = false;
    if (!failure)
      turn([this] { on_tick(); });
  });
}

void reactor::on_tick() {
  wheel_.advance(now_, [](deadline_entry& due) { static_cast<connection&>(due).deadline_due(); });
  if (listener_)
    listener_->tick();
  if (!live_.empty() || draining_ || (listener_ && listener_->paused()))
    need_tick();
}

// -- tasks --------------------------------------------------------------------------

void reactor::accept(unique_fd listening) {
  listener_ = std::make_unique<listener>(*this, std::move(listening));
  listener_->start();
}

void reactor::notice_stopping() {
  closing_ = true;
  for (std::size_t i = live_.size(); i-- > 0;)
    live_[i]->notice_stopping();
}

void reactor::drain(steady_time deadline, std::function<void(std::size_t)> on_drained) {
  closing_ = draining_ = true;
  drain_deadline_ = deadline;
  on_drained_ = std::move(on_drained);
  if (listener_) {
    // What the kernel has queued would be reset when the listener closes.
    listener_->accept_all();
    listener_->close();
  }
  for (std::size_t i = live_.size(); i-- > 0;)
    live_[i]->drain();
  need_tick();
}

void reactor::look_at_drain() {
  if (!on_drained_ || (!live_.empty() && now_ < drain_deadline_))
    return;
  const auto cut = counters_.in_flight.value();
  close_all();
  std::exchange(on_drained_, nullptr)(cut);
}

void reactor::close_all() {
  while (!live_.empty())
    live_.back()->close();
}

void reactor::stop() {
  if (listener_)
    listener_->close();
  close_all();
  context_.stop();
}

} // namespace troupe::http
