// Sizes with a type, and sizes and durations as text.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>

namespace [[gnu::visibility("default")]] troupe {

/// A number of bytes. Explicit, so that no bare integer is taken for a size by accident.
class byte_count {
public:
  constexpr byte_count() = default;
  constexpr explicit byte_count(std::uint64_t bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] constexpr std::uint64_t count() const noexcept { return bytes_; }

  friend constexpr auto operator<=>(byte_count, byte_count) = default;
  friend constexpr byte_count operator+(byte_count a, byte_count b) noexcept {
    return byte_count{a.bytes_ + b.bytes_};
  }

private:
  std::uint64_t bytes_ = 0;
};

namespace literals {

constexpr byte_count operator""_B(unsigned long long n) noexcept {
  return byte_count{n};
}
constexpr byte_count operator""_KiB(unsigned long long n) noexcept {
  return byte_count{n * 1024};
}
constexpr byte_count operator""_MiB(unsigned long long n) noexcept {
  return byte_count{n * 1024 * 1024};
}

} // namespace literals

/// `16 KiB`, `1 MiB`, `1000 B`: the largest unit that divides the size without a rest.
[[nodiscard]] std::string to_text(byte_count size);

/// `250 us`, `40 ms`, `1.5 s`, `2 min`, `3 h`: rounded to three digits, for messages to people.
[[nodiscard]] std::string to_text(std::chrono::nanoseconds duration);

} // namespace troupe
