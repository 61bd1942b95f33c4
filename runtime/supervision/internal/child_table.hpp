// The children of one supervisor: their specifications beside the actors that stand for them now.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/caf/actor_core.hpp"
#include "runtime/supervision/child_spec.hpp"

#include <caf/actor_control_block.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::internal {

/// Start order and look-up. A child's position is its name in the `restart_plan`.
class child_table {
public:
  struct entry {
    child_spec spec;
    std::string path;
    caf::strong_actor_ptr handle; ///< Null when no actor stands for it.
    std::shared_ptr<actor_record> record;
    std::optional<steady_time> stop_asked_at;
    std::chrono::milliseconds grace{}; ///< Given with the stop.
    std::optional<timer_id> stop_timer;
  };

  child_table(std::string_view parent_path, std::vector<child_spec> children);

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] entry& at(std::size_t child) { return entries_[child]; }
  [[nodiscard]] const entry& at(std::size_t child) const { return entries_[child]; }

  /// Which child the actor stands for now; empty for one that has been replaced or released.
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t actor_id) const;

  void bind(std::size_t child, started_child actor);
  /// The actor no longer stands for the child.
  void release(std::size_t child);

  [[nodiscard]] std::vector<planned_child> planned() const;

private:
  std::vector<entry> entries_;
  std::unordered_map<std::uint64_t, std::size_t> by_actor_;
};

} // namespace troupe::internal
