// What startup handlers prepare.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/application/shared_state.hpp"

#include "runtime/caf/actor_record.hpp"

namespace troupe {

void shared_state::freeze() {
  const std::scoped_lock lock{mutex_};
  frozen_ = true;
}

result<void> shared_state::put(const std::type_info& type, std::shared_ptr<void> value) {
  const std::scoped_lock lock{mutex_};
  if (frozen_)
    return error{errc::not_running, "state of type " + readable_name(type)
                                      + " came too late: put it in a startup handler"};
  if (!values_.emplace(type, std::move(value)).second)
    return error{errc::already_exists, "state of type " + readable_name(type)};
  return {};
}

std::shared_ptr<void> shared_state::look_up(const std::type_info& type) const {
  const std::scoped_lock lock{mutex_};
  const auto it = values_.find(type);
  return it == values_.end() ? nullptr : it->second;
}

error shared_state::missing(const std::type_info& type) {
  return {errc::not_found,
          "no state of type " + readable_name(type) + " was put by a startup handler"};
}

} // namespace troupe
