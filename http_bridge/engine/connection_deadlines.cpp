// The deadlines of a connection: head, body, idle, write, the handler's, and the silence of a stream.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/connection.hpp"
#include "http_bridge/engine/reactor.hpp"
#include "http_bridge/internal/stream_channel.hpp"

#include <algorithm>

namespace troupe::http {

void connection::begin_reading(reading what) {
  reading_ = what;
  const auto& bounds = home_.bounds();
  switch (what) {
    case reading::nothing:
      // While something is owed the client waits for us, not we for the client.
      read_deadline_ = pipeline_.empty() ? home_.now() + bounds.idle_time : steady_time::max();
      break;
    case reading::head:
      read_deadline_ = home_.now() + bounds.head_time;
      break;
    case reading::body:
      read_deadline_ = home_.now() + bounds.body_time;
      break;
  }
}

void connection::rearm() {
  auto earliest = std::min(read_deadline_, write_deadline_);
  for (auto* s = pipeline_.front(); s != nullptr; s = s->next) {
    if (s->counted)
      earliest = std::min(earliest, s->deadline);
    else if (s->state == slot::state_type::streaming)
      earliest = std::min(earliest, next_beat_);
  }
  if (home_.draining())
    if (const auto step = internal::drain_step(view(), home_.now());
        step.action == internal::drain_action::wait)
      earliest = std::min(earliest, step.again);
  if (earliest != steady_time::max())
    home_.wheel().arm_no_later(*this, earliest);
}

void connection::deadline_due() {
  const auto now = home_.now();
  if (write_deadline_ <= now) {
    home_.counters().write_timeouts.add();
    close();
    return;
  }
  expire_requests(now);
  if (read_deadline_ <= now)
    expire_reading();
  if (!closed())
    beat(now);
  if (!closed() && home_.draining())
    drain();
  if (!closed() && !marked_)
    rearm();
}

void connection::expire_requests(steady_time now) {
  for (auto* s = pipeline_.front(); s != nullptr; s = s->next) {
    if (s->state != slot::state_type::waiting || !s->counted || s->deadline > now)
      continue;
    home_.counters().request_timeouts.add();
    home_.fail(s->id(), {errc::deadline_exceeded, {}});
  }
}

void connection::expire_reading() {
  auto& counters = home_.counters();
  if (phase_ == phase::lingering) {
    close();
  } else if (reading_ == reading::head) {
    counters.head_timeouts.add();
    refuse_rest(status::request_timeout, "the request's head took too long");
  } else if (reading_ == reading::body) {
    counters.body_timeouts.add();
    refuse_rest(status::request_timeout, "the request's body took too long");
  } else {
    counters.idle_timeouts.add();
    close();
  }
}

void connection::beat(steady_time now) {
  auto* front = pipeline_.front();
  if (front == nullptr || front->state != slot::state_type::streaming || next_beat_ > now)
    return;
  const auto& shape = front->stream->shape();
  next_beat_ = now + shape.heartbeat;
  if (!out_.empty())
    return; // a client that does not read is ended by its write deadline
  front->stream->push(shape.heartbeat_piece);
  mark();
}

internal::connection_view connection::view() const noexcept {
  return {
    .owes_answers = !pipeline_.empty(),
    .unsent = !out_.empty(),
    .head_begun = !in_.empty() || !parser_.idle(),
    .lingering = phase_ == phase::lingering,
    .active_at = active_at_,
  };
}

void connection::notice_stopping() {
  for (auto* s = pipeline_.front(); s != nullptr; s = s->next)
    if (s->state == slot::state_type::streaming && s->stream->say_farewell()) {
      s->last = true;
      mark();
    }
}

void connection::drain() {
  if (phase_ == phase::lingering)
    read_deadline_ = std::min(read_deadline_, home_.now() + internal::drain_grace);
  if (internal::drain_step(view(), home_.now()).action == internal::drain_action::close)
    close();
  else if (!marked_)
    rearm();
}

} // namespace troupe::http
