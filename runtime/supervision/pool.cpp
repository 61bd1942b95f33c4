// Supervisors of many children of one kind.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/pool.hpp"

#include "runtime/supervision/internal/supervisor_actor.hpp"

namespace troupe {

child_spec make_pool(std::string id, supervisor_options options, child_spec like,
                     pool_template start) {
  options.strategy = restart_strategy::dynamic;
  options.stop = stop_order::together;
  return internal::make_supervisor_spec(std::move(id),
                                        {options, {}, std::move(like), std::move(start)});
}

child_spec make_partitions(std::string id, std::uint32_t partitions, supervisor_options options,
                           const std::function<child_spec(std::string id, std::uint32_t i)>& make) {
  std::vector<child_spec> children;
  children.reserve(partitions);
  for (std::uint32_t i = 0; i < partitions; ++i)
    children.push_back(make(std::to_string(i), i));
  return make_supervisor(std::move(id), options, std::move(children));
}

std::string partition_path(std::string_view path, std::uint32_t partitions, std::uint64_t key) {
  return std::string{path} + "/" + std::to_string(key % partitions);
}

std::string partition_path(std::string_view path, std::uint32_t partitions, std::string_view key) {
  return partition_path(path, partitions, std::uint64_t{std::hash<std::string_view>{}(key)});
}

} // namespace troupe
