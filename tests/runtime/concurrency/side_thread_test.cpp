// Tests of the thread for blocking functions.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/concurrency/side_thread.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

using namespace troupe;

namespace {

/// Runs an empty job behind the others and waits for it.
void wait_for(side_thread& runner) {
  std::promise<void> done;
  runner.run([&] { done.set_value(); });
  done.get_future().wait();
}

} // namespace

TEST_CASE("a job that never returns holds up nobody once it is abandoned", "[side_thread]") {
  auto let_go = std::make_shared<std::promise<void>>();
  auto finished = std::make_shared<std::promise<void>>();
  auto later = finished->get_future();
  {
    side_thread runner;
    std::promise<void> begun;
    runner.run([let_go, finished, &begun] {
      begun.set_value();
      let_go->get_future().wait();
      finished->set_value();
    });
    begun.get_future().wait();
    runner.abandon();
    wait_for(runner); // on another thread
  }                   // does not wait for the job that is stuck
  let_go->set_value();
  later.wait(); // it went on, unobserved
}

TEST_CASE("jobs waiting behind an abandoned one are never run", "[side_thread]") {
  side_thread runner;
  auto let_go = std::make_shared<std::promise<void>>();
  std::promise<void> begun;
  std::atomic<int> ran{0};
  runner.run([let_go, &begun] {
    begun.set_value();
    let_go->get_future().wait();
  });
  begun.get_future().wait();
  for (int i = 0; i < 10; ++i)
    runner.run([&] { ++ran; });
  runner.abandon();
  let_go->set_value();
  wait_for(runner);
  CHECK(ran == 0);
}

TEST_CASE("abandoning when there is nothing to abandon is fine, before the first job and twice",
          "[side_thread]") {
  side_thread runner;
  runner.abandon();
  wait_for(runner);
  runner.abandon();
  runner.abandon();
  wait_for(runner);
}

TEST_CASE("the job in hand may hold the last reference to its own runner", "[side_thread]") {
  std::promise<void> let_go;
  std::promise<void> destroyed;
  struct tell {
    explicit tell(std::promise<void>& p) : when(&p) {}
    tell(const tell&) = delete;
    tell& operator=(const tell&) = delete;
    ~tell() { when->set_value(); }
    std::promise<void>* when;
  };
  struct owner {
    std::shared_ptr<tell> last; // declared first: destroyed after the runner
    side_thread runner;
  };
  {
    auto shared = std::make_shared<owner>();
    shared->last = std::make_shared<tell>(destroyed);
    shared->runner.run([shared, &let_go] { let_go.get_future().wait(); });
  }
  let_go.set_value();
  destroyed.get_future().wait();
}

TEST_CASE("the destructor waits for the jobs that were given", "[side_thread]") {
  std::atomic<int> ran{0};
  {
    side_thread runner;
    for (int i = 0; i < 100; ++i)
      runner.run([&] { ++ran; });
  }
  CHECK(ran == 100);
}

TEST_CASE("a job may give another job, also while the runner is being destroyed", "[side_thread]") {
  std::atomic<int> ran{0};
  std::promise<void> begun;
  std::promise<void> going;
  {
    side_thread runner;
    runner.run([&] {
      begun.set_value();
      going.get_future().wait();
      runner.run([&] { ++ran; });
      ++ran;
    });
    begun.get_future().wait();
    going.set_value();
  }
  CHECK(ran == 2);
}

TEST_CASE("jobs run one after another in the order given, on one thread that is not the caller's",
          "[side_thread]") {
  side_thread runner;
  std::vector<int> order;
  std::vector<std::thread::id> threads;
  for (int i = 0; i < 1000; ++i)
    runner.run([&, i] {
      order.push_back(i);
      threads.push_back(std::this_thread::get_id());
    });
  wait_for(runner);
  REQUIRE(order.size() == 1000);
  for (int i = 0; i < 1000; ++i) {
    CHECK(order[static_cast<std::size_t>(i)] == i);
    CHECK(threads[static_cast<std::size_t>(i)] == threads.front());
  }
  CHECK(threads.front() != std::this_thread::get_id());
}

TEST_CASE("any number of threads may give jobs at once, and abandon in between", "[side_thread]") {
  std::atomic<int> ran{0};
  std::atomic<int> given{0};
  {
    side_thread runner;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 500; ++i) {
          runner.run([&] { ++ran; });
          ++given;
          if (t == 0 && i % 100 == 99)
            runner.abandon();
        }
      });
    for (auto& t : threads)
      t.join();
    const auto before = ran.load();
    for (int i = 0; i < 10; ++i)
      runner.run([&] { ++ran; });
    wait_for(runner);
    CHECK(ran >= before + 10); // whatever was given up before, it still works
  }
  CHECK(given == 2000);
  CHECK(ran <= 2010);
}

TEST_CASE("what a job holds is let go when it is done", "[side_thread]") {
  side_thread runner;
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  runner.run([held = std::move(held)] {});
  wait_for(runner);
  CHECK(watch.expired());
}
