// Where actors run when an event loop is their host.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/reactor_unit.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// Something to resume, as CAF's actors are, with a script in place of a mailbox.
class job final : public caf::resumable, public caf::ref_counted {
public:
  using script = std::function<resume_result(caf::execution_unit*, std::size_t)>;

  explicit job(script run) : run_(std::move(run)) {}

  resume_result resume(caf::execution_unit* host, std::size_t throughput) override {
    return run_(host, throughput);
  }
  void intrusive_ptr_add_ref_impl() override {
    caf::intrusive_ptr_add_ref(static_cast<caf::ref_counted*>(this));
  }
  void intrusive_ptr_release_impl() override {
    caf::intrusive_ptr_release(static_cast<caf::ref_counted*>(this));
  }

private:
  script run_;
};

/// A job with the reference that goes with each exec_later.
caf::resumable* make_job(job::script run) {
  return new job(std::move(run));
}

struct gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;

  void pass() {
    std::lock_guard guard{mutex};
    open = true;
    changed.notify_all();
  }
  bool wait() {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, 10s, [this] { return open; });
  }
};

/// A class: CAF 0.17.6 dereferences a null pointer in every function actor, which the library's assertions notice.
class doubler final : public caf::event_based_actor {
public:
  doubler(caf::actor_config& cfg, std::atomic<std::thread::id>* ran_on)
    : caf::event_based_actor(cfg), ran_on_(ran_on) {}

private:
  caf::behavior make_behavior() override {
    return {[this](int x) {
      *ran_on_ = std::this_thread::get_id();
      return 2 * x;
    }};
  }

  std::atomic<std::thread::id>* ran_on_;
};

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  std::atomic<int> wakes{0};
  reactor_unit unit{system, [this] { ++wakes; }};

  bool run(std::size_t items = 1'000) { return unit.run_ready(items, 1s); }
};

} // namespace

TEST_CASE("a job queued on the own thread runs there, in order, in run_ready and not before",
          "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  std::vector<int> ran;
  for (int i = 0; i < 3; ++i)
    f.unit.exec_later(make_job([&ran, i](caf::execution_unit*, std::size_t) {
      ran.push_back(i);
      return caf::resumable::awaiting_message;
    }));
  CHECK(ran.empty());
  CHECK_FALSE(f.run());
  CHECK(ran == std::vector<int>{0, 1, 2});
  CHECK(f.wakes == 0);
  f.unit.stop();
}

TEST_CASE("a job is given the unit as host and a bounded throughput", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  f.unit.exec_later(make_job([&](caf::execution_unit* host, std::size_t throughput) {
    CHECK(host == &f.unit);
    CHECK(throughput == reactor_unit::max_throughput);
    return caf::resumable::done;
  }));
  f.run();
  f.unit.stop();
}

TEST_CASE("what a job queues runs after it, never inside it", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  std::string order;
  f.unit.exec_later(make_job([&](caf::execution_unit* host, std::size_t) {
    order += "(";
    host->exec_later(make_job([&](caf::execution_unit*, std::size_t) {
      order += "x";
      return caf::resumable::done;
    }));
    CHECK_FALSE(f.run()); // a nested call does nothing
    order += ")";
    return caf::resumable::done;
  }));
  f.run();
  CHECK(order == "()x");
  f.unit.stop();
}

TEST_CASE("a job that wants to go on runs again, others between", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  std::string order;
  f.unit.exec_later(make_job([&, left = 2](caf::execution_unit*, std::size_t) mutable {
    order += "a";
    return left-- > 0 ? caf::resumable::resume_later : caf::resumable::awaiting_message;
  }));
  f.unit.exec_later(make_job([&](caf::execution_unit*, std::size_t) {
    order += "b";
    return caf::resumable::done;
  }));
  f.run();
  CHECK(order == "abaa");
  f.unit.stop();
}

TEST_CASE("each job's reference is given back exactly once", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  auto alive = std::make_shared<int>(0);
  for (const auto result : {caf::resumable::done, caf::resumable::awaiting_message})
    f.unit.exec_later(
      make_job([alive, result](caf::execution_unit*, std::size_t) { return result; }));
  CHECK(alive.use_count() == 3);
  f.run();
  CHECK(alive.use_count() == 1);
  f.unit.stop();
}

TEST_CASE("what exceeds the budget of items goes to the scheduler", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  const auto here = std::this_thread::get_id();
  std::atomic<int> at_home{0};
  std::atomic<int> elsewhere{0};
  gate all;
  for (int i = 0; i < 10; ++i)
    f.unit.exec_later(make_job([&](caf::execution_unit*, std::size_t) {
      ++(std::this_thread::get_id() == here ? at_home : elsewhere);
      if (at_home + elsewhere == 10)
        all.pass();
      return caf::resumable::done;
    }));
  CHECK(f.run(4));
  REQUIRE(all.wait());
  CHECK(at_home == 4);
  CHECK(elsewhere == 6);
  f.unit.stop();
}

