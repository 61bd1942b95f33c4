// The queue between the writer of a stream and its reactor.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/reactor_mailbox.hpp"
#include "http_bridge/internal/stream_channel.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <deque>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::internal;
using state = stream_channel::state;

namespace {

const slot_id somewhere{3, 7};

struct fixture {
  std::shared_ptr<reactor_mailbox> mailbox = std::make_shared<reactor_mailbox>(
    *wake_signal::make());
  stream_shape shape{.max_pieces = 3,
                     .max_bytes = 10,
                     .close_on_overflow = true,
                     .heartbeat_piece = {},
                     .heartbeat = {},
                     .farewell_piece = {}};

  std::shared_ptr<stream_channel> make() {
    return std::make_shared<stream_channel>(mailbox, somewhere, shape);
  }

  /// Progress that the reactor has been told of since the last look.
  std::size_t told() {
    std::vector<posted> posts;
    mailbox->take(posts);
    for (const auto& each : posts)
      CHECK(std::get<posted_progress>(each).slot == somewhere);
    return posts.size();
  }
};

} // namespace

TEST_CASE("pieces come out in order, and the reactor is told once until it looks",
          "[stream_channel]") {
  fixture f;
  const auto channel = f.make();
  CHECK(channel->push("a") == stream_push::queued);
  CHECK(channel->push("b") == stream_push::queued);
  CHECK(f.told() == 1);
  std::deque<std::string> pieces;
  CHECK(channel->take(pieces, 100) == state::open);
  CHECK(pieces == std::deque<std::string>{"a", "b"});
  CHECK(channel->push("c") == stream_push::queued);
  CHECK(f.told() == 1);
}

TEST_CASE("a stream of events that is read too slowly is closed with the first event too many",
          "[stream_channel]") {
  fixture f;
  const auto channel = f.make();
  for (const char* piece : {"a", "b", "c"})
    CHECK(channel->push(piece) == stream_push::queued);
  CHECK_FALSE(channel->closed());
  CHECK(channel->push("d") == stream_push::closed);
  CHECK(channel->closed());
  CHECK(channel->overflowed());
  std::deque<std::string> pieces;
  CHECK(channel->take(pieces, 100) == state::overflowed);
}

TEST_CASE("a body that is read too slowly refuses the piece and takes it later",
          "[stream_channel]") {
  fixture f;
  f.shape.close_on_overflow = false;
  const auto channel = f.make();
  CHECK(channel->push("12345678") == stream_push::queued);
  CHECK(channel->push("90a") == stream_push::full);
  CHECK(channel->push("90") == stream_push::queued);
  std::deque<std::string> pieces;
  CHECK(channel->take(pieces, 1) == state::more);
  CHECK(pieces.size() == 1);
  CHECK(channel->push("90a") == stream_push::queued);
}

TEST_CASE("an empty queue takes a piece larger than its bound", "[stream_channel]") {
  fixture f;
  f.shape.close_on_overflow = false;
  const auto channel = f.make();
  CHECK(channel->push(std::string(50, 'x')) == stream_push::queued);
  CHECK(channel->push("y") == stream_push::full);
}

TEST_CASE("an empty piece is left out: as a chunk it would end the body", "[stream_channel]") {
  fixture f;
  const auto channel = f.make();
  CHECK(channel->push("") == stream_push::queued);
  CHECK(f.told() == 0);
}

TEST_CASE("finish lets what is queued out first", "[stream_channel]") {
  fixture f;
  const auto channel = f.make();
  channel->push("a");
  channel->push("b");
  channel->finish();
  CHECK(channel->closed());
  CHECK(channel->push("c") == stream_push::closed);
  std::deque<std::string> pieces;
  CHECK(channel->take(pieces, 1) == state::more);
  CHECK(channel->take(pieces, 1) == state::finished);
  CHECK(pieces == std::deque<std::string>{"a", "b"});
}

TEST_CASE("after the client has gone the writer is told with its next piece", "[stream_channel]") {
  fixture f;
  const auto channel = f.make();
  channel->push("a");
  channel->abandon();
  CHECK(channel->closed());
  CHECK(channel->push("b") == stream_push::closed);
}

TEST_CASE("after the reactor has ended the writer is told", "[stream_channel]") {
  fixture f;
  const auto channel = f.make();
  f.mailbox->close();
  channel->push("a");
  CHECK(channel->closed());
}

TEST_CASE("the farewell is the last piece, and goes out though the queue is full",
          "[stream_channel]") {
  fixture f;
  f.shape.farewell_piece = "bye";
  const auto channel = f.make();
  for (const char* piece : {"a", "b", "c"})
    channel->push(piece);
  CHECK(channel->say_farewell());
  CHECK_FALSE(channel->say_farewell());
  CHECK(channel->push("d") == stream_push::closed);
  std::deque<std::string> pieces;
  CHECK(channel->take(pieces, 100) == state::finished);
  CHECK(pieces == std::deque<std::string>{"a", "b", "c", "bye"});
}

TEST_CASE("a stream without a farewell goes on", "[stream_channel]") {
  fixture f;
  const auto channel = f.make();
  CHECK_FALSE(channel->say_farewell());
  CHECK(channel->push("a") == stream_push::queued);
}

TEST_CASE("whatever is pushed and taken, bytes come out in order and bounds hold",
          "[stream_channel]") {
  CHECK(rc::check([] {
    fixture f;
    f.shape.close_on_overflow = false;
    const auto channel = f.make();
    std::string in;
    std::string out;
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-12, 12));
    auto take = [&](std::size_t bytes) {
      std::deque<std::string> pieces;
      const auto now = channel->take(pieces, bytes);
      for (const auto& each : pieces)
        out += each;
      return now;
    };
    for (const int step : steps) {
      if (step < 0) {
        take(static_cast<std::size_t>(-step));
      } else {
        const std::string piece(static_cast<std::size_t>(step), static_cast<char>('a' + step));
        const auto waiting = in.size() - out.size();
        const auto result = channel->push(piece);
        if (result == stream_push::queued)
          in += piece;
        else
          RC_ASSERT(waiting > 0);
        RC_ASSERT(in.size() - out.size() <= 10 + 12);
      }
    }
    channel->finish();
    RC_ASSERT(take(1'000) == state::finished);
    RC_ASSERT(in == out);
  }));
}
