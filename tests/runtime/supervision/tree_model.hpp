// A whole tree of supervisors as a model: models of single supervisors, and of what their children do, put together.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/child_rules.hpp"
#include "runtime/core/exit_class.hpp"
#include "tests/runtime/core/supervisor_model.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace troupe::tests {

/// What a worker does when it is asked to stop.
enum class manner : std::uint8_t { polite, deaf, failing };

/// What a worker does by itself; the same for all that ever stand at one path.
struct habits {
  std::set<std::uint32_t> fails_to_start; ///< Numbers of constructions.
  manner stops = manner::polite;
};

/// One child, and what is below it.
struct blueprint {
  std::string id;
  child_rules rules;
  habits worker = {};
  std::optional<supervisor_rules> options = std::nullopt; ///< Of a supervisor.
  std::vector<blueprint> children = {};
  std::shared_ptr<const blueprint> pooled = nullptr; ///< Of a pool: what its children are like.
};

/// What a worker does when the test tells it to.
enum class deed_of_worker : std::uint8_t {
  crash,
  quit,
  quit_by_stop,
  quit_failed,
  quit_for_good,
  quit_tree,
  be_killed
};

enum class order : std::uint8_t { add, terminate, restart, restart_anyway, remove };

/// Plain C++, no actors: what is sent is a function in a queue, and time is a number.
class tree_model {
public:
  /// What a supervisor says about one of its children.
  struct line_of_child {
    std::string id;
    supervisor_model::at where;
    std::uint32_t ups;
    std::uint32_t tries;
    std::uint32_t in_a_row;
  };

  /// @param root Of the supervisor at `path`.
  tree_model(const blueprint& root, std::string path, steady_time now);
  ~tree_model();

  /// Paths of supervisors that are there.
  [[nodiscard]] std::vector<std::string> supervisors() const;
  /// Paths of workers that are there and up.
  [[nodiscard]] std::vector<std::string> workers() const;
  /// Ids of the children of the supervisor at `path`.
  [[nodiscard]] std::vector<line_of_child> children(const std::string& path) const;
  [[nodiscard]] std::uint32_t budget_left(const std::string& path) const;
  /// Whether it takes `start_pooled`.
  [[nodiscard]] bool is_pool(const std::string& path) const;

  void act(const std::string& worker, deed_of_worker what);
  /// @param id Of the child; not of a new one in a pool.
  /// @param token Names the answer.
  void command(const std::string& supervisor, order what, const std::string& id, plan_token token,
               const blueprint* added = nullptr);
  void stop();
  void advance(std::chrono::nanoseconds time);

  /// What the supervisors have published since the last call.
  [[nodiscard]] std::vector<std::string> take_lines();
  /// Answers by token; 0: done as asked.
  [[nodiscard]] const std::map<plan_token, std::uint64_t>& answers() const { return answers_; }
  /// How the root ended.
  [[nodiscard]] std::optional<exit_class> outcome() const { return outcome_; }

private:
  struct seat;
  struct node;
  using node_ptr = std::shared_ptr<node>;

  [[nodiscard]] node_ptr find(const std::string& path) const;
  void visit(const node_ptr& from, const std::function<void(const node_ptr&)>& what) const;

  void post(std::function<void()> what) { queue_.push_back(std::move(what)); }
  void run();
  /// Tells the model of a supervisor something, and does what it then does.
  template <class Event>
  void tell(const node_ptr& at, Event event);
  void carry_out(const node_ptr& at, const deed& what);

  // What becomes of a child.
  void spawn(const node_ptr& at, child_slot child);
  void restart_in_place(const node_ptr& at, child_slot child);
  void ask_to_halt(const node_ptr& at, child_slot child);
  /// A worker has halted.
  void leave_by_halt(const node_ptr& at, child_slot child);
  void ask_to_stop(const node_ptr& at, child_slot child);
  void end(const node_ptr& at, child_slot child);
  void finish(const node_ptr& at, exit_class how);
  /// The actor has ended, and its supervisor hears of it.
  void down(const node_ptr& at, child_slot child, std::uint64_t actor, exit_class how,
            errc why = errc::unknown);

  [[nodiscard]] static std::string path_of(const node& at, const seat& child);
  void write(std::string line) { lines_.push_back(std::move(line)); }

  node_ptr root_;
  steady_time now_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::string> lines_;
  std::map<plan_token, std::uint64_t> answers_;
  std::map<std::string, std::uint32_t> constructions_; ///< By path.
  std::map<std::string, habits> habits_;               ///< By path: whoever was there first.
  std::optional<exit_class> outcome_;
  std::uint64_t actors_ = 0;
};

} // namespace troupe::tests
