// Reads the kernel's text files about a host.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/proc_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace hostwatch {

namespace {

using troupe::byte_count;
using troupe::errc;
using troupe::error;

/// Takes texts apart from the front.
class scanner {
public:
  explicit scanner(std::string_view text) : rest_(text) {}

  /// The next line without its end; nothing after the last one.
  std::optional<std::string_view> line() {
    if (rest_.empty())
      return std::nullopt;
    const auto end = std::min(rest_.find('\n'), rest_.size());
    const auto out = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return out;
  }

  /// The next text between blanks; empty at the end.
  std::string_view word() {
    const auto begin = std::min(rest_.find_first_not_of(" \t"), rest_.size());
    rest_.remove_prefix(begin);
    const auto end = std::min(rest_.find_first_of(" \t\n"), rest_.size());
    const auto out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return out;
  }

  /// The next word as a number; nothing when it is none.
  template <class Number>
  std::optional<Number> number() {
    const auto text = word();
    Number out{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failure != std::errc{} || end != text.data() + text.size())
      return std::nullopt;
    return out;
  }

private:
  std::string_view rest_;
};

error broken(const char* file, const std::string& what) {
  return {errc::io_error, std::string{file} + ": " + what};
}

} // namespace

troupe::result<cpu_times> parse_stat(std::string_view text, std::uint64_t ticks_per_second) {
  enum column : std::size_t { user, nice, system, idle, iowait, irq, softirq, steal, column_count };
  constexpr const char* file = "/proc/stat";
  scanner lines{text};
  scanner words{lines.line().value_or(std::string_view{})};
  if (words.word() != "cpu")
    return broken(file, "the first line is not that of all processors");
  std::array<std::uint64_t, column_count> ticks{};
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const auto next = words.number<std::uint64_t>();
    if (!next && i <= idle)
      return broken(file, "column " + std::to_string(i + 1) + " is not a number");
    ticks[i] = next.value_or(0);
  }
  std::uint64_t total = 0;
  for (const auto value : ticks)
    total += value;
  const auto to_time = [ticks_per_second](std::uint64_t value) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(value * 1'000 / ticks_per_second)};
  };
  return cpu_times{to_time(total - ticks[idle] - ticks[iowait]), to_time(total)};
}

troupe::result<memory_sizes> parse_meminfo(std::string_view text) {
  constexpr const char* file = "/proc/meminfo";
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> available;
  scanner lines{text};
  while (const auto line = lines.line()) {
    scanner words{*line};
    const auto name = words.word();
    if (name == "MemTotal:")
      total = words.number<std::uint64_t>();
    else if (name == "MemAvailable:")
      available = words.number<std::uint64_t>();
  }
  if (!total)
    return broken(file, "no MemTotal");
  if (!available)
    return broken(file, "no MemAvailable");
  // The unit is written kB and means 1,024 B. The kernel's two figures are not of one instant.
  return memory_sizes{byte_count{*total * 1'024}, byte_count{std::min(*available, *total) * 1'024}};
}

troupe::result<load_average> parse_loadavg(std::string_view text) {
  scanner words{text};
  const auto one = words.number<double>();
  const auto five = words.number<double>();
  const auto fifteen = words.number<double>();
  // Also false for what is not a number in the sense of IEEE 754.
  const auto good = [](const std::optional<double>& value) {
    return value && *value >= 0 && *value < 1e6;
  };
  if (!good(one) || !good(five) || !good(fifteen))
    return broken("/proc/loadavg", "does not begin with three numbers");
  return load_average{*one, *five, *fifteen};
}

troupe::result<network_totals> parse_net_dev(std::string_view text) {
  constexpr const char* file = "/proc/net/dev";
  constexpr int columns_between = 7; // packets ... multicast
  network_totals out;
  scanner lines{text};
  // Two lines of headings.
  if (!lines.line() || !lines.line())
    return broken(file, "no headings");
  while (const auto line = lines.line()) {
    // An old kernel puts no blank between the colon and the first figure.
    const auto colon = line->find(':');
    if (colon == std::string_view::npos)
      return broken(file, "a line without an interface");
    const auto interface = scanner{line->substr(0, colon)}.word();
    scanner words{line->substr(colon + 1)};
    const auto received = words.number<std::uint64_t>();
    for (int i = 0; i < columns_between; ++i)
      words.word();
    const auto sent = words.number<std::uint64_t>();
    if (!received || !sent)
      return broken(file, "no figures for " + std::string{interface});
    if (interface == "lo")
      continue;
    out.received = out.received + byte_count{*received};
    out.sent = out.sent + byte_count{*sent};
  }
  return out;
}

} // namespace hostwatch
