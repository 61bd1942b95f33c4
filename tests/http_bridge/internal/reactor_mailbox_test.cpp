// How other threads reach a reactor.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/reactor_mailbox.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

#include <poll.h>

using namespace troupe;
using namespace troupe::internal;

namespace {

bool rings(const wake_signal& signal) {
  pollfd ready{signal.fd(), POLLIN, 0};
  return ::poll(&ready, 1, 0) == 1;
}

} // namespace

TEST_CASE("posts come out in the order they went in, once", "[reactor_mailbox]") {
  reactor_mailbox mailbox{*wake_signal::make()};
  for (std::uint32_t i = 1; i <= 3; ++i)
    CHECK(mailbox.post(posted_progress{{i, i}}));
  std::vector<posted> out;
  REQUIRE(mailbox.take(out));
  REQUIRE(out.size() == 3);
  for (std::uint32_t i = 1; i <= 3; ++i)
    CHECK(std::get<posted_progress>(out[i - 1]).slot == slot_id{i, i});
  CHECK_FALSE(mailbox.take(out));
  CHECK(out.empty());
}

TEST_CASE("a post from another thread wakes the reactor, one from its own does not",
          "[reactor_mailbox]") {
  reactor_mailbox mailbox{*wake_signal::make()};
  mailbox.attach_to_this_thread();
  mailbox.post(posted_progress{});
  CHECK_FALSE(rings(*mailbox.wake()));
  std::thread{[&] { mailbox.post(posted_progress{}); }}.join();
  CHECK(rings(*mailbox.wake()));
}

TEST_CASE("after close posts are refused and what waited is gone", "[reactor_mailbox]") {
  reactor_mailbox mailbox{*wake_signal::make()};
  auto held = std::make_shared<int>(0);
  mailbox.post(posted_task{[held] {}});
  mailbox.close();
  CHECK(held.use_count() == 1);
  CHECK_FALSE(mailbox.post(posted_progress{}));
  std::vector<posted> out;
  CHECK_FALSE(mailbox.take(out));
}

TEST_CASE("what is dropped at close may post itself without harm", "[reactor_mailbox]") {
  reactor_mailbox mailbox{*wake_signal::make()};
  struct poster {
    reactor_mailbox& to;
    ~poster() { CHECK_FALSE(to.post(posted_progress{})); }
  };
  auto last = std::make_shared<poster>(mailbox);
  mailbox.post(posted_task{[last = std::move(last)] {}});
  mailbox.close();
}

TEST_CASE("nothing that many threads post is lost", "[reactor_mailbox]") {
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 2'000;
  reactor_mailbox mailbox{*wake_signal::make()};
  std::vector<std::thread> posters;
  for (std::size_t t = 0; t < threads; ++t)
    posters.emplace_back([&] {
      for (std::size_t i = 0; i < each; ++i)
        mailbox.post(posted_progress{});
    });
  std::size_t taken = 0;
  std::vector<posted> out;
  while (taken < threads * each) {
    pollfd ready{mailbox.wake()->fd(), POLLIN, 0};
    REQUIRE(::poll(&ready, 1, 10'000) == 1); // a lost wake-up would end here
    mailbox.wake()->acknowledge();
    mailbox.take(out);
    taken += out.size();
  }
  for (auto& poster : posters)
    poster.join();
  CHECK(taken == threads * each);
}
