// A value or the reason why there is none.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/errc.hpp"

#include <cassert>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace [[gnu::visibility("default")]] troupe {

/// Why something failed: the kind, and a detail for people that names the place and the bad value.
struct error {
  errc code = errc::unknown;
  std::string detail;

  /// Sentence and detail in one line: `the address is in use: port 8080 is in use (try --port)`.
  [[nodiscard]] std::string to_text() const;

  friend bool operator==(const error&, const error&) = default;
};

/// Either a `T` or an `error`, shaped like C++23's `std::expected<T, error>` so that a later change to it
/// is a change of one line. Reading the wrong side is a programming error (asserted).
/// Thread safety: as for any value.
template <class T>
class [[nodiscard]] result {
public:
  using value_type = T;
  using error_type = troupe::error;

  result(T value) : data_(std::in_place_index<0>, std::move(value)) {}
  result(troupe::error why) : data_(std::in_place_index<1>, std::move(why)) {}

  [[nodiscard]] bool has_value() const noexcept { return data_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return *ptr(); }
  [[nodiscard]] const T& value() const& { return *ptr(); }
  [[nodiscard]] T&& value() && { return std::move(*ptr()); }
  [[nodiscard]] T& operator*() & { return *ptr(); }
  [[nodiscard]] const T& operator*() const& { return *ptr(); }
  [[nodiscard]] T&& operator*() && { return std::move(*ptr()); }
  [[nodiscard]] T* operator->() { return ptr(); }
  [[nodiscard]] const T* operator->() const { return ptr(); }

  [[nodiscard]] const troupe::error& error() const& {
    assert(!has_value());
    return *std::get_if<1>(&data_);
  }
  [[nodiscard]] troupe::error&& error() && {
    assert(!has_value());
    return std::move(*std::get_if<1>(&data_));
  }

  /// The value, or `fallback` when there is none.
  template <class U>
  [[nodiscard]] T value_or(U&& fallback) const& {
    return has_value() ? *ptr() : static_cast<T>(std::forward<U>(fallback));
  }

private:
  T* ptr() {
    assert(has_value());
    return std::get_if<0>(&data_);
  }
  const T* ptr() const {
    assert(has_value());
    return std::get_if<0>(&data_);
  }

  std::variant<T, troupe::error> data_;
};

/// Success without a value, or an `error`.
template <>
class [[nodiscard]] result<void> {
public:
  using value_type = void;
  using error_type = troupe::error;

  result() = default;
  result(troupe::error why) : error_(std::move(why)), failed_(true) {}

  [[nodiscard]] bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const troupe::error& error() const& {
    assert(failed_);
    return error_;
  }
  [[nodiscard]] troupe::error&& error() && {
    assert(failed_);
    return std::move(error_);
  }

private:
  troupe::error error_;
  bool failed_ = false;
};

} // namespace troupe
