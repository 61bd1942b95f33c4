// Header fields: what a request shows and what a response collects.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// One field line. The views belong to whoever handed it out.
struct header_view {
  std::string_view name;
  std::string_view value; ///< Without white space at either end.

  friend bool operator==(const header_view&, const header_view&) = default;
};

/// Whether two texts are equal when ASCII letters compare without case (RFC 9110 5.1).
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Whether `text` is a token (RFC 9110 5.6.2): a method, a field name.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Whether `text` may stand as a field value (RFC 9110 5.5): no control character but the tab, so
/// in particular no CR, LF or NUL that would end the line early. Bytes from 0x80 are allowed.
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;

/// Calls `visit(element)` for each element of a comma-separated list such as `Connection` has (RFC
/// 9110 5.6.1), without white space around it; empty elements are skipped. Quoted strings are not
/// understood.
template <class Visitor>
void for_each_list_element(std::string_view list, Visitor&& visit) {
  constexpr std::string_view space = " \t";
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto element = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    const auto first = element.find_first_not_of(space);
    if (first == std::string_view::npos)
      continue;
    visit(element.substr(first, element.find_last_not_of(space) + 1 - first));
  }
}

/// The header fields of a response in the order they were added, kept as the text that is sent: one
/// allocation for all of them and none while they are written out.
/// Thread safety: as for any value.
class header_list {
public:
  /// Appends a field; there may be several of one name.
  /// @returns false, and changes nothing, when `name` is no token or `value` no field value.
  [[nodiscard]] bool add(std::string_view name, std::string_view value);

  /// Removes every field called `name`. Does nothing when there is none.
  void remove(std::string_view name);

  /// The value of the first field called `name`. The view lives until the list changes.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

  /// All fields as sent, `name: value` and CR LF each; empty when there is none.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  /// Goes through the fields in order.
  class iterator {
  public:
    using value_type = header_view;
    using reference = header_view;
    using pointer = void;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    iterator() = default;
    explicit iterator(std::string_view rest) noexcept : rest_(rest) { read(); }

    header_view operator*() const noexcept { return field_; }
    iterator& operator++() noexcept {
      rest_.remove_prefix(line_);
      read();
      return *this;
    }
    iterator operator++(int) noexcept {
      auto before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.rest_.size() == b.rest_.size();
    }

  private:
    void read() noexcept;

    std::string_view rest_;
    header_view field_;
    std::size_t line_ = 0;
  };

  [[nodiscard]] iterator begin() const noexcept { return iterator{text_}; }
  [[nodiscard]] iterator end() const noexcept { return {}; }

private:
  std::string text_;
};

} // namespace http
} // namespace troupe
