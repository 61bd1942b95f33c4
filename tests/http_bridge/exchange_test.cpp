// An exchange is answered exactly once, by whoever holds it.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/exchange.hpp"
#include "http_bridge/internal/reactor_mailbox.hpp"
#include "http_bridge/internal/stream_channel.hpp"
#include "http_bridge/testkit/test_request.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace troupe;
using namespace troupe::http;
using namespace troupe::internal;

namespace {

const slot_id owed{5, 9};

struct fixture {
  std::shared_ptr<reactor_mailbox> mailbox = std::make_shared<reactor_mailbox>(
    *wake_signal::make());

  /// As a reactor does at its end; until then a stream and the mailbox it waits in keep each other.
  ~fixture() { mailbox->close(); }

  exchange make() {
    return exchange{testkit::make_test_request(method::get, "/x"), mailbox, owed.number()};
  }
  std::vector<posted> posts() {
    std::vector<posted> out;
    mailbox->take(out);
    return out;
  }
};

} // namespace

TEST_CASE("an answer is posted for the exchange's slot, and only the first counts", "[exchange]") {
  fixture f;
  auto x = f.make();
  CHECK(x.open());
  CHECK(x.request().target() == "/x");
  x.respond(response::text("one"));
  CHECK_FALSE(x.open());
  x.respond(response::text("two"));
  const auto posts = f.posts();
  REQUIRE(posts.size() == 1);
  const auto& answer = std::get<posted_answer>(posts[0]);
  CHECK(answer.slot == owed);
  CHECK(answer.answer.body() == "one");
}

TEST_CASE("an exchange that is dropped says so", "[exchange]") {
  fixture f;
  { const auto x = f.make(); }
  const auto posts = f.posts();
  REQUIRE(posts.size() == 1);
  CHECK(std::get<posted_failure>(posts[0]).slot == owed);
  CHECK(std::get<posted_failure>(posts[0]).why.code == errc::promise_dropped);
}

TEST_CASE("moving hands the duty on", "[exchange]") {
  fixture f;
  std::optional<exchange> kept;
  {
    auto x = f.make();
    kept.emplace(std::move(x));
    CHECK_FALSE(x.open());
  }
  CHECK(f.posts().empty());
  kept->respond(response::no_content());
  CHECK(f.posts().size() == 1);
}

TEST_CASE("assigning over an open exchange drops what that one owed", "[exchange]") {
  fixture f;
  auto x = f.make();
  x = f.make();
  const auto posts = f.posts();
  REQUIRE(posts.size() == 1);
  CHECK(std::holds_alternative<posted_failure>(posts[0]));
  CHECK(x.open());
  x.respond(response::no_content());
}

TEST_CASE("an answer after the reactor has ended goes nowhere", "[exchange]") {
  fixture f;
  auto x = f.make();
  f.mailbox->close();
  x.respond(response::no_content());
  CHECK_FALSE(x.open());
}

TEST_CASE("a stream of events begins with its head and ends with its last handle",
          "[exchange][sse]") {
  fixture f;
  auto x = f.make();
  {
    auto events = x.start_events();
    CHECK_FALSE(x.open());
    auto copy = events;
    CHECK(copy.send({.id = {}, .event = "a", .data = "1"}));
  }
  auto posts = f.posts();
  REQUIRE(posts.size() == 2);
  auto& begun = std::get<posted_stream>(posts[0]);
  CHECK(begun.slot == owed);
  CHECK(begun.head.header("content-type") == "text/event-stream");
  CHECK(std::holds_alternative<posted_progress>(posts[1]));
  std::deque<std::string> pieces;
  CHECK(begun.channel->take(pieces, 1'000) == stream_channel::state::finished);
  CHECK(pieces == std::deque<std::string>{"event: a\ndata: 1\n\n"});
}

TEST_CASE("a stream of events says when the application stops", "[exchange][sse]") {
  fixture f;
  auto x = f.make();
  auto events = x.start_events();
  auto posts = f.posts();
  auto& channel = *std::get<posted_stream>(posts[0]).channel;
  CHECK(channel.say_farewell());
  CHECK(events.closed());
  CHECK_FALSE(events.send({.id = {}, .event = {}, .data = "late"}));
  std::deque<std::string> pieces;
  CHECK(channel.take(pieces, 1'000) == stream_channel::state::finished);
  CHECK(pieces == std::deque<std::string>{"event: stopping\ndata: stopping\n\n"});
}

TEST_CASE("65 events that nobody reads close a stream", "[exchange][sse]") {
  fixture f;
  auto x = f.make();
  auto events = x.start_events();
  for (std::size_t i = 0; i < sse_stream::queue_limit; ++i)
    CHECK(events.send({.id = {}, .event = {}, .data = "x"}));
  CHECK_FALSE(events.send({.id = {}, .event = {}, .data = "x"}));
  CHECK(events.closed());
}

TEST_CASE("a body that is written keeps the head it was given and pushes back",
          "[exchange][body_writer]") {
  fixture f;
  auto x = f.make();
  auto body = x.start_body(response{status::created}.with_header("X-A", "b"));
  auto posts = f.posts();
  auto& begun = std::get<posted_stream>(posts[0]);
  CHECK(begun.head.status() == status::created);
  CHECK(begun.head.header("X-A") == "b");
  CHECK(body.write(std::string(200 * 1024, 'x')) == write_result::queued);
  CHECK(body.write(std::string(200 * 1024, 'x')) == write_result::full);
  CHECK_FALSE(body.closed());
  body.close();
  CHECK(body.write("y") == write_result::closed);
}

TEST_CASE("a stream of an exchange that was answered is closed from the start", "[exchange]") {
  fixture f;
  auto x = f.make();
  x.respond(response::no_content());
  CHECK(x.start_events().closed());
  CHECK(x.start_body(response{}).write("x") == write_result::closed);
}

TEST_CASE("a stream on a reactor that has ended is closed", "[exchange]") {
  fixture f;
  auto x = f.make();
  f.mailbox->close();
  CHECK(x.start_events().closed());
}
