// What startup handlers prepare and everybody else reads.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <utility>

namespace [[gnu::visibility("default")]] troupe {

/// One value per type. Values are put in while the application starts and are constant afterwards, so they
/// are read without locks; what has to change belongs into an actor, or into a type that synchronises itself.
///
/// Invariants: `values_` and `frozen_` are guarded by `mutex_`; a value is never replaced or removed.
/// Thread safety: any thread.
class shared_state {
public:
  /// Puts a `T` made from `args`.
  /// @returns `errc::already_exists` when there is a `T` already, `errc::not_running` when the start is over.
  template <class T, class... Args>
  result<void> emplace(Args&&... args) {
    return put(typeid(T), std::make_shared<T>(std::forward<Args>(args)...));
  }

  /// The `T` that was put; null when there is none.
  template <class T>
  [[nodiscard]] std::shared_ptr<const T> find() const {
    return std::static_pointer_cast<const T>(look_up(typeid(T)));
  }

  /// The `T` that was put, or `errc::not_found` naming the type.
  template <class T>
  [[nodiscard]] result<std::shared_ptr<const T>> get() const {
    if (auto found = find<T>())
      return found;
    return missing(typeid(T));
  }

  /// Ends the time of writing. Called by the application before its children start.
  void freeze();

private:
  result<void> put(const std::type_info& type, std::shared_ptr<void> value);
  [[nodiscard]] std::shared_ptr<void> look_up(const std::type_info& type) const;
  [[nodiscard]] static error missing(const std::type_info& type);

  mutable std::mutex mutex_;
  std::unordered_map<std::type_index, std::shared_ptr<void>> values_;
  bool frozen_ = false;
};

} // namespace troupe
