// The children of one supervisor: their specifications beside the actors that stand for them now.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/exit_class.hpp"
#include "runtime/core/restart_plan.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <caf/actor_control_block.hpp>

#include <any>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe::internal {

/// Look-up by slot, id and actor. A child's slot is its name in the `restart_plan`.
class child_table {
public:
  struct entry {
    std::shared_ptr<const child_spec> spec; ///< Children of a pool share one.
    std::any args;                          ///< Of a child of a pool: what `start_pooled` brought.
    std::string path;
    caf::strong_actor_ptr handle;         ///< Null when no actor stands for it.
    std::shared_ptr<actor_record> record; ///< Of the last actor, also when it has ended.
    /// How the last incarnation of a suspended actor ended, which is how the actor is to end if it does not come back.
    exit_class left = exit_class::shutdown;
    /// And whether that was when the stop had begun already: then it is a failure of the stop.
    bool left_in_stop = false;

    /// The last part of the path.
    [[nodiscard]] std::string_view id() const noexcept;
  };

  explicit child_table(std::string parent_path) : parent_path_(std::move(parent_path)) {}

  /// @param slot As the plan gave it: free, or one more than there are.
  void put(child_slot slot, std::string_view id, std::shared_ptr<const child_spec> spec,
           std::any args = {});
  void erase(child_slot slot);

  [[nodiscard]] entry& at(child_slot slot) { return *entries_[slot]; }
  [[nodiscard]] const entry& at(child_slot slot) const { return *entries_[slot]; }

  /// Whether this actor stands for this child now, and has not been replaced or released.
  [[nodiscard]] bool stands(std::uint64_t actor_id, child_slot slot) const noexcept;
  /// Which child an actor without Troupe's base stands for now.
  [[nodiscard]] std::optional<child_slot> find_plain(std::uint64_t actor_id) const;
  /// The first call makes an index of all ids.
  [[nodiscard]] std::optional<child_slot> find_id(std::string_view id);

  void bind(child_slot slot, started_child actor);
  /// The actor no longer stands for the child.
  void release(child_slot slot);

private:
  std::string parent_path_;
  std::vector<std::unique_ptr<entry>> entries_; ///< By slot; null in a free one.
  std::unordered_map<std::uint64_t, child_slot> plain_;
  /// Views of the ends of the paths. Absent until somebody asks: most of the children of big pools are never asked for.
  std::optional<std::unordered_map<std::string_view, child_slot>> by_id_;
};

} // namespace troupe::internal
