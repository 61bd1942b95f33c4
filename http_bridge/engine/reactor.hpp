// An event loop on a thread of its own, with a listener and the connections it accepted.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/engine/asio_types.hpp"
#include "http_bridge/engine/bound_sockets.hpp"
#include "http_bridge/engine/connection.hpp"
#include "http_bridge/engine/deadline_wheel.hpp"
#include "http_bridge/engine/engine.hpp"
#include "http_bridge/engine/listener.hpp"
#include "http_bridge/engine/slot_pool.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace troupe::http {

/// What the reactors of one engine share.
struct shared_by_reactors {
  engine_options options;
  /// Open connections of all reactors, for `limits::connections`.
  std::atomic<std::size_t> connections{0};
};

/// One turn of the loop is one callback of Boost.Asio: a connection has become readable, the tick, a wake-up. At its
/// end actors run, answers are taken and every connection that has something to send sends once.
///
/// Thread safety: `post`, `ended` and `stuck_for` from any thread; the rest on the reactor's own.
class reactor final : public reactor_port {
public:
  /// Bytes taken from the kernel at once, and the size of answers from which on a connection waits for the client.
  static constexpr std::size_t buffer_size = 64 * 1024;

  reactor(std::size_t index, std::shared_ptr<shared_by_reactors> shared,
          std::shared_ptr<internal::wake_signal> wake, const sink_factory& make_sink);
  ~reactor() override;

  // -- from outside ---------------------------------------------------------------

  /// Runs the loop until `stop`; the body of the thread.
  void run();

  /// Runs `task` in a turn of the loop. Nothing happens once the loop has ended.
  void post(std::function<void()> task);

  [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }

  /// How long the turn in hand has lasted; zero between two turns.
  [[nodiscard]] std::chrono::nanoseconds stuck_for(steady_time now) const noexcept;
  [[nodiscard]] std::string current_work() const { return sink_->current_work(); }

  // -- tasks ----------------------------------------------------------------------

  void accept(unique_fd listening);
  void notice_stopping();
  void drain(steady_time deadline, std::function<void(std::size_t cut)> on_drained);
  void stop();

  // -- for connections and the listener -------------------------------------------

  /// A turn of the loop: `work`, then all that follows from it.
  template <class Work>
  void turn(Work&& work) {
    begin_turn();
    work();
    end_turn();
  }

  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] const limits& bounds() const noexcept { return shared_->options.bounds; }
  [[nodiscard]] const engine_options& options() const noexcept { return shared_->options; }
  [[nodiscard]] request_sink& sink() noexcept { return *sink_; }
  [[nodiscard]] slot_pool& slots() noexcept { return slots_; }
  [[nodiscard]] deadline_wheel& wheel() noexcept { return wheel_; }
  [[nodiscard]] std::array<char, buffer_size>& receive_buffer() noexcept { return receive_buffer_; }
  [[nodiscard]] std::string& send_buffer() noexcept { return send_buffer_; }
  /// When the turn in hand began.
  [[nodiscard]] steady_time now() const noexcept { return now_; }
  /// Value of the `Date` field.
  [[nodiscard]] std::string_view date();
  [[nodiscard]] bool draining() const noexcept { return draining_; }
  /// Whether answers are to say `Connection: close`.
  [[nodiscard]] bool closing() const noexcept { return closing_; }
  /// Makes an id for a request that brought none.
  void name(request_id& out) noexcept;

  void marked(connection& which) { marked_.push_back(&which); }
  void closed(connection& which);
  void exchange_ended(slot& which) noexcept;

  /// Counts one connection more. @returns false when `limits::connections` are open.
  [[nodiscard]] bool reserve_connection() noexcept;
  void return_reservation() noexcept {
    shared_->connections.fetch_sub(1, std::memory_order_relaxed);
  }
  void adopt(unique_fd socket);
  void accepting_paused(std::string_view why);
  /// The tick has something to do.
  void need_tick();

  // -- reactor_port -----------------------------------------------------------------

  void answer(internal::slot_id slot, response&& what) override;
  void fail(internal::slot_id slot, const error& why) override;
  [[nodiscard]] const std::shared_ptr<internal::reactor_mailbox>& mailbox()
    const noexcept override {
    return mailbox_;
  }
  [[nodiscard]] internal::counter_cells& counters() noexcept override { return counters_; }

private:
  void begin_turn() noexcept;
  void end_turn();
  void reap();
  void wait_for_wake();
  void on_tick();
  void apply(internal::posted& what);
  void apply(internal::posted_answer& what) { answer(what.slot, std::move(what.answer)); }
  void apply(internal::posted_failure& what) { fail(what.slot, what.why); }
  void apply(internal::posted_stream& what);
  void apply(internal::posted_progress& what);
  void apply(internal::posted_task& what) { what.run(); }
  void look_at_drain();
  void close_all();

  const std::size_t index_;
  const std::shared_ptr<shared_by_reactors> shared_;
  internal::counter_cells& counters_;
  const std::shared_ptr<internal::reactor_mailbox> mailbox_;

  boost::asio::io_context context_;
  loop_descriptor wake_;
  loop_timer tick_;
  deadline_wheel wheel_;
  slot_pool slots_;
  std::unique_ptr<request_sink> sink_;
  std::unique_ptr<listener> listener_;

  std::vector<std::unique_ptr<connection>> live_;
  std::vector<std::unique_ptr<connection>>
    dead_; ///< Closed; a callback or the mark list still knows them.
  std::vector<connection*> marked_;
  std::vector<connection*> flushing_;
  std::vector<internal::posted> posts_;

  steady_time now_;
  std::time_t date_second_ = 0;
  std::array<char, 29> date_{};
  std::uint64_t next_request_ = 0;
  bool ticking_ = false;
  bool closing_ = false;
  bool draining_ = false;
  steady_time drain_deadline_{};
  std::function<void(std::size_t)> on_drained_;

  std::atomic<std::int64_t> turn_began_ns_{0};
  std::atomic<bool> ended_{false};

  std::array<char, buffer_size> receive_buffer_;
  std::string send_buffer_;
};

} // namespace troupe::http
