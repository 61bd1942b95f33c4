// Reads requests from a client and opens exchanges for them.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/connection.hpp"

#include "http_bridge/problem.hpp"
#include "http_bridge/engine/reactor.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace troupe::http {

namespace {

/// A request id that a client brings is taken over when it is short and plain, so that it can stand in a log.
bool is_usable_id(std::string_view text) {
  return !text.empty() && text.size() <= request_id::longest && is_token(text);
}

std::string_view brought_id(const protocol::request_head& head) {
  for (const auto& each : head.headers)
    if (equal_ignoring_case(each.name, "x-request-id"))
      return is_usable_id(each.value) ? each.value : std::string_view{};
  return {};
}

} // namespace

connection::connection(reactor& home, unique_fd socket)
  : home_(home), socket_(home.context(), socket.release()), parser_(home.bounds()),
    active_at_(home.now()) {
  // nop
}

void connection::start() {
  begin_reading(reading::nothing);
  rearm();
  wait_readable();
}

void connection::mark() noexcept {
  if (marked_ || closed())
    return;
  marked_ = true;
  home_.marked(*this);
}

bool connection::may_parse() const noexcept {
  return phase_ == phase::open && pipeline_.size() < home_.bounds().pipeline_depth
         && out_.size() - sent_ < reactor::buffer_size;
}

bool connection::wants_bytes() const noexcept {
  if (end_of_input_)
    return false;
  // A stream is watched for the end of its client, whatever else is read.
  const auto* front = pipeline_.front();
  return may_parse() || open_slot_ != nullptr || phase_ == phase::lingering
         || (front != nullptr && front->state == slot::state_type::streaming);
}

void connection::wait_readable() {
  if (wait_read_ || closed() || !wants_bytes())
    return;
  wait_read_ = true;
  ++waits_;
  socket_.async_wait(loop_descriptor::wait_read, [this](boost::system::error_code failure) {
    wait_read_ = false;
    --waits_;
    home_.turn([&] {
      if (failure)
        close();
      else
        on_readable();
    });
  });
}

void connection::on_readable() {
  if (closed())
    return;
  auto& buffer = home_.receive_buffer();
  const auto received = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (received > 0) {
    const auto size = static_cast<std::size_t>(received);
    if (phase_ == phase::open)
      take({buffer.data(), size});
    else
      discard(size);
  } else if (received == 0) {
    end_of_input_ = true;
    client_has_finished();
  } else if (errno != EAGAIN && errno != EINTR) {
    close();
  }
  if (!closed() && !marked_) {
    rearm();
    wait_readable();
  }
}

void connection::take(std::string_view received) {
  if (in_.empty()) {
    const auto used = parse(received);
    in_.assign(received.substr(used));
    return;
  }
  in_.append(received);
  go_on_parsing();
}

void connection::go_on_parsing() {
  const auto used = parse(in_);
  if (used < in_.size())
    in_.erase(0, used);
  else
    in_ = {}; // a waiting connection keeps no buffer
}

std::size_t connection::parse(std::string_view input) {
  std::size_t used = 0;
  while (may_parse() || open_slot_ != nullptr) {
    const auto rest = input.substr(used);
    const auto step = parser_.next(rest);
    used += step.consumed;
    switch (step.event) {
      case protocol::parse_event::head:
        begin_request(rest.substr(0, step.consumed));
        break;
      case protocol::parse_event::body:
        continue_owed_ = false;
        if (opening_.draft)
          opening_.draft->append_body(step.body);
        break;
      case protocol::parse_event::complete:
        finish_request();
        parser_.reset();
        break;
      case protocol::parse_event::failed:
        home_.counters().bad_requests.add();
        refuse_rest(parser_.failure(), parser_.failure_text());
        return input.size();
      case protocol::parse_event::need_more:
        if (continue_owed_)
          mark(); // `100 Continue` waits for its turn like an answer
        else if (reading_ == reading::nothing && !parser_.idle())
          begin_reading(reading::head);
        return used;
    }
  }
  return used;
}

void connection::begin_request(std::string_view head_bytes) {
  const auto& head = parser_.head();
  auto& owed = home_.slots().acquire(*this);
  owed.method = head.m;
  owed.minor_version = static_cast<std::uint8_t>(head.minor_version);
  owed.keep_alive = head.keep_alive;
  owed.last = !head.keep_alive;
  if (const auto id = brought_id(head); !id.empty())
    owed.request.assign(id);
  else
    home_.name(owed.request);
  pipeline_.push(owed);
  open_slot_ = &owed;
  opening_ = {};

  if (home_.draining()) {
    home_.counters().draining.add();
    opening_.refusal = problem_for({errc::stopping, {}}, owed.request.text());
    owed.last = true;
  } else if (home_.counters().in_flight.value() >= home_.options().in_flight) {
    home_.counters().overloaded.add();
    opening_.refusal = problem_for({errc::overloaded, {}}, owed.request.text());
  } else {
    home_.sink().open(head, head_bytes, owed.request.text(), opening_);
  }
  if (!head.has_body())
    return;
  begin_reading(reading::body);
  if (!head.expect_continue)
    return;
  if (opening_.refusal) {
    // The client has not sent its body and need not: nothing is known of where the next request would begin.
    owed.last = true;
    finish_request();
    by_server_ = true;
  } else {
    continue_owed_ = true;
  }
}

void connection::finish_request() {
  auto& owed = *std::exchange(open_slot_, nullptr);
  home_.counters().requests.add();
  active_at_ = home_.now();
  continue_owed_ = false;
  begin_reading(reading::nothing);
  if (owed.last) {
    phase_ = phase::closing;
    by_server_ = owed.keep_alive;
  }
  if (opening_.refusal) {
    owed.answer = std::move(*opening_.refusal);
    owed.state = slot::state_type::ready;
    mark();
    return;
  }
  owed.deadline = home_.now() + home_.bounds().request_time;
  owed.counted = true;
  home_.counters().in_flight.add();
  opening_.draft->deadline(owed.deadline);
  auto what = std::move(*opening_.draft).finish();
  home_.sink().handle(opening_, std::move(what), owed.id());
}

} // namespace troupe::http
