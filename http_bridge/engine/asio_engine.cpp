// Starts, steers and joins the reactors.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/asio_engine.hpp"

#include "runtime/core/units.hpp"
#include "http_bridge/engine/bound_sockets.hpp"
#include "http_bridge/engine/reactor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <thread>

namespace troupe::http {

engine::~engine() = default;
request_sink::~request_sink() = default;
reactor_port::~reactor_port() = default;

namespace {

/// For reactors to end when nobody has asked them to before the engine goes.
constexpr std::chrono::milliseconds last_join{1'000};
/// Between two looks at a reactor that has not ended.
constexpr std::chrono::milliseconds join_step{2};

class asio_engine final : public engine {
public:
  asio_engine(bound_sockets sockets, engine_options options);
  ~asio_engine() override;

  result<void> start(const sink_factory& make_sink);

  const endpoint& address() const noexcept override { return sockets_.address(); }
  result<void> accept() override;
  void notice_stopping() override;
  void drain(steady_time deadline, std::function<void(std::size_t)> on_drained) override;
  void stop() override;
  bool ended() const noexcept override;
  std::vector<std::string> join(steady_time deadline) override;

private:
  /// A thread and its reactor, which the thread keeps alive if it is left to itself.
  struct worker {
    std::shared_ptr<reactor> loop;
    std::thread thread;
  };

  template <class Task>
  void each(Task task) {
    for (auto& one : workers_)
      one.loop->post([loop = one.loop.get(), task] { task(*loop); });
  }

  bound_sockets sockets_;
  std::shared_ptr<shared_by_reactors> shared_;
  std::vector<worker> workers_;
};

asio_engine::asio_engine(bound_sockets sockets, engine_options options)
  : sockets_(std::move(sockets)), shared_(std::make_shared<shared_by_reactors>()) {
  shared_->options = std::move(options);
}

asio_engine::~asio_engine() {
  stop();
  for (const auto& what : join(std::chrono::steady_clock::now() + last_join))
    shared_->options.events->publish(reactor_stuck{shared_->options.name, what});
}

result<void> asio_engine::start(const sink_factory& make_sink) {
  for (std::size_t i = 0; i < sockets_.count(); ++i) {
    auto wake = internal::wake_signal::make();
    if (!wake)
      return wake.error();
    try {
      auto loop = std::make_shared<reactor>(i, shared_, std::move(*wake), make_sink);
      std::thread thread{[loop] { loop->run(); }};
      workers_.push_back({std::move(loop), std::move(thread)});
    } catch (const std::system_error& failure) {
      return error{errc::io_error, failure.what()};
    }
  }
  return {};
}

result<void> asio_engine::accept() {
  if (auto listening = sockets_.listen(); !listening)
    return listening;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto listening = sockets_.duplicate(i);
    if (!listening)
      return listening.error();
    auto held = std::make_shared<unique_fd>(std::move(*listening));
    auto* loop = workers_[i].loop.get();
    loop->post([loop, held] { loop->accept(std::move(*held)); });
  }
  return {};
}

void asio_engine::notice_stopping() {
  each([](reactor& loop) { loop.notice_stopping(); });
}

void asio_engine::drain(steady_time deadline, std::function<void(std::size_t)> on_drained) {
  struct countdown {
    std::atomic<std::size_t> left;
    std::atomic<std::size_t> cut{0};
    std::function<void(std::size_t)> done;
  };
  auto count = std::make_shared<countdown>();
  count->left = workers_.size();
  count->done = std::move(on_drained);
  each([deadline, count](reactor& loop) {
    loop.drain(deadline, [count](std::size_t cut) {
      count->cut += cut;
      if (--count->left == 0)
        count->done(count->cut);
    });
  });
}

void asio_engine::stop() {
  each([](reactor& loop) { loop.stop(); });
}

bool asio_engine::ended() const noexcept {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const worker& one) { return one.loop->ended(); });
}

std::vector<std::string> asio_engine::join(steady_time deadline) {
  std::vector<std::string> stuck;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto& [loop, thread] = workers_[i];
    if (!thread.joinable())
      continue;
    while (!loop->ended() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(
        join_step,
        std::max(deadline - std::chrono::steady_clock::now(), std::chrono::nanoseconds::zero())));
    if (loop->ended()) {
      thread.join();
      continue;
    }
    const auto busy = loop->stuck_for(std::chrono::steady_clock::now());
    stuck.push_back(
      fmt::format("reactor {}: {} for {}", i, loop->current_work(), troupe::to_text(busy)));
    // The port must not stay taken by a thread that does not come back.
    sockets_.shut(i);
    thread.detach();
  }
  return stuck;
}

} // namespace

result<std::unique_ptr<engine>> make_asio_engine(const endpoint& where, engine_options options,
                                                 const sink_factory& make_sink) {
  auto sockets = bound_sockets::open(where, std::max<std::size_t>(options.reactors, 1));
  if (!sockets)
    return std::move(sockets).error();
  auto made = std::make_unique<asio_engine>(std::move(*sockets), std::move(options));
  if (auto started = made->start(make_sink); !started)
    return started.error();
  return std::unique_ptr<engine>{std::move(made)};
}

} // namespace troupe::http
