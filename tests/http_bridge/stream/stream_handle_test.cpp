// Handles of streams: default ones, copies, the last one.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/reactor_mailbox.hpp"
#include "http_bridge/internal/stream_channel.hpp"
#include "http_bridge/stream/body_writer.hpp"
#include "http_bridge/stream/sse.hpp"
#include "http_bridge/stream/stream_handle.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace troupe::http;
using namespace troupe::internal;

namespace {

std::shared_ptr<stream_channel> make_channel() {
  const auto mailbox = std::make_shared<reactor_mailbox>(*wake_signal::make());
  return std::make_shared<stream_channel>(mailbox, slot_id{1, 1},
                                          stream_shape{.max_pieces = 2,
                                                       .max_bytes = 10,
                                                       .close_on_overflow = false,
                                                       .heartbeat_piece = {},
                                                       .heartbeat = {},
                                                       .farewell_piece = {}});
}

} // namespace

TEST_CASE("a default handle is a closed stream", "[stream_handle]") {
  sse_stream events;
  CHECK(events.closed());
  CHECK_FALSE(events.send({}));
  body_writer body;
  CHECK(body.closed());
  CHECK(body.write("x") == write_result::closed);
  body.close();
}

TEST_CASE("a stream lives as long as one of its handles", "[stream_handle]") {
  const auto channel = make_channel();
  auto first = std::make_unique<body_writer>(channel);
  auto second = std::make_unique<body_writer>(*first);
  first.reset();
  CHECK_FALSE(channel->closed());
  second.reset();
  CHECK(channel->closed());
}

TEST_CASE("closing one handle closes the stream for all", "[stream_handle]") {
  body_writer first{make_channel()};
  auto second = first;
  first.close();
  CHECK(second.closed());
  first.close();
}
