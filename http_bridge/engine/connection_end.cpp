// How a connection ends: refused, finished by its client, lingering, closed.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/problem.hpp"
#include "http_bridge/engine/connection.hpp"
#include "http_bridge/engine/reactor.hpp"
#include "http_bridge/internal/stream_channel.hpp"

#include <sys/socket.h>

namespace troupe::http {

namespace {

/// What a client may still send after its last answer before it is cut off (RFC 9112 9.6).
constexpr std::size_t longest_discard = 256 * 1024;

/// How long a client may take to close after its last answer (RFC 9112 9.6).
constexpr std::chrono::milliseconds linger_time{1'000};

} // namespace

void connection::refuse_rest(status s, std::string_view text) {
  auto* owed = std::exchange(open_slot_, nullptr);
  if (owed == nullptr) {
    owed = &home_.slots().acquire(*this);
    owed->method = method::get;
    owed->minor_version = 1;
    home_.name(owed->request);
    pipeline_.push(*owed);
  }
  opening_ = {};
  continue_owed_ = false;
  owed->answer = problem_with_id(s, text, owed->request.text());
  owed->state = slot::state_type::ready;
  owed->keep_alive = false;
  owed->last = true;
  phase_ = phase::closing;
  by_server_ = true;
  begin_reading(reading::nothing);
  in_ = {};
  mark();
}

void connection::client_has_finished() {
  const auto* front = pipeline_.front();
  if (phase_ == phase::lingering) {
    close();
  } else if (front != nullptr && front->state == slot::state_type::streaming) {
    // Nobody half-closes and goes on to read a stream without end.
    home_.counters().clients_gone.add();
    close();
  } else if (phase_ == phase::closing) {
    return; // ends after its last answer
  } else if (open_slot_ != nullptr || !parser_.idle()) {
    refuse_rest(status::bad_request, "RFC 9112 8: the request is incomplete");
  } else if (auto* last = pipeline_.back()) {
    // A half-closed client still reads its answers.
    last->last = true;
    phase_ = phase::closing;
  } else if (out_.empty()) {
    close();
  } else {
    phase_ = phase::closing;
  }
}

void connection::close() {
  if (closed())
    return;
  phase_ = phase::closed;
  home_.wheel().cancel(*this);
  bool owed_something = false;
  while (!pipeline_.empty()) {
    auto& owed = pipeline_.pop();
    owed_something = owed_something || owed.counted;
    if (owed.state == slot::state_type::streaming) {
      owed.stream->abandon();
      home_.counters().streams.subtract();
    }
    home_.exchange_ended(owed);
    home_.slots().release(owed);
  }
  if (owed_something)
    home_.counters().clients_gone.add();
  open_slot_ = nullptr;
  opening_ = {};
  boost::system::error_code ignored;
  socket_.close(ignored);
  home_.closed(*this);
}

void connection::begin_linger() {
  phase_ = phase::lingering;
  in_ = {};
  ::shutdown(socket_.native_handle(), SHUT_WR);
  read_deadline_ = home_.now() + (home_.draining() ? internal::drain_grace : linger_time);
}

void connection::discard(std::size_t received) {
  discarded_ += received;
  if (discarded_ > longest_discard)
    close();
}

} // namespace troupe::http