TEST_CASE("a spent time budget ends the round after the job in hand", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  gate second;
  f.unit.exec_later(
    make_job([&](caf::execution_unit*, std::size_t) { return caf::resumable::done; }));
  f.unit.exec_later(make_job([&](caf::execution_unit* host, std::size_t) {
    CHECK(host != &f.unit);
    second.pass();
    return caf::resumable::done;
  }));
  CHECK(f.unit.run_ready(1'000, 0us));
  CHECK(second.wait());
  f.unit.stop();
}

TEST_CASE("a job from another thread waits for the loop and wakes it once", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  std::vector<std::thread::id> ran_on;
  auto record = [&](caf::execution_unit*, std::size_t) {
    ran_on.push_back(std::this_thread::get_id());
    return caf::resumable::done;
  };
  std::thread{[&] {
    f.unit.exec_later(make_job(record));
    f.unit.exec_later(make_job(record));
  }}.join();
  CHECK(f.wakes == 1);
  CHECK(ran_on.empty());
  f.run();
  CHECK(ran_on == std::vector<std::thread::id>(2, std::this_thread::get_id()));
  std::thread{[&] { f.unit.exec_later(make_job(record)); }}.join();
  CHECK(f.wakes == 2);
  f.run();
  f.unit.stop();
}

TEST_CASE("a unit that nobody attached to, or that was stopped, hands jobs to the scheduler",
          "[reactor_unit]") {
  fixture f;
  const auto runs_elsewhere = [&] {
    gate ran;
    f.unit.exec_later(make_job([&](caf::execution_unit* host, std::size_t) {
      CHECK(host != &f.unit);
      ran.pass();
      return caf::resumable::done;
    }));
    return ran.wait();
  };
  CHECK(runs_elsewhere());
  f.unit.attach_to_this_thread();
  f.unit.stop();
  CHECK(runs_elsewhere());
  CHECK(f.wakes == 0);
}

TEST_CASE("stop hands on what is queued, from either side", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  std::atomic<int> ran{0};
  gate both;
  auto count = [&](caf::execution_unit* host, std::size_t) {
    CHECK(host != &f.unit);
    if (++ran == 2)
      both.pass();
    return caf::resumable::done;
  };
  f.unit.exec_later(make_job(count));
  std::thread{[&] { f.unit.exec_later(make_job(count)); }}.join();
  f.unit.stop();
  CHECK(both.wait());
  f.unit.stop();
}

TEST_CASE("an exception out of a job reaches the loop, and the next job runs", "[reactor_unit]") {
  fixture f;
  f.unit.attach_to_this_thread();
  bool ran = false;
  auto alive = std::make_shared<int>(0);
  f.unit.exec_later(make_job(
    [alive](caf::execution_unit*, std::size_t) -> caf::resumable::resume_result { throw 42; }));
  f.unit.exec_later(make_job([&](caf::execution_unit*, std::size_t) {
    ran = true;
    return caf::resumable::done;
  }));
  CHECK_THROWS_AS(f.run(), int);
  CHECK_FALSE(ran);
  CHECK_FALSE(f.run());
  CHECK(ran);
  CHECK(alive.use_count() == 1);
  f.unit.stop();
}

TEST_CASE("an actor that is idle handles a message on the unit's thread and answers to it",
          "[reactor_unit]") {
  fixture f;
  std::atomic<std::thread::id> ran_on{};
  auto doubling = f.system.spawn<doubler>(&ran_on);
  {
    // Once it has answered this way it is idle soon.
    caf::scoped_actor asker{f.system};
    asker->request(doubling, 10s, 1)
      .receive([](int) {}, [](const caf::error&) { FAIL("no answer"); });
  }
  std::thread loop{[&] {
    f.unit.attach_to_this_thread();
    // Retried, because the scheduler's thread may not have put it to sleep yet.
    for (int i = 0; i < 10'000 && ran_on.load() != std::this_thread::get_id(); ++i) {
      doubling->enqueue(nullptr, caf::make_message_id(), caf::make_message(1), &f.unit);
      f.run();
    }
    CHECK(ran_on.load() == std::this_thread::get_id());
    f.unit.stop();
  }};
  loop.join();
}

TEST_CASE("threads that send through a unit while it stops lose nothing", "[reactor_unit]") {
  constexpr int senders = 3;
  constexpr int each = 500;
  for (int round = 0; round < 20; ++round) {
    fixture f;
    std::atomic<int> ran{0};
    gate all;
    std::atomic<bool> stop{false};
    std::thread loop{[&] {
      f.unit.attach_to_this_thread();
      while (!stop)
        f.run(8);
      f.unit.stop();
    }};
    std::vector<std::thread> threads;
    for (int t = 0; t < senders; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < each; ++i) {
          f.unit.exec_later(make_job([&](caf::execution_unit*, std::size_t) {
            if (++ran == senders * each)
              all.pass();
            return caf::resumable::done;
          }));
          if (i == each / 2)
            stop = true;
        }
      });
    for (auto& thread : threads)
      thread.join();
    loop.join();
    REQUIRE(all.wait());
  }
}
