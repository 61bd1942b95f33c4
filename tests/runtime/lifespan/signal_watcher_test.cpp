// Tests of signals as function calls. What a whole process does about them is tested in tests/system.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/signal_watcher.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

struct arrivals {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> signals;
  std::thread::id thread;

  void operator()(int signal) {
    const std::scoped_lock lock{mutex};
    signals.push_back(signal);
    thread = std::this_thread::get_id();
    changed.notify_all();
  }
  bool wait_for(std::size_t n) {
    std::unique_lock lock{mutex};
    return changed.wait_for(lock, 30s, [&] { return signals.size() >= n; });
  }
};

bool blocked(int signal) {
  sigset_t mask{};
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return sigismember(&mask, signal) == 1;
}

} // namespace

TEST_CASE("SIGTERM and SIGINT of the process become calls on another thread, one each",
          "[signal_watcher]") {
  arrivals got;
  {
    const signal_watcher watcher{[&](int signal) { got(signal); }};
    kill(getpid(), SIGTERM);
    REQUIRE(got.wait_for(1));
    kill(getpid(), SIGINT);
    REQUIRE(got.wait_for(2));
    kill(getpid(), SIGTERM);
    REQUIRE(got.wait_for(3));
  }
  CHECK(got.signals == std::vector{SIGTERM, SIGINT, SIGTERM});
  CHECK(got.thread != std::this_thread::get_id());
}

TEST_CASE("threads started while it watches leave the signals to it", "[signal_watcher]") {
  arrivals got;
  const signal_watcher watcher{[&](int signal) { got(signal); }};
  bool inherited = false;
  std::thread other{[&] {
    inherited = blocked(SIGTERM) && blocked(SIGINT);
    kill(getpid(), SIGTERM);
  }};
  other.join();
  CHECK(inherited);
  CHECK(got.wait_for(1));
}

TEST_CASE("the signal mask is as it was when it is over, and other signals were never touched",
          "[signal_watcher]") {
  REQUIRE_FALSE(blocked(SIGTERM));
  {
    const signal_watcher watcher{[](int) {}};
    CHECK(blocked(SIGTERM));
    CHECK(blocked(SIGINT));
    CHECK_FALSE(blocked(SIGHUP));
    CHECK_FALSE(blocked(SIGUSR1));
    CHECK_FALSE(blocked(SIGPIPE));
  }
  CHECK_FALSE(blocked(SIGTERM));
  CHECK_FALSE(blocked(SIGINT));
}

TEST_CASE("it may be destroyed without a signal having come, and another one made after it",
          "[signal_watcher]") {
  for (int i = 0; i < 20; ++i)
    const signal_watcher watcher{[](int) {}};
  arrivals got;
  const signal_watcher watcher{[&](int signal) { got(signal); }};
  kill(getpid(), SIGINT);
  CHECK(got.wait_for(1));
}
