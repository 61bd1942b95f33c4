// CAF's side of the supervision bench: what CAF itself offers, an actor that monitors plain actors and respawns them.
// SPDX-License-Identifier: BSD-3-Clause

#include "bench/supervision/backlog_load.hpp"
#include "bench/supervision/crash_load.hpp"
#include "bench/supervision/measurement.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <atomic>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

using bench::arguments;

class config final : public caf::actor_system_config {
public:
  explicit config(std::size_t workers) { set("scheduler.max-threads", workers); }
};

// -- children ---------------------------------------------------------------------------------------

class crashing final : public caf::event_based_actor {
public:
  crashing(caf::actor_config& cfg, caf::actor driver, std::size_t child, bool quiet)
    : caf::event_based_actor(cfg), driver_(std::move(driver)), child_(child) {
    if (quiet)
      set_exception_handler(
        [](std::exception_ptr&) -> caf::error { return caf::sec::runtime_error; });
  }

  caf::behavior make_behavior() override {
    send(driver_, bench::child_is_there{child_, caf::actor_cast<caf::actor>(this)});
    return {[](bench::crash) { bench::throw_up(); }};
  }

private:
  caf::actor driver_;
  std::size_t child_;
};

class idle final : public caf::event_based_actor {
public:
  idle(caf::actor_config& cfg, std::atomic<std::size_t>* up)
    : caf::event_based_actor(cfg), up_(up) {}

  caf::behavior make_behavior() override {
    ++*up_;
    return {[](bench::queued) {}};
  }

private:
  std::atomic<std::size_t>* up_; ///< Counts those whose first turn has come.
};

class swamped final : public caf::event_based_actor {
public:
  swamped(caf::actor_config& cfg, std::shared_ptr<bench::backlog> shared)
    : caf::event_based_actor(cfg), shared_(std::move(shared)) {}

  caf::behavior make_behavior() override {
    set_exit_handler([this](caf::exit_msg& why) {
      shared_->stop();
      quit(std::move(why.reason));
    });
    return {
      [this](bench::hold) { shared_->hold(); },
      [this](bench::queued) { shared_->count(); },
    };
  }

private:
  std::shared_ptr<bench::backlog> shared_;
};

// -- supervisors ------------------------------------------------------------------------------------

/// Monitors one child and makes a new one whenever it has ended.
class respawner final : public caf::event_based_actor {
public:
  respawner(caf::actor_config& cfg, caf::actor driver, std::size_t child, bool quiet)
    : caf::event_based_actor(cfg), driver_(std::move(driver)), number_(child), quiet_(quiet) {}

  caf::behavior make_behavior() override {
    set_down_handler([this](caf::down_msg&) { respawn(); });
    respawn();
    return {[](bench::hold) {}};
  }

private:
  void respawn() { child_ = spawn<crashing, caf::monitored>(driver_, number_, quiet_); }

  caf::actor driver_;
  std::size_t number_;
  bool quiet_;
  caf::actor child_;
};

/// Starts `count` monitored children; then stops them in reverse order, each after the one before has ended.
class starter final : public caf::event_based_actor {
public:
  starter(caf::actor_config& cfg, std::size_t count)
    : caf::event_based_actor(cfg), children_(count) {}

  caf::behavior make_behavior() override {
    began_ = bench::clock_type::now();
    for (auto& child : children_)
      child = spawn<idle, caf::monitored>(&running_);
    up_ = bench::clock_type::now();
    set_down_handler([this](caf::down_msg&) {
      left_.pop_back();
      stop_next();
    });
    left_ = children_;
    stop_next();
    return {[](bench::hold) {}};
  }

private:
  void stop_next() {
    if (!left_.empty()) {
      send_exit(left_.back(), caf::exit_reason::user_shutdown);
      return;
    }
    const auto count = static_cast<double>(children_.size());
    const auto stop = bench::seconds_since(up_);
    const auto all = bench::seconds_since(began_);
    bench::finish(count / all,
                  {{"start_us", (all - stop) / count * 1e6}, {"stop_us", stop / count * 1e6}});
  }

  std::vector<caf::actor> children_;
  std::vector<caf::actor> left_;
  std::atomic<std::size_t> running_{0};
  bench::clock_type::time_point began_;
  bench::clock_type::time_point up_;
};

// -- metrics ----------------------------------------------------------------------------------------

/// CAF's own exception handler prints a line for each crash. It goes to /dev/null, but making it takes time, so the
/// bench shows both: `exceptions=default`, an actor as it comes, and `exceptions=quiet`, with a handler that is silent.
bench::make_children under_respawners(const arguments& given) {
  const bool quiet = given.text("exceptions") == "quiet";
  const auto held = std::make_shared<std::vector<caf::actor>>();
  return [held, quiet](caf::event_based_actor& driver, std::size_t first, std::size_t count) {
    for (auto i = first; i < first + count; ++i)
      held->push_back(driver.spawn<respawner>(caf::actor_cast<caf::actor>(&driver), i, quiet));
  };
}

[[noreturn]] void memory_per_child(caf::actor_system& system, const arguments& given) {
  const auto before = bench::resident_bytes();
  std::vector<caf::actor> children(given.number("children"));
  std::atomic<std::size_t> running{0};
  for (auto& child : children)
    child = system.spawn<idle>(&running);
  while (running < children.size())
    std::this_thread::yield();
  bench::finish((bench::resident_bytes() - before) / static_cast<double>(children.size()));
}

[[noreturn]] void stop_latency(caf::actor_system& system, const arguments& given) {
  bench::stop_behind_backlog(
    [&system](std::shared_ptr<bench::backlog> shared) {
      auto made = system.spawn<swamped>(std::move(shared));
      return bench::stoppable{
        made, [made] { caf::anon_send_exit(made, caf::exit_reason::user_shutdown); }};
    },
    given);
}

} // namespace

int main(int argc, char** argv) {
  const arguments given{argc, argv};
  std::ofstream nowhere{"/dev/null"};
  std::cout.rdbuf(nowhere.rdbuf()); // what CAF prints; results go through C's streams
  config settings{given.number("cores")};
  caf::actor_system system{settings};
  if (given.metric() == "crash_restart")
    bench::crash_in_turn(system, under_respawners(given), given);
  else if (given.metric() == "crash_restart_one")
    bench::crash_one(system, under_respawners(given), given);
  else if (given.metric() == "start_stop")
    system.spawn<starter>(given.number("children"));
  else if (given.metric() == "memory_per_child")
    memory_per_child(system, given);
  else if (given.metric() == "stop_latency")
    stop_latency(system, given);
  else
    bench::fail("no such metric");
  for (;;)
    pause();
}
