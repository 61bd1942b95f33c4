// The wall clock as HTTP writes it.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/date.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace troupe::http::protocol {

namespace {

char* put(char* to, std::string_view text) noexcept {
  return std::copy(text.begin(), text.end(), to);
}

char* put_number(char* to, unsigned value, std::size_t digits) noexcept {
  for (std::size_t i = digits; i-- > 0; value /= 10)
    to[i] = static_cast<char>('0' + value % 10);
  return to + digits;
}

// Three letters each, by number.
std::string_view name(std::string_view names, unsigned index) noexcept {
  return names.substr(std::size_t{3} * index, 3);
}

} // namespace

std::array<char, 29> http_date(wall_time when) noexcept {
  using namespace std::chrono;
  const auto seconds = floor<std::chrono::seconds>(when);
  const auto day = floor<days>(seconds);
  const year_month_day date{day};
  const hh_mm_ss time{seconds - day};
  std::array<char, 29> text{};
  char* to = text.data();
  to = put(to, name("SunMonTueWedThuFriSat", weekday{day}.c_encoding()));
  to = put(to, ", ");
  to = put_number(to, static_cast<unsigned>(date.day()), 2);
  to = put(to, " ");
  to = put(to,
           name("JanFebMarAprMayJunJulAugSepOctNovDec", static_cast<unsigned>(date.month()) - 1));
  to = put(to, " ");
  to = put_number(to, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  to = put(to, " ");
  to = put_number(to, static_cast<unsigned>(time.hours().count()), 2);
  to = put(to, ":");
  to = put_number(to, static_cast<unsigned>(time.minutes().count()), 2);
  to = put(to, ":");
  to = put_number(to, static_cast<unsigned>(time.seconds().count()), 2);
  put(to, " GMT");
  return text;
}

} // namespace troupe::http::protocol
