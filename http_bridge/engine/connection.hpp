// One client's connection: reads requests, keeps their order, writes the answers.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/protocol/parser.hpp"
#include "http_bridge/engine/asio_types.hpp"
#include "http_bridge/engine/bound_sockets.hpp"
#include "http_bridge/engine/deadline_wheel.hpp"
#include "http_bridge/engine/engine.hpp"
#include "http_bridge/engine/slot_pool.hpp"
#include "http_bridge/internal/drain.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::http {

class reactor;

/// Belongs to one reactor, which owns it and destroys it some time after `closed`. Every call is made inside a turn
/// of that reactor, which ends with `flush` for each connection that was marked.
///
/// Readiness is waited for and the bytes are then taken with one `recv` into the reactor's buffer; all answers that
/// are ready leave with one `send`. A connection that waits owns no buffer.
class connection final : public deadline_entry {
public:
  connection(reactor& home, unique_fd socket);

  /// Begins to wait for the first request.
  void start();

  /// Writes what is ready and in turn, then goes on with requests that had to wait for room.
  void flush();

  /// An answer or a stream of this connection has got something for `flush`.
  void mark() noexcept;

  /// One of its deadlines may have passed.
  void deadline_due();

  /// The application is about to stop.
  void notice_stopping();

  /// Ends it, or leaves it to finish, as `internal::drain_step` says.
  void drain();

  /// Closes the socket and gives up what is owed.
  void close();

  [[nodiscard]] bool closed() const noexcept { return phase_ == phase::closed; }
  /// Whether no callback can come any more, so that it may be destroyed.
  [[nodiscard]] bool idle_handlers() const noexcept { return waits_ == 0; }
  [[nodiscard]] std::size_t owed() const noexcept { return pipeline_.size(); }

private:
  friend class reactor; // position_, marked_

  enum class phase : std::uint8_t {
    open,
    closing,   ///< Reads no further request; ends after the last answer.
    lingering, ///< Everything is sent: waits for the client to close (RFC 9112 9.6).
    closed,
  };
  enum class reading : std::uint8_t { nothing, head, body };

  // -- reading (connection.cpp) ---------------------------------------------------
  void wait_readable();
  void on_readable();
  void discard(std::size_t received);
  void take(std::string_view received);
  void go_on_parsing();
  std::size_t parse(std::string_view input);
  void begin_request(std::string_view head_bytes);
  void finish_request();
  void refuse_rest(status s, std::string_view text);
  void client_has_finished();
  [[nodiscard]] bool may_parse() const noexcept;
  [[nodiscard]] bool wants_bytes() const noexcept;

  // -- writing (connection_output.cpp) --------------------------------------------
  void wait_writable();
  void write_ready(std::string& out);
  bool write_stream(slot& s, std::string& out);
  [[nodiscard]] bool stream_overflowed() const;
  [[nodiscard]] bool has_output() const noexcept;
  void put_off_beat(const slot& s) noexcept;
  void write_continue(std::string& out);
  [[nodiscard]] bool keeps_alive_after(const slot& s) const noexcept;
  void pop_front();
  bool send(std::string_view bytes);
  void after_output();
  void begin_linger();

  // -- time (connection_deadlines.cpp) --------------------------------------------
  void begin_reading(reading what);
  void rearm();
  void expire_requests(steady_time now);
  void expire_reading();
  void beat(steady_time now);
  [[nodiscard]] internal::connection_view view() const noexcept;

  reactor& home_;
  loop_descriptor socket_;
  protocol::request_parser parser_;
  pipeline pipeline_;

  slot* open_slot_ = nullptr; ///< Of the request that is being read.
  opening opening_;           ///< What became of its head.

  std::string in_;  ///< Received, not yet consumed.
  std::string out_; ///< Not yet taken by the kernel, from sent_ on.
  std::size_t sent_ = 0;
  std::size_t discarded_ = 0;

  phase phase_ = phase::open;
  reading reading_ = reading::nothing;
  bool wait_read_ = false;
  bool wait_write_ = false;
  bool marked_ = false;
  bool end_of_input_ = false;
  bool continue_owed_ = false;
  bool stream_has_more_ = false;
  bool by_server_ = false; ///< We, not the client, decided to close: it may still be sending.
  std::uint8_t waits_ = 0;

  steady_time active_at_; ///< Last time a request began or an answer ended.
  steady_time read_deadline_
    = steady_time::max(); ///< Of the head, the body, the idle time or the linger.
  steady_time write_deadline_ = steady_time::max();
  steady_time next_beat_ = steady_time::max();

  std::size_t position_ = 0; ///< In the reactor's list.
};

} // namespace troupe::http
