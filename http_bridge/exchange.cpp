// Sends an exchange's answer to the reactor that waits for it.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/exchange.hpp"

#include "http_bridge/internal/reactor_mailbox.hpp"
#include "http_bridge/internal/stream_channel.hpp"

#include <utility>

namespace troupe::http {

using internal::slot_id;

exchange::exchange(http::request what, std::shared_ptr<internal::reactor_mailbox> mailbox,
                   std::uint64_t slot) noexcept
  : request_(std::move(what)), mailbox_(std::move(mailbox)), slot_(slot) {
  // nop
}

exchange& exchange::operator=(exchange&& other) noexcept {
  // What this one owed is dropped, and says so, when `old` goes.
  exchange old{std::move(other)};
  std::swap(request_, old.request_);
  std::swap(mailbox_, old.mailbox_);
  std::swap(slot_, old.slot_);
  return *this;
}

exchange::~exchange() {
  if (!mailbox_)
    return;
  try {
    mailbox_->post(
      internal::posted_failure{slot_id::from_number(slot_), {errc::promise_dropped, {}}});
  } catch (...) { // out of memory: the request's deadline answers in its place
  }
}

void exchange::respond(response answer) {
  if (const auto mailbox = std::exchange(mailbox_, nullptr))
    mailbox->post(internal::posted_answer{slot_id::from_number(slot_), std::move(answer)});
}

std::shared_ptr<internal::stream_channel> exchange::start(response head,
                                                          internal::stream_shape shape) {
  const auto mailbox = std::exchange(mailbox_, nullptr);
  if (!mailbox)
    return nullptr;
  const auto slot = slot_id::from_number(slot_);
  auto channel = std::make_shared<internal::stream_channel>(mailbox, slot, std::move(shape));
  if (!mailbox->post(internal::posted_stream{slot, std::move(head), channel}))
    channel->abandon();
  return channel;
}

sse_stream exchange::start_events() {
  auto head = response{}
                .with_header("Content-Type", "text/event-stream")
                .with_header("Cache-Control", "no-cache")
                // nginx buffers an answer as a whole unless it is told not to.
                .with_header("X-Accel-Buffering", "no");
  return sse_stream{
    start(std::move(head),
          {
            .max_pieces = sse_stream::queue_limit,
            .max_bytes = 1024 * 1024,
            .close_on_overflow = true,
            .heartbeat_piece = ":\n\n",
            .heartbeat = sse_stream::heartbeat,
            .farewell_piece = to_text(sse_event{.id = {}, .event = "stopping", .data = "stopping"}),
          })};
}

body_writer exchange::start_body(response head) {
  return body_writer{start(std::move(head), {
                                              .max_pieces = body_writer::piece_limit,
                                              .max_bytes = body_writer::queue_limit.count(),
                                              .close_on_overflow = false,
                                              .heartbeat_piece = {},
                                              .heartbeat = {},
                                              .farewell_piece = {},
                                            })};
}

} // namespace troupe::http
