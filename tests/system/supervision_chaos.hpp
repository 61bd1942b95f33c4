// A tree of a thousand children that count what they see, and what finds them by path.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/pool.hpp"
#include "runtime/registry/registry.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace chaos_test {

enum class harm : std::uint8_t { none, std_exception, int_exception };

/// Sent and forgotten.
struct numbered {
  std::size_t sender;
  std::uint64_t number;
  harm what;
};

/// Answered with its number.
struct question_of {
  std::size_t sender;
  std::uint64_t number;
  harm what;
};

} // namespace chaos_test

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(chaos_test::numbered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(chaos_test::question_of)

namespace chaos_test {

using namespace troupe;
using namespace std::chrono_literals;

using count = std::atomic<std::uint64_t>;

inline constexpr std::size_t sending_threads = 3;
inline constexpr std::size_t storm_sender = sending_threads;   ///< The thread that does the damage.
inline constexpr std::size_t asking_sender = storm_sender + 1; ///< The prober.
inline constexpr std::size_t senders = asking_sender + 1;
/// What happened to the messages, and to the children.
struct world {
  count sent, nobody, handled, empty_letters, letters_of_requests;
  std::array<count, 5> letters{};
  count reordered, two_at_once, states;
  count spawned, failed, in_place, gave_up, abandoned;
  count asked, answered, commands, kills;
  std::atomic<bool> enough{false};

  std::uint64_t lost() const {
    std::uint64_t sum = 0;
    for (const auto& n : letters)
      sum += n;
    return sum;
  }
  std::uint64_t underway() const {
    const auto done = handled + lost() + empty_letters; // read first: it may not overtake `sent`
    const auto begun = sent.load();
    return begun > done ? begun - done : 0;
  }
};

/// The highest number of each sender that one child has seen, over the incarnations at one address.
struct ledger {
  std::mutex mutex;
  std::uint64_t address = 0;
  std::array<std::uint64_t, senders> last{};
};

struct child_state {
  static constexpr std::string_view type_name = "chaos_child";
  child_state(supervised_actor* s, world* w, std::shared_ptr<ledger> l, bool again)
    : self(s), out(w), seen(std::move(l)), tries_again(again) {
    ++out->states;
  }
  ~child_state() { --out->states; }
  caf::behavior make_behavior() {
    return {[this](const numbered& m) {
              look(m.sender, m.number, m.what);
              ++out->handled;
            },
            [this](const question_of& m) {
              look(m.sender, m.number, m.what);
              return m.number;
            }};
  }
  void look(std::size_t sender, std::uint64_t number, harm what) {
    {
      const std::scoped_lock lock{seen->mutex};
      if (seen->address > self->id())
        ++out->two_at_once;
      if (seen->address != self->id()) {
        seen->address = self->id();
        seen->last = {};
      }
      auto& last = seen->last[sender];
      if (number < last || (number == last && !tries_again))
        ++out->reordered;
      last = number;
    }
    if (what == harm::std_exception)
      throw std::runtime_error{"chaos"};
    if (what == harm::int_exception)
      throw 42;
  }
  supervised_actor* self;
  world* out;
  std::shared_ptr<ledger> seen;
  bool tries_again;
};

class letter_counter final : public dead_letter_sink {
public:
  explicit letter_counter(world& w) : out_(w) {}
  void publish(const dead_letter& letter) noexcept override {
    if (letter.content.match_elements<numbered>())
      ++out_.letters[static_cast<std::size_t>(letter.reason)];
    else if (letter.was_request)
      ++out_.letters_of_requests;
    else if (letter.content.empty())
      ++out_.empty_letters;
  }

private:
  world& out_;
};

/// The registry, with a look at what passes.
class event_counter final : public supervisor_event_sink {
public:
  explicit event_counter(world& w) : out_(w) {}
  void publish(const supervisor_event& event) noexcept override {
    actors.publish(event);
    out_.spawned += std::holds_alternative<child_spawned>(event) ? 1U : 0U;
    out_.failed += std::holds_alternative<child_failed>(event) ? 1U : 0U;
    out_.gave_up += std::holds_alternative<supervisor_gave_up>(event) ? 1U : 0U;
    out_.abandoned += std::holds_alternative<child_abandoned>(event) ? 1U : 0U;
    if (const auto* again = std::get_if<child_restarting>(&event))
      out_.in_place += again->in_place ? 1U : 0U;
  }
  registry actors;

private:
  world& out_;
};

// -- the tree ---------------------------------------------------------------------

inline constexpr restart_limits plenty{1'000'000, 1s};

struct middle {
  std::string id;
  restart_strategy strategy;
  std::size_t children;
  std::uint32_t one_in; ///< One in so many messages crashes its receiver; zero: none.
  restart_limits limits = plenty;
  [[nodiscard]] bool pool() const { return strategy == restart_strategy::dynamic; }
  [[nodiscard]] std::string path() const { return "/chaos/" + id; }
};

/// A thousand children; `brittle` gives up in every storm.
inline const std::vector<middle>& middles() {
  using enum restart_strategy;
  static const std::vector<middle> all{
    {"plain_0", one_for_one, 120, 200}, {"plain_1", one_for_one, 120, 200},
    {"plain_2", one_for_one, 120, 100}, {"plain_3", one_for_one, 120, 50},
    {"all_0", one_for_all, 20, 1'000},  {"all_1", one_for_all, 20, 2'000},
    {"rest", rest_for_one, 100, 1'000}, {"pool_0", dynamic, 140, 200},
    {"pool_1", dynamic, 140, 100},      {"brittle", one_for_one, 100, 0, {30, 1s}}};
  return all;
}
inline constexpr std::size_t brittle = 9;
inline constexpr std::size_t extras = 10; ///< Ids of children that are added and deleted.

inline child_spec child(world& w, const std::string& id, std::size_t number) {
  auto spec = make_child<child_state>(id, &w, std::make_shared<ledger>(), number % 8 == 3);
  spec.backoff = backoff_options::off();
  spec.policy.retry_crashed = number % 8 == 3;
  spec.policy.requests_wait = number % 8 == 4;
  spec.policy.drain_before_stop = number % 8 == 5;
  if (number % 8 == 6)
    spec.policy.restart_stash = 4;
  if (number % 8 == 7) {
    spec.policy.mailbox_limit = 8;
    spec.policy.overflow = number % 16 == 7 ? overflow_policy::refuse
                                            : overflow_policy::drop_oldest;
  }
  return spec;
}

inline child_spec tree(world& w) {
  std::vector<child_spec> children;
  for (const auto& m : middles()) {
    supervisor_options options;
    options.strategy = m.strategy;
    options.limits = m.limits;
    child_spec made;
    if (m.pool()) {
      auto like = child(w, "any", 0);
      like.start = {};
      made = make_pool(m.id, options, like, [&w](const std::any&) -> result<start_function> {
        return start_as<child_state>(&w, std::make_shared<ledger>(), false);
      });
    } else {
      std::vector<child_spec> of;
      for (std::size_t i = 0; i < m.children; ++i)
        of.push_back(child(w, "c" + std::to_string(i), i));
      made = make_supervisor(m.id, options, std::move(of));
    }
    made.backoff = backoff_options::off();
    children.push_back(std::move(made));
  }
  supervisor_options options;
  options.limits = plenty;
  return make_supervisor("chaos", options, std::move(children));
}

using random_source = std::mt19937_64;

inline std::size_t below(random_source& r, std::size_t n) {
  return std::uniform_int_distribution<std::size_t>{0, n - 1}(r);
}

/// Finds children by path, as each thread needs for itself.
class directory {
public:
  directory(registry& actors, std::array<count, 10>& newest, std::uint64_t seed)
    : random(seed), actors_(actors), newest_(newest) {
    for (const auto& m : middles()) {
      supervisors_.push_back(actors.ref(m.path()));
      auto& list = children_.emplace_back();
      for (std::size_t i = 0; !m.pool() && i < m.children; ++i)
        list.push_back(actors.ref(m.path() + "/c" + std::to_string(i)));
    }
  }
  caf::strong_actor_ptr supervisor(std::size_t m) { return supervisors_[m].resolve(); }
  /// In a pool one of the youngest: some of those have ended.
  std::string pooled_id(std::size_t m) {
    const auto newest = newest_[m].load();
    return std::to_string(newest - below(random, std::min<std::size_t>(newest, 160)));
  }
  caf::strong_actor_ptr child(std::size_t m) {
    if (middles()[m].pool())
      return actors_.ref(middles()[m].path() + "/" + pooled_id(m)).resolve();
    return children_[m][below(random, children_[m].size())].resolve();
  }
  harm sometimes(std::uint32_t one_in) {
    if (one_in == 0 || below(random, one_in) != 0)
      return harm::none;
    return below(random, 2) == 0 ? harm::std_exception : harm::int_exception;
  }
  random_source random;

private:
  registry& actors_;
  std::array<count, 10>& newest_;
  std::vector<stable_ref> supervisors_;
  std::vector<std::vector<stable_ref>> children_;
};

} // namespace chaos_test
