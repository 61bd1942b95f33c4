// How answers of actors come back to a reactor.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/internal/reply_port.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/make_message.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

#include <poll.h>

using namespace troupe;
using namespace troupe::internal;

namespace {

struct recorder final : reply_receiver {
  std::vector<std::string> taken;

  void take_reply(caf::mailbox_element& reply) override {
    taken.push_back(reply.content().get_as<std::string>(0));
  }
};

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  std::shared_ptr<wake_signal> wake = *wake_signal::make();
  reactor_unit unit{system, [] {}};
  recorder receiver;
  caf::strong_actor_ptr handle;
  reply_port* port = nullptr;

  fixture() {
    std::tie(handle, port) = reply_port::make(system);
    unit.attach_to_this_thread();
    port->open(receiver, unit, wake);
  }
  ~fixture() {
    port->close();
    unit.stop();
  }

  void send(const std::string& text, caf::execution_unit* from) {
    handle->get()->enqueue(caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, text),
                           from);
  }
  [[nodiscard]] bool rings() const {
    pollfd ready{wake->fd(), POLLIN, 0};
    return ::poll(&ready, 1, 0) == 1;
  }
};

} // namespace

TEST_CASE("an answer given on the reactor's own thread is passed on at once", "[reply_port]") {
  fixture f;
  f.send("a", &f.unit);
  CHECK(f.receiver.taken == std::vector<std::string>{"a"});
  CHECK_FALSE(f.port->take_waiting());
  CHECK_FALSE(f.rings());
}

TEST_CASE("answers from other threads wait in order, and the first wakes the reactor",
          "[reply_port]") {
  fixture f;
  std::thread{[&] {
    f.send("a", nullptr);
    f.send("b", nullptr);
  }}.join();
  CHECK(f.receiver.taken.empty());
  CHECK(f.rings());
  CHECK(f.port->take_waiting());
  CHECK(f.receiver.taken == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(f.port->take_waiting());
}

TEST_CASE("an answer with a foreign host waits although it is given at home", "[reply_port]") {
  fixture f;
  f.send("a", nullptr);
  CHECK(f.receiver.taken.empty());
  CHECK_FALSE(f.rings());
  CHECK(f.port->take_waiting());
  CHECK(f.receiver.taken.size() == 1);
}

TEST_CASE("after close answers are dropped, those that waited too", "[reply_port]") {
  fixture f;
  f.send("waits", nullptr);
  f.port->close();
  f.send("late", nullptr);
  f.send("late", &f.unit);
  CHECK(f.receiver.taken.empty());
  f.port->close();
}

TEST_CASE("nothing that many threads answer is lost or taken twice", "[reply_port]") {
  fixture f;
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 2'000;
  std::vector<std::thread> senders;
  for (std::size_t t = 0; t < threads; ++t)
    senders.emplace_back([&] {
      for (std::size_t i = 0; i < each; ++i)
        f.send("x", nullptr);
    });
  while (f.receiver.taken.size() < threads * each) {
    pollfd ready{f.wake->fd(), POLLIN, 0};
    REQUIRE(::poll(&ready, 1, 10'000) == 1); // a lost wake-up would end here
    f.wake->acknowledge();
    f.port->take_waiting();
  }
  for (auto& sender : senders)
    sender.join();
  CHECK(f.receiver.taken.size() == threads * each);
}
