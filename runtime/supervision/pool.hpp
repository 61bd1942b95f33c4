// Supervisors of many children of one kind, made at run time, and of such supervisors side by side.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/supervision/make_child.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/supervision/supervisor_message.hpp"

#include <any>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {

/// A dynamic supervisor (Elixir's DynamicSupervisor): its children are all like `like`, apart from id and start
/// function, and are started by `start_pooled`. Ids are numbers from 1 on. They are stopped together. No child
/// starts with it, and none comes back when it is itself made anew.
/// @param options `strategy` and `stop` are set here; mind `max_children`.
[[nodiscard]] child_spec make_pool(std::string id, supervisor_options options, child_spec like,
                                   pool_template start);

/// What asks a pool of `State`s to start one made from these.
template <class... Args>
[[nodiscard]] start_pooled pool_args(Args... args) {
  return {std::tuple<Args...>{std::move(args)...}};
}

/// The template of a pool of `State`s made from `Args`, as `pool_args<Args...>` brings them; another type is
/// `errc::invalid_argument`.
template <class State, class... Args>
[[nodiscard]] pool_template template_of() {
  return [](const std::any& args) -> result<start_function> {
    const auto* values = std::any_cast<std::tuple<Args...>>(&args);
    if (values == nullptr)
      return error{errc::invalid_argument, "args: " + readable_name(args.type())
                                             + ", the pool takes "
                                             + readable_name(typeid(std::tuple<Args...>))};
    return std::apply([](const auto&... each) { return start_as<State>(each...); }, *values);
  };
}

/// A pool of `State`s, each made from `Args`.
template <class State, class... Args>
[[nodiscard]] child_spec make_pool(std::string id, supervisor_options options = {},
                                   child_spec like = {}) {
  return make_pool(std::move(id), options, std::move(like), template_of<State, Args...>());
}

/// Supervisors side by side, so that work on different keys does not meet in one of them (Elixir's
/// PartitionSupervisor). Their ids are the numbers from 0 on.
/// @param partitions At least 1; one for each core is a good number.
/// @param make Makes the specification of partition `i`, with this id.
[[nodiscard]] child_spec make_partitions(
  std::string id, std::uint32_t partitions, supervisor_options options,
  const std::function<child_spec(std::string id, std::uint32_t i)>& make);

/// The path of the partition that a key belongs to: numbers go round, other keys by their hash. The same key
/// belongs to the same partition as long as their number stays the same.
/// @pre `partitions` > 0.
[[nodiscard]] std::string partition_path(std::string_view path, std::uint32_t partitions,
                                         std::uint64_t key);
[[nodiscard]] std::string partition_path(std::string_view path, std::uint32_t partitions,
                                         std::string_view key);

} // namespace troupe
