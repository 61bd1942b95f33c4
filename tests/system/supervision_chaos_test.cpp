// A tree of a thousand children under crashes, kills and commands: nothing is lost, reordered, leaked or left hanging.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/system_setup.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "tests/system/supervision_chaos.hpp"

#include <caf/exit_reason.hpp>
#include <caf/logger.hpp>
#include <caf/system_messages.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iostream>
#include <thread>

#include <malloc.h>
#include <unistd.h>

using namespace chaos_test;
using namespace troupe::testkit;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr auto patience = 30s; ///< What has not happened by then hangs.
constexpr std::uint64_t most_underway = 20'000;

template <class Predicate>
bool wait_until(Predicate p, std::chrono::milliseconds limit = patience) {
  const auto latest = std::chrono::steady_clock::now() + limit;
  while (!p()) {
    if (std::chrono::steady_clock::now() > latest)
      return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

std::uint64_t resident_bytes() {
  malloc_trim(0);
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  std::ifstream{"/proc/self/statm"} >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// CAF keeps the system in a thread-local of whoever has spawned.
struct logger_guard {
  ~logger_guard() { caf::logger::set_current_actor_system(nullptr); }
};

// -- who does what ------------------------------------------------------------------

struct stage {
  world w;
  std::shared_ptr<event_counter> events = std::make_shared<event_counter>(w);
  std::shared_ptr<letter_counter> letters = std::make_shared<letter_counter>(w);
  std::array<count, 10> newest{}; ///< Of a pool: the last id given.
  std::array<std::uint64_t, senders> numbers{};
  std::mutex faults_mutex;
  std::vector<std::string> faults;

  void fault(std::string what) {
    const std::scoped_lock lock{faults_mutex};
    if (faults.size() < 20)
      faults.push_back(std::move(what));
  }
};

void tell(stage& s, actor_probe& by, const caf::strong_actor_ptr& to, std::size_t sender,
          harm what) {
  if (!to) {
    ++s.w.nobody;
    return;
  }
  ++s.w.sent;
  by.send(to, numbered{sender, ++s.numbers[sender], what});
}

/// Sends in bursts, but never so much that the memory measured later is only that of full mailboxes.
void send_numbers(stage& s, actor_probe& by, directory where, std::size_t sender) {
  while (!s.w.enough) {
    if (s.w.underway() > most_underway) {
      std::this_thread::sleep_for(1ms);
      continue;
    }
    const auto m = below(where.random, middles().size());
    const auto to = where.child(m);
    for (auto n = 1 + below(where.random, 32); n > 0; --n)
      tell(s, by, to, sender, where.sometimes(middles()[m].one_in));
    if (below(where.random, 4) == 0) // leave something of a small machine to the actors
      std::this_thread::sleep_for(50us);
  }
}

/// Waits for all answers and looks at the codes of the errors among them.
void collect(stage& s, actor_probe& by, const std::vector<question>& asked,
             std::initializer_list<errc> allowed, const char* what) {
  if (!by.wait_for_answers(asked.size(), patience))
    s.fault(std::string{what} + ": no answer");
  for (const auto q : asked) {
    if (by.answers_to(q) != 1)
      s.fault(std::string{what} + ": " + std::to_string(by.answers_to(q)) + " answers");
    const auto refused = by.refusal(q);
    if (refused && std::find(allowed.begin(), allowed.end(), refused->code) == allowed.end())
      s.fault(std::string{what} + ": " + refused->to_text());
  }
}

void ask_children(stage& s, caf::actor_system& system, directory where) {
  const logger_guard guard;
  while (!s.w.enough) {
    actor_probe by{system};
    std::vector<question> asked;
    std::vector<std::uint64_t> numbers;
    for (int i = 0; i < 64; ++i) {
      const auto m = below(where.random, middles().size());
      const auto to = where.child(m);
      if (!to)
        continue;
      numbers.push_back(++s.numbers[asking_sender]);
      asked.push_back(by.ask(
        to, question_of{asking_sender, numbers.back(), where.sometimes(4 * middles()[m].one_in)}));
    }
    collect(s, by, asked,
            {errc::restarting, errc::crashed, errc::stopped, errc::gone, errc::overloaded},
            "a child");
    for (std::size_t i = 0; i < asked.size(); ++i)
      if (const auto value = by.answer<std::uint64_t>(asked[i])) {
        ++s.w.answered;
        if (*value != numbers[i])
          s.fault("the answer to another question");
      }
    s.w.asked += asked.size();
    std::this_thread::sleep_for(1ms);
  }
}

constexpr std::initializer_list<errc> commands_may_meet{errc::child_not_found,
                                                        errc::already_present,
                                                        errc::already_running,
                                                        errc::restarting,
                                                        errc::stopping,
                                                        errc::stopped,
                                                        errc::gone,
                                                        errc::not_running,
                                                        errc::start_failed};

/// Notes the ids of new children of pools.
void note_newest(stage& s, actor_probe& by,
                 const std::vector<std::pair<std::size_t, question>>& started) {
  for (const auto& [m, q] : started)
    if (const auto reply = by.answer<child_reply>(q); reply && middles()[m].pool())
      s.newest[m] = std::max<std::uint64_t>(s.newest[m], std::stoull(reply->child.id));
}

/// One round of kills and commands: what is ended in the first half is brought back in the second.
void do_damage(stage& s, caf::actor_system& system, directory& where) {
  const logger_guard guard;
  actor_probe by{system};
  std::vector<question> asked;
  std::vector<std::pair<std::size_t, std::string>> ended;
  std::vector<std::pair<std::size_t, question>> started;
  for (int i = 0; i < 12; ++i) {
    const auto m = below(where.random, middles().size());
    const auto& what = middles()[m];
    const auto boss = where.supervisor(m);
    if (!boss)
      continue;
    const auto number = below(where.random, std::min<std::size_t>(what.children, 1'000));
    const auto id = what.pool() ? where.pooled_id(m) : "c" + std::to_string(number);
    switch (below(where.random, 4)) {
      case 0:
        if (const auto to = where.child(m)) {
          ++s.w.kills;
          by.send(to,
                  caf::exit_msg{by.handle()->address(), caf::make_error(caf::exit_reason::kill)});
        }
        break;
      case 1:
        asked.push_back(by.ask(boss, restart_child{id, true}));
        break;
      case 2:
        asked.push_back(by.ask(boss, terminate_child{id}));
        ended.emplace_back(m, id);
        break;
      default: {
        const auto extra = "extra" + std::to_string(number % extras);
        if (!what.pool() && below(where.random, 2) == 0) {
          asked.push_back(by.ask(boss, terminate_child{extra}));
          ended.emplace_back(m, extra);
        } else {
          asked.push_back(what.pool() ? by.ask(boss, start_pooled{})
                                      : by.ask(boss, start_child{child(s.w, extra, number)}));
          started.emplace_back(m, asked.back());
        }
      }
    }
  }
  collect(s, by, asked, commands_may_meet, "a supervisor");
  for (const auto& [m, id] : ended)
    if (const auto boss = where.supervisor(m)) {
      if (id.front() == 'c') {
        asked.push_back(by.ask(boss, restart_child{id}));
      } else {
        asked.push_back(by.ask(boss, delete_child{id}));
        if (middles()[m].pool()) {
          started.emplace_back(m, by.ask(boss, start_pooled{}));
          asked.push_back(started.back().second);
        }
      }
    }
  collect(s, by, asked, commands_may_meet, "bringing back");
  note_newest(s, by, started);
  s.w.commands += asked.size();
}

void rage(stage& s, caf::actor_system& system, actor_probe& by, directory where) {
  auto next_storm = std::chrono::steady_clock::now() + 1s;
  while (!s.w.enough) {
    do_damage(s, system, where);
    if (std::chrono::steady_clock::now() > next_storm) {
      next_storm = std::chrono::steady_clock::now() + 2s;
      for (int i = 0; i < 200; ++i)
        tell(s, by, where.child(brittle), storm_sender, harm::int_exception);
    }
    std::this_thread::sleep_for(2ms);
  }
}

/// Brings every supervisor back to the children it began with. @returns whether all of them are there and up.
bool tidy(stage& s, caf::actor_system& system, directory& where) {
  actor_probe by{system};
  std::vector<question> asked;
  std::vector<std::pair<std::size_t, question>> started;
  bool tidied = true;
  for (std::size_t m = 0; m < middles().size(); ++m) {
    const auto& what = middles()[m];
    const auto boss = where.supervisor(m);
    if (!boss)
      return false;
    const auto q = by.ask(boss, which_children{});
    asked.push_back(q);
    if (!by.wait_for_answers(asked.size(), patience) || !by.answer<children_list>(q))
      return false;
    const auto list = by.answer<children_list>(q)->children;
    for (std::size_t i = list.size(); what.pool() && i < what.children; ++i) {
      started.emplace_back(m, by.ask(boss, start_pooled{}));
      asked.push_back(started.back().second);
    }
    tidied = tidied && list.size() == what.children;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto& c = list[i];
      tidied = tidied && c.phase == child_phase::running;
      if (what.pool() ? i >= what.children : c.id.front() == 'e') {
        asked.push_back(by.ask(boss, terminate_child{c.id}));
        asked.push_back(by.ask(boss, delete_child{c.id}));
      } else if (c.phase == child_phase::stopped) {
        asked.push_back(by.ask(boss, restart_child{c.id}));
      }
    }
  }
  collect(s, by, asked, commands_may_meet, "tidying up");
  note_newest(s, by, started);
  return tidied;
}

std::uint64_t seed_of_this_run() {
  const auto* given = std::getenv("TROUPE_CHAOS_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'261'123;
}

} // namespace

TEST_CASE("a tree of a thousand children under crashes, kills and commands loses, reorders, leaks "
          "and forgets nothing, and stops",
          "[supervisor][chaos]") {
  const auto seed = seed_of_this_run();
  std::cout << "TROUPE_CHAOS_SEED=" << seed << std::endl; // also when it hangs later
  INFO("TROUPE_CHAOS_SEED=" << seed);
  system_owner owner{4};
  stage s;
  auto& w = s.w;
  const auto nobody_yet = owner.running();
  constexpr std::size_t children = 1'000;
  const auto everybody = nobody_yet + children + middles().size() + 1;
  {
    actor_probe above{owner.system()};
    const auto spec = tree(w);
    const auto top = spec.start({.system = owner.system(),
                                 .path = "/chaos",
                                 .supervisor = above.handle(),
                                 .events = s.events,
                                 .dead_letters = s.letters});
    REQUIRE(top);
    REQUIRE(above.wait_for_messages(1)); // that it is up
    directory overview{s.events->actors, s.newest, seed};
    REQUIRE(wait_until([&] { return tidy(s, owner.system(), overview); }));
    CHECK(owner.running() == everybody);

    std::vector<std::unique_ptr<actor_probe>> voices;
    for (std::size_t i = 0; i <= storm_sender; ++i)
      voices.push_back(std::make_unique<actor_probe>(owner.system()));
    std::vector<std::thread> threads;
    const auto begin = [&](std::uint64_t salt) {
      w.enough = false;
      const auto dir = [&](std::uint64_t n) {
        return directory{s.events->actors, s.newest, seed + 100 * salt + n};
      };
      for (std::size_t i = 0; i < sending_threads; ++i)
        threads.emplace_back(send_numbers, std::ref(s), std::ref(*voices[i]), dir(i), i);
      threads.emplace_back(ask_children, std::ref(s), std::ref(owner.system()), dir(10));
      threads.emplace_back(rage, std::ref(s), std::ref(owner.system()),
                           std::ref(*voices[storm_sender]), dir(11));
    };
    const auto end = [&] {
      w.enough = true;
      for (auto& t : threads)
        t.join();
      threads.clear();
    };

    std::array<std::uint64_t, 2> memory{};
    for (std::size_t burst = 0; burst < memory.size(); ++burst) {
      begin(burst);
      std::this_thread::sleep_for(9s);
      end();
      CHECK(wait_until([&] { return w.underway() == 0; }));
      CHECK(wait_until([&] { return tidy(s, owner.system(), overview); }));
      CHECK(wait_until([&] { return owner.running() == everybody; }));
      CHECK(w.states == children);
      memory[burst] = resident_bytes();
    }

    begin(2); // the tree is stopped under way
    std::this_thread::sleep_for(1s);
    const auto asked_at = std::chrono::steady_clock::now();
    above.watch(top->handle);
    above.send(
      top->handle,
      stop_request{{stop_reason::kind_type::requested, "the test is over"}, asked_at + 20s},
      caf::message_priority::high);
    CHECK(owner.join(20s, nobody_yet));
    const auto took = std::chrono::steady_clock::now() - asked_at;
    end();
    CHECK(wait_until([&] { return w.underway() == 0; }));

    const auto missing = w.sent - w.handled - w.lost();
    std::cout << "sent " << w.sent << ", handled " << w.handled << ", crashed " << w.letters[0]
              << ", restarting " << w.letters[1] << ", overloaded " << w.letters[2] << ", ended "
              << w.letters[3] << ", gone " << w.letters[4] << ", unnamed " << w.empty_letters
              << "; nobody there " << w.nobody << "\nasked " << w.asked << ", answered "
              << w.answered << "; commands " << w.commands << ", kills " << w.kills << "; spawned "
              << w.spawned << ", failed " << w.failed << ", in place " << w.in_place << ", gave up "
              << w.gave_up << "\nmemory " << memory[0] / 1024 << " and " << memory[1] / 1024
              << " KiB, stopped in "
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
    for (const auto& fault : s.faults)
      UNSCOPED_INFO(fault);
    CHECK(s.faults.empty());
    CHECK(missing <= w.empty_letters); // an empty letter was one of these, or a kill
    CHECK(w.reordered == 0);
    CHECK(w.two_at_once == 0);
    CHECK(w.abandoned == 0);
    CHECK(w.states == 0);
    if (!sanitized)
      CHECK(memory[1] < memory[0] + 8 * 1'048'576);
    // That there was chaos at all.
    for (const auto* happened : {&w.handled, &w.kills, &w.failed, &w.in_place, &w.gave_up,
                                 &w.answered, &w.letters[0], &w.letters[1], &w.letters[2]})
      CHECK(*happened > 0);
    s.events->actors.clear();
  }
  CHECK(owner.join(1s));
}
