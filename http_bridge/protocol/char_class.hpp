// Classes of bytes that HTTP tells apart, and fast ways over runs of them.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace troupe::http::protocol {

/// Bits of `byte_class`.
inline constexpr std::uint8_t token_byte = 1;  ///< tchar, RFC 9110 5.6.2.
inline constexpr std::uint8_t target_byte = 2; ///< Visible ASCII but `#`, which no target may hold.
inline constexpr std::uint8_t value_byte = 4;  ///< field-vchar, space, tab: RFC 9110 5.5.
inline constexpr std::uint8_t name_byte
  = 8; ///< unreserved and sub-delims of a host name, RFC 3986 3.2.2.

constexpr std::array<std::uint8_t, 256> make_byte_classes() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c) {
    const auto is = [c](std::string_view set) {
      return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
                              || (c >= 'A' && c <= 'Z');
    unsigned bits = 0;
    if (alphanumeric || is("!#$%&'*+-.^_`|~"))
      bits |= token_byte;
    if (c > 0x20 && c < 0x7f && c != '#')
      bits |= target_byte;
    if ((c >= 0x20 && c != 0x7f) || c == '\t')
      bits |= value_byte;
    if (alphanumeric || is("-._~!$&'()*+,;="))
      bits |= name_byte;
    table[c] = static_cast<std::uint8_t>(bits);
  }
  return table;
}

inline constexpr std::array<std::uint8_t, 256> byte_class = make_byte_classes();

constexpr bool is_byte(char c, std::uint8_t bits) noexcept {
  return (byte_class[static_cast<unsigned char>(c)] & bits) != 0;
}

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// 0 to 15, or -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c))
    return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Whether a token equals `lower`, a literal of lower-case letters and hyphens, without regard to
/// case. Several bytes at a time: setting bit 5 makes capitals small, leaves the others as they
/// are, and makes no other byte of a token into a letter or hyphen.
template <std::size_t N>
bool token_equals(std::string_view token, const char (&lower)[N]) noexcept {
  constexpr std::size_t size = N - 1;
  if (token.size() != size)
    return false;
  const auto differs = [&token, &lower](std::size_t at, auto word) {
    using word_type = decltype(word);
    word_type wanted{};
    std::memcpy(&word, token.data() + at, sizeof word);
    std::memcpy(&wanted, lower + at, sizeof wanted);
    constexpr auto bits = static_cast<word_type>(0x2020'2020'2020'2020);
    return (word | bits) != wanted;
  };
  // The last word of a size that is no power of two overlaps the one before.
  if constexpr (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      if (differs(at, std::uint64_t{}))
        return false;
    }
    return !differs(size - 8, std::uint64_t{});
  } else {
    static_assert(size >= 4);
    return !differs(0, std::uint32_t{}) && !differs(size - 4, std::uint32_t{});
  }
}

/// The first byte from `p` on that is not in the class, or `end`.
inline const char* skip_bytes(const char* p, const char* end, std::uint8_t bits) noexcept {
  while (p != end && is_byte(*p, bits))
    ++p;
  return p;
}

inline const char* skip_token(const char* p, const char* end) noexcept {
  return skip_bytes(p, end, token_byte);
}

inline const char* skip_space(const char* p, const char* end) noexcept {
  while (p != end && (*p == ' ' || *p == '\t'))
    ++p;
  return p;
}

/// As `skip_bytes` for `target_byte`, 16 bytes at a time.
inline const char* skip_target(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
  while (end - p >= 16) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Signed comparison: bytes from 0x80 are negative and so below 0x21 too.
    const auto low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x21));
    const auto del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
    const auto hash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('#'));
    const int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(low, del), hash));
    if (found != 0)
      return p + __builtin_ctz(static_cast<unsigned>(found));
    p += 16;
  }
#endif
  return skip_bytes(p, end, target_byte);
}

/// As `skip_bytes` for `value_byte`, 16 bytes at a time.
inline const char* skip_value(const char* p, const char* end) noexcept {
#if defined(__SSE2__)
  while (end - p >= 16) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    const auto tab = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
    const auto del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
    const int found = _mm_movemask_epi8(_mm_or_si128(_mm_andnot_si128(tab, control), del));
    if (found != 0)
      return p + __builtin_ctz(static_cast<unsigned>(found));
    p += 16;
  }
#endif
  return skip_bytes(p, end, value_byte);
}

} // namespace troupe::http::protocol
