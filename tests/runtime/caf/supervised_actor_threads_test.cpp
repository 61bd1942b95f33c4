// The actor base on real schedulers: order, wake-ups and answers with several threads.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/supervised_actor.hpp"
#include "runtime/supervision/make_child.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/scripted_child.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace threads_test {

struct numbered {
  int sender;
  int number;
  bool fails;
};

/// Sends a stop request to itself, urgently, and counts what is handled after it.
struct stop_yourself {};

} // namespace threads_test

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(threads_test::numbered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(threads_test::stop_yourself)

using namespace troupe;
using namespace troupe::testkit;
using namespace std::chrono_literals;
using threads_test::numbered;
using threads_test::stop_yourself;

namespace {

struct scheduler_kind {
  const char* policy;
  std::size_t threads;
};

scheduler_kind every_scheduler() {
  return GENERATE(scheduler_kind{"sharing", 1}, scheduler_kind{"sharing", 4},
                  scheduler_kind{"stealing", 1}, scheduler_kind{"stealing", 4});
}

class config final : public caf::actor_system_config {
public:
  explicit config(scheduler_kind kind) {
    set("scheduler.policy",
        std::string_view{kind.policy} == "sharing" ? caf::atom("sharing") : caf::atom("stealing"));
    set("scheduler.max-threads", kind.threads);
    set("scheduler.max-throughput", std::size_t{100});
  }
};

/// Everything the receiver saw; written by it alone, read when it is done.
struct journal {
  std::vector<std::vector<int>> seen;
  std::atomic<int> handled{0};
};

struct receiver {
  static constexpr std::string_view type_name = "receiver";
  receiver(supervised_actor* s, std::shared_ptr<journal> j) : self(s), out(std::move(j)) {}
  caf::behavior make_behavior() {
    return {[this](const numbered& m) -> int {
      out->seen[static_cast<std::size_t>(m.sender)].push_back(m.number);
      ++out->handled;
      if (m.fails)
        throw m.number;
      return m.number;
    }};
  }
  supervised_actor* self;
  std::shared_ptr<journal> out;
};

/// Waits without a clock of its own: every message handled is a request answered.
template <class Predicate>
bool spin_until(Predicate p) {
  const auto latest = std::chrono::steady_clock::now() + 60s;
  while (!p()) {
    if (std::chrono::steady_clock::now() > latest)
      return false;
    std::this_thread::yield();
  }
  return true;
}

} // namespace

TEST_CASE(
  "a thousand crashes under four sending threads: plain messages keep their order, none is lost",
  "[supervised_actor]") {
  constexpr int senders = 4;
  constexpr int each = 1'000; // every fourth crashes the receiver
  const auto kind = every_scheduler();
  INFO(kind.policy << " with " << kind.threads);
  config settings{kind};
  caf::actor_system system{settings};
  const auto out = std::make_shared<journal>();
  out->seen.resize(senders);
  {
    fake_supervisor top{system};
    top.restart_crashed(true);
    const auto target = *top.start(make_child<receiver>("receiver", out));
    REQUIRE(top.wait_for(child_report::kind_type::up, 1));
    std::vector<std::thread> threads;
    for (int s = 0; s < senders; ++s)
      threads.emplace_back([&, s] {
        actor_probe probe{system};
        for (int i = 0; i < each; ++i) {
          probe.send(target.handle, numbered{s, i, (i + s) % 4 == 0});
          // Not faster than a suspended receiver may hold, so that none is refused.
          while (target.record->depth() > actor_policy{}.restart_stash / 2)
            std::this_thread::yield();
        }
      });
    for (auto& t : threads)
      t.join();
    CHECK(spin_until([&] { return out->handled == senders * each; }));
    CHECK(spin_until([&] { return target.record->incarnation == 1'001; }));
    for (const auto& numbers : out->seen) {
      CHECK(numbers.size() == each);
      CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    }
    CHECK(target.record->failures == 1'000);
    CHECK(target.record->refused == 0);
    CHECK(spin_until([&] { return target.record->depth() == 0; }));
    top.stop(target);
    REQUIRE(top.wait_for(child_report::kind_type::ended, 1));
  }
}

TEST_CASE("crashes under four threads that ask: every request is answered once, with the answer, "
          "`crashed` or "
          "`restarting`, and what was accepted comes in order",
          "[supervised_actor]") {
  constexpr int senders = 4;
  constexpr int each = 1'000;
  const auto kind = every_scheduler();
  INFO(kind.policy << " with " << kind.threads);
  config settings{kind};
  caf::actor_system system{settings};
  const auto out = std::make_shared<journal>();
  out->seen.resize(senders);
  {
    fake_supervisor top{system};
    top.restart_crashed(true);
    const auto target = *top.start(make_child<receiver>("receiver", out));
    REQUIRE(top.wait_for(child_report::kind_type::up, 1));
    std::vector<std::unique_ptr<actor_probe>> probes;
    std::vector<std::vector<question>> asked(senders);
    for (int s = 0; s < senders; ++s)
      probes.push_back(std::make_unique<actor_probe>(system));
    std::vector<std::thread> threads;
    for (std::size_t s = 0; s < senders; ++s)
      threads.emplace_back([&, s] {
        for (int i = 0; i < each; ++i)
          asked[s].push_back(
            probes[s]->ask(target.handle, numbered{static_cast<int>(s), i, i % 10 == 0}));
      });
    for (auto& t : threads)
      t.join();
    std::size_t refused = 0;
    for (std::size_t s = 0; s < senders; ++s) {
      CHECK(probes[s]->wait_for_answers(each));
      CHECK(std::is_sorted(out->seen[s].begin(), out->seen[s].end()));
      for (int i = 0; i < each; ++i) {
        const auto q = asked[s][static_cast<std::size_t>(i)];
        REQUIRE(probes[s]->answers_to(q) == 1);
        const auto refusal = probes[s]->refusal(q);
        if (!refusal)
          REQUIRE(*probes[s]->answer<int>(q) == i);
        else if (refusal->code == errc::restarting)
          ++refused;
        else
          REQUIRE((refusal->code == errc::crashed && i % 10 == 0));
      }
    }
    CHECK(target.record->refused == refused);
    CHECK(static_cast<std::size_t>(out->handled) == senders * each - refused);
    top.stop(target);
    REQUIRE(top.wait_for(child_report::kind_type::ended, 1));
  }
}

TEST_CASE("a parked actor is woken by whatever is urgent, every single time",
          "[supervised_actor]") {
  const auto kind = every_scheduler();
  const int rounds = std::string_view{kind.policy} == "sharing" ? 3'000
                                                                : 300; // an idle thief sleeps
  INFO(kind.policy << " with " << kind.threads);
  config settings{kind};
  caf::actor_system system{settings};
  {
    fake_supervisor top{system};
    actor_probe probe{system};
    const auto script = std::make_shared<child_script>();
    const auto child = *top.start(make_scripted_child("a", script));
    REQUIRE(top.wait_for(child_report::kind_type::up, 1));
    // The directive races with the way to bed: sometimes before it, sometimes in the middle, sometimes after.
    for (int i = 0; i < rounds; ++i) {
      probe.send(child.handle, crash{});
      if (i % 3 == 0)
        REQUIRE(top.wait_for(child_report::kind_type::crashed, static_cast<std::size_t>(i) + 1));
      else
        while (child.record->failures.load() <= static_cast<std::uint64_t>(i))
          if (i % 3 == 1)
            std::this_thread::yield();
      const auto kept = probe.ask(child.handle, which_incarnation{}, caf::message_priority::high);
      top.restart(child);
      REQUIRE(probe.wait_for_answers(static_cast<std::size_t>(i) + 1));
      REQUIRE(*probe.answer<std::uint32_t>(kept) == static_cast<std::uint32_t>(i) + 2);
    }
    CHECK(child.record->failures == static_cast<std::uint64_t>(rounds));
    top.stop(child);
    REQUIRE(top.wait_for(child_report::kind_type::ended, 1));
  }
}

TEST_CASE("a stop from another thread ends a suspended actor, every single time",
          "[supervised_actor]") {
  const auto kind = every_scheduler();
  INFO(kind.policy << " with " << kind.threads);
  config settings{kind};
  caf::actor_system system{settings};
  {
    fake_supervisor top{system};
    actor_probe probe{system};
    const std::size_t rounds = std::string_view{kind.policy} == "sharing" ? 1'000 : 200;
    for (std::size_t i = 1; i <= rounds; ++i) {
      const auto child = *top.start(make_scripted_child("a", std::make_shared<child_script>()));
      probe.send(child.handle, crash{});
      // Without a wait the stop comes before, while or after the actor is suspended.
      while (i % 4 != 0 && child.record->failures == 0)
        if (i % 4 == 1)
          std::this_thread::yield();
      top.stop(child);
      REQUIRE(top.wait_for(child_report::kind_type::ended, i));
    }
  }
}

namespace {

struct counting {
  static constexpr std::string_view type_name = "counting";
  counting(supervised_actor* s, std::shared_ptr<std::atomic<int>> n)
    : self(s), after(std::move(n)) {}
  caf::behavior make_behavior() {
    return {
      [](const crash&) { throw 1; },
      [this](stop_yourself) {
        asked = true;
        self->enqueue(caf::make_mailbox_element(nullptr,
                                                caf::make_message_id(caf::message_priority::high),
                                                {}, stop_request{}),
                      self->context());
      },
      [this](int) {
        if (asked)
          ++*after;
      },
    };
  }
  supervised_actor* self;
  std::shared_ptr<std::atomic<int>> after;
  bool asked = false;
};

} // namespace

TEST_CASE("a stop is at most one quantum of handlers late, also after many crashes",
          "[supervised_actor]") {
  config settings{{"sharing", 1}};
  caf::actor_system system{settings};
  {
    fake_supervisor top{system};
    top.restart_crashed(true);
    actor_probe probe{system};
    const auto after = std::make_shared<std::atomic<int>>(0);
    const auto child = *top.start(make_child<counting>("a", after));
    // Everything is in the mailbox before the first turn is over, so that each round has its full quantum.
    const auto gate = std::make_shared<child_script>();
    const auto blocker = *top.start(make_scripted_child("blocker", gate));
    probe.send(blocker.handle, hang{});
    REQUIRE(gate->wait_for_hang());
    for (int i = 0; i < 200; ++i) {
      probe.send(child.handle, crash{});
      probe.send(child.handle, 1);
    }
    probe.send(child.handle, stop_yourself{});
    for (int i = 0; i < 1'000; ++i)
      probe.send(child.handle, 1);
    gate->release();
    REQUIRE(top.wait_for(child_report::kind_type::ended, 1));
    CHECK(child.record->failures == 200);
    CHECK(*after <= static_cast<int>(mailbox_quantum));
    top.stop(blocker);
    REQUIRE(top.wait_for(child_report::kind_type::ended, 2));
  }
}
