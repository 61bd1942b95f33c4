// Writes answers in the order of their requests, and ends connections without losing the last one.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/connection.hpp"
#include "http_bridge/engine/reactor.hpp"
#include "http_bridge/internal/stream_channel.hpp"

#include <cerrno>
#include <deque>

#include <sys/socket.h>

namespace troupe::http {

void connection::flush() {
  marked_ = false;
  if (closed())
    return;
  if (out_.empty()) {
    auto& out = home_.send_buffer();
    out.clear();
    write_ready(out);
    if (!out.empty() && !send(out))
      return;
  } else if (stream_overflowed()) {
    // Its client does not read, so there is nothing to wait for.
    home_.counters().streams_overflowed.add();
    close();
    return;
  }
  after_output();
}

bool connection::stream_overflowed() const {
  const auto* front = pipeline_.front();
  return front != nullptr && front->state == slot::state_type::streaming
         && front->stream->overflowed();
}

bool connection::has_output() const noexcept {
  const auto* front = pipeline_.front();
  return front != nullptr
         && (front->state == slot::state_type::ready
             || (front->state == slot::state_type::streaming && stream_has_more_));
}

void connection::write_ready(std::string& out) {
  for (auto* s = pipeline_.front(); s != nullptr && out.size() < reactor::buffer_size;
       s = pipeline_.front()) {
    if (s->state == slot::state_type::streaming) {
      if (!write_stream(*s, out))
        return;
      continue;
    }
    if (s == open_slot_ && continue_owed_)
      write_continue(out);
    if (s->state != slot::state_type::ready)
      return;
    const protocol::response_context context{
      .request_method = s->method,
      .minor_version = s->minor_version,
      .keep_alive = keeps_alive_after(*s),
      .date = home_.date(),
      .server = home_.options().server_name,
      .request_id = s->request.text(),
    };
    if (!protocol::append_response(out, s->answer, context)) {
      home_.counters().handler_failures.add();
      home_.options().events->publish(
        request_failed{home_.options().name,
                       std::string{s->request.text()},
                       {errc::invalid_argument, std::string{s->answer.defect()}}});
    }
    if (!context.keep_alive && phase_ == phase::open) {
      phase_ = phase::closing;
      by_server_ = true;
    }
    pop_front();
  }
}

bool connection::keeps_alive_after(const slot& s) const noexcept {
  if (s.last)
    return false;
  // Requests behind this one have been taken, so the last of them is the one to say it.
  return !home_.closing() || pipeline_.size() > 1 || !in_.empty();
}

void connection::pop_front() {
  home_.counters().responses.add();
  active_at_ = home_.now();
  home_.slots().release(pipeline_.pop());
}

bool connection::write_stream(slot& s, std::string& out) {
  using internal::stream_channel;
  if (!s.head_sent) {
    s.head_sent = true;
    s.framing = protocol::append_stream_head(out, s.answer,
                                             {.request_method = s.method,
                                              .minor_version = s.minor_version,
                                              .keep_alive = keeps_alive_after(s),
                                              .date = home_.date(),
                                              .server = home_.options().server_name,
                                              .request_id = s.request.text()});
    if (!keeps_alive_after(s) || s.framing == protocol::stream_framing::until_close) {
      s.last = true;
      phase_ = phase::closing;
      by_server_ = true;
    }
    if (s.framing == protocol::stream_framing::no_body)
      s.stream->abandon();
    put_off_beat(s);
  }
  std::deque<std::string> pieces;
  const auto state = s.stream->take(pieces, reactor::buffer_size);
  for (const auto& piece : pieces) {
    if (s.framing == protocol::stream_framing::chunked)
      protocol::append_chunk(out, piece);
    else if (s.framing == protocol::stream_framing::until_close)
      out += piece;
  }
  if (!pieces.empty())
    put_off_beat(s);
  stream_has_more_ = state == stream_channel::state::more;
  if (stream_has_more_ || state == stream_channel::state::open)
    return false;
  if (state == stream_channel::state::overflowed) {
    home_.counters().streams_overflowed.add();
    s.framing = protocol::stream_framing::
      until_close; // no last chunk: the client sees that something is missing
  }
  if (s.framing == protocol::stream_framing::chunked)
    protocol::append_last_chunk(out);
  else if (s.framing == protocol::stream_framing::until_close)
    phase_ = phase::closing;
  home_.counters().streams.subtract();
  pop_front();
  return phase_ != phase::closing || !pipeline_.empty();
}

void connection::put_off_beat(const slot& s) noexcept {
  const auto silence = s.stream->shape().heartbeat;
  next_beat_ = silence > silence.zero() ? home_.now() + silence : steady_time::max();
}

void connection::write_continue(std::string& out) {
  continue_owed_ = false;
  protocol::append_continue(out);
}

bool connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto taken = ::send(socket_.native_handle(), bytes.data(), bytes.size(),
                              MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(taken));
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      close();
      return false;
    }
  }
  if (bytes.empty()) {
    out_ = {};
    sent_ = 0;
    write_deadline_ = steady_time::max();
    return true;
  }
  if (out_.empty()) {
    out_.assign(bytes);
    sent_ = 0;
  } else {
    sent_ = out_.size() - bytes.size();
  }
  return true;
}

void connection::wait_writable() {
  if (wait_write_ || closed())
    return;
  if (write_deadline_ == steady_time::max())
    write_deadline_ = home_.now() + home_.bounds().write_time;
  wait_write_ = true;
  ++waits_;
  socket_.async_wait(loop_descriptor::wait_write, [this](boost::system::error_code failure) {
    wait_write_ = false;
    --waits_;
    home_.turn([&] {
      if (closed())
        return;
      if (failure) {
        close();
      } else if (send(std::string_view{out_}.substr(sent_))) {
        if (out_.empty())
          mark();
        else
          wait_writable();
      }
    });
  });
}

void connection::after_output() {
  if (!out_.empty()) {
    wait_writable();
  } else if (has_output()) {
    mark(); // what one send could not hold
  } else if (phase_ == phase::closing && pipeline_.empty()) {
    // A client that asked for the close has nothing more to say; after any other its bytes may be on their way, and
    // closing on them would reset the connection before the answer is read.
    if ((by_server_ || !in_.empty()) && !end_of_input_)
      begin_linger();
    else
      close();
  } else if (phase_ == phase::open && !in_.empty()) {
    go_on_parsing(); // what had to wait for room in the pipeline
  }
  if (closed() || marked_)
    return;
  if (pipeline_.empty() && reading_ == reading::nothing && phase_ == phase::open)
    begin_reading(parser_.idle() ? reading::nothing : reading::head);
  rearm();
  wait_readable();
}

} // namespace troupe::http
