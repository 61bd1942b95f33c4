// What a body writer says about each piece.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/reactor_mailbox.hpp"
#include "http_bridge/internal/stream_channel.hpp"
#include "http_bridge/stream/body_writer.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <memory>
#include <string>

using namespace troupe::http;
using namespace troupe::internal;

TEST_CASE("a piece is queued, refused for now, or refused for good", "[body_writer]") {
  const auto mailbox = std::make_shared<reactor_mailbox>(*wake_signal::make());
  const auto channel = std::make_shared<stream_channel>(mailbox, slot_id{1, 1},
                                                        stream_shape{.max_pieces = 2,
                                                                     .max_bytes = 10,
                                                                     .close_on_overflow = false,
                                                                     .heartbeat_piece = {},
                                                                     .heartbeat = {},
                                                                     .farewell_piece = {}});
  body_writer body{channel};
  CHECK(body.write("12345") == write_result::queued);
  CHECK(body.write("123456") == write_result::full);
  CHECK(body.write("12345") == write_result::queued);
  CHECK(body.write("") == write_result::queued);
  std::deque<std::string> pieces;
  CHECK(channel->take(pieces, 100) == stream_channel::state::open);
  CHECK(pieces == std::deque<std::string>{"12345", "12345"});
  channel->abandon();
  CHECK(body.write("x") == write_result::closed);
}
