// Restart type by end by strategy: who is restarted, where, who stays listed, and what it costs.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/runtime/supervision/supervised_tree.hpp"

#include <array>

using namespace troupe;
using namespace troupe::testkit;
using namespace troupe::tests;

namespace {

enum class end_by : std::uint8_t { normal, shutdown, std_exception, other_exception, killed };

struct life {
  restart_type restart;
  end_by end;
  bool comes_back;
  bool in_place; ///< Of one that comes back.
};

struct family {
  restart_strategy strategy;
  bool older_too; ///< Restarted with the child.
  bool younger_too;
  bool stays_listed; ///< A transient child that does not come back.
};

using enum restart_type;
using enum end_by;

constexpr std::array lives{
  life{permanent, normal, true, true},
  life{permanent, end_by::shutdown, true, true},
  life{permanent, std_exception, true, true},
  life{permanent, other_exception, true, true},
  life{permanent, killed, true, false},
  life{transient, normal, false, false},
  life{transient, end_by::shutdown, false, false},
  life{transient, std_exception, true, true},
  life{transient, other_exception, true, true},
  life{transient, killed, true, false},
  life{temporary, normal, false, false},
  life{temporary, end_by::shutdown, false, false},
  life{temporary, std_exception, false, false},
  life{temporary, other_exception, false, false},
  life{temporary, killed, false, false},
};

constexpr std::array families{
  family{restart_strategy::one_for_one, false, false, true},
  family{restart_strategy::one_for_all, true, true, true},
  family{restart_strategy::rest_for_one, false, true, true},
  family{restart_strategy::dynamic, false, false, false},
};

void end(supervised_tree& tree, std::string_view id, end_by how) {
  switch (how) {
    case normal:
      return tree.tell(id, end_normally{});
    case end_by::shutdown:
      return tree.tell(id, quit_as{quit_as::way::shutdown});
    case std_exception:
      return tree.tell(id, crash{});
    case other_exception:
      return tree.tell(id, crash{failure::number});
    case killed:
      return tree.kill(id);
  }
}

struct ids {
  const char* older;
  const char* child;
  const char* younger;
};

/// Siblings are permanent; in a pool they are what the child is.
ids start(supervised_tree& tree, restart_strategy strategy, restart_type restart) {
  if (strategy != restart_strategy::dynamic) {
    tree.start({tree.scripted("older"), tree.scripted("child", restart), tree.scripted("younger")},
               {.strategy = strategy});
    return {"older", "child", "younger"};
  }
  tree.start_top(tree.scripted_pool("top", {}, restart));
  for (int i = 0; i < 3; ++i)
    CHECK(tree.ask<child_reply>(start_pooled{}));
  return {"1", "2", "3"};
}

} // namespace

TEST_CASE("restart type x end x strategy: who comes back, where, who stays listed, what it costs",
          "[supervisor][A4][A5][C1][C2][C3][C4][D1][E2][s1][s2][s3][s4][s5][s6]") {
  for (const auto& [strategy, older_too, younger_too, stays_listed] : families) {
    for (const auto& [restart, how, comes_back, in_place] : lives) {
      CAPTURE(to_string(strategy), to_string(restart), static_cast<int>(how));
      supervised_tree tree;
      const auto [older, child, younger] = start(tree, strategy, restart);
      const auto before = std::array{tree.at(older), tree.at(child), tree.at(younger)};

      end(tree, child, how);

      // The child.
      const bool listed = comes_back || (restart == transient && stays_listed);
      CHECK(tree.listed(child) == listed);
      if (comes_back) {
        const auto info = tree.info(child);
        CHECK(info.phase == child_phase::running);
        CHECK(info.incarnation == 2);
        CHECK(info.restarts == 1);
        CHECK((tree.at(child) == before[1]) == in_place);
        CHECK(tree.incarnation_of(tree.at(child)) == 2U);
      } else {
        if (listed)
          CHECK(tree.info(child).phase == child_phase::stopped);
        CHECK(tree.refusal_of(before[1])
              == (how == normal || how == end_by::shutdown ? errc::stopped : errc::gone));
      }

      // Its siblings: always behind the same address.
      const auto expect = [&](const char* id, const caf::strong_actor_ptr& address, bool too) {
        CAPTURE(id);
        CHECK(tree.at(id) == address);
        CHECK(tree.incarnation_of(address) == (too && comes_back ? 2U : 1U));
        CHECK(tree.info(id).restarts == 0);
      };
      expect(older, before[0], older_too);
      expect(younger, before[2], younger_too);

      // The supervisor.
      CHECK(tree.children().restarts_left == (comes_back ? 2U : 3U));
      const std::uint64_t left = listed ? 3 : 2;
      const std::uint64_t active = comes_back ? 3 : 2;
      CHECK(tree.counts() == child_counts{left, active, 0, left});
      tree.stop();
      CHECK(tree.end_of_top() == "shutdown");
      CHECK(tree.time.running() == 0);
    }
  }
}
