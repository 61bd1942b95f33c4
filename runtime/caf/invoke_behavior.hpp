// Calls the handler for a message, with as little of CAF in between as can be.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/behavior.hpp>
#include <caf/detail/behavior_impl.hpp>
#include <caf/match_case.hpp>
#include <caf/type_erased_tuple.hpp>

#include <cstdint>

namespace [[gnu::visibility("default")]] troupe {

/// Gives access to the cases of a behaviour.
struct open_behavior : caf::detail::behavior_impl {
  static caf::match_case_info* first(behavior_impl& x) { return x.*&open_behavior::begin_; }
  static caf::match_case_info* last(behavior_impl& x) { return x.*&open_behavior::end_; }
};

/// What `caf::behavior::operator()` does. It is done here because an exception then unwinds through one frame of
/// CAF's instead of four, two of them with clean-ups of their own.
inline caf::match_case::result invoke_behavior(caf::behavior& behavior,
                                               caf::detail::invoke_result_visitor& answer,
                                               caf::type_erased_tuple& content,
                                               std::uint32_t type_token) {
  auto* impl = behavior.as_behavior_impl().get();
  if (impl == nullptr)
    return caf::match_case::no_match;
  auto* const first = open_behavior::first(*impl);
  if (first == nullptr) // made by or_else
    return impl->invoke(answer, content);
  for (auto* i = first; i != open_behavior::last(*impl); ++i)
    if (i->type_token == type_token)
      if (const auto result = i->ptr->invoke(answer, content); result != caf::match_case::no_match)
        return result;
  return caf::match_case::no_match;
}

} // namespace troupe
