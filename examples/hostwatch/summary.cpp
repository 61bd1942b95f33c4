// What a window of samples says.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/summary.hpp"

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace hostwatch {

namespace {

/// How fast a counter has grown; nothing when it went back.
std::optional<double> rate(troupe::byte_count before, troupe::byte_count now, double seconds) {
  if (now < before)
    return std::nullopt;
  return static_cast<double>(now.count() - before.count()) / seconds;
}

std::int64_t milliseconds_since_epoch(troupe::wall_time at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

} // namespace

std::optional<spread> spread_of(std::vector<double> values) {
  if (values.empty())
    return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto ranked = [&](std::size_t percent) {
    const auto rank = (values.size() * percent + 99) / 100;
    return values[std::max<std::size_t>(rank, 1) - 1];
  };
  return spread{ranked(50), ranked(95), values.back()};
}

point point_of(const sample* before, const sample& now) {
  point out;
  out.at = now.at;
  const auto total = static_cast<double>(now.memory.total.count());
  out.memory_used = total > 0 ? 1 - static_cast<double>(now.memory.available.count()) / total : 0;
  out.load_one = now.load.one;
  if (before == nullptr || now.at <= before->at)
    return out;
  const auto seconds = std::chrono::duration<double>(now.at - before->at).count();
  const auto busy = now.cpu.busy - before->cpu.busy;
  const auto spent = now.cpu.total - before->cpu.total;
  if (spent.count() > 0 && busy.count() >= 0)
    out.cpu_busy = std::min(1.0,
                            static_cast<double>(busy.count()) / static_cast<double>(spent.count()));
  out.received_bytes_per_second = rate(before->network.received, now.network.received, seconds);
  out.sent_bytes_per_second = rate(before->network.sent, now.network.sent, seconds);
  return out;
}

std::string to_json(std::string_view host, const point& what) {
  using json = nlohmann::ordered_json;
  const auto value = [](const std::optional<double>& v) { return v ? json(*v) : json(nullptr); };
  return json{{"host", host},
              {"time_ms", milliseconds_since_epoch(what.at)},
              {"cpu_busy", value(what.cpu_busy)},
              {"memory_used", what.memory_used},
              {"load_one", what.load_one},
              {"received_bytes_per_second", value(what.received_bytes_per_second)},
              {"sent_bytes_per_second", value(what.sent_bytes_per_second)}}
    .dump(-1, ' ', true, json::error_handler_t::replace);
}

summary summarize(std::vector<sample> samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const sample& a, const sample& b) { return a.at < b.at; });
  summary out;
  out.samples = samples.size();
  if (samples.empty())
    return out;
  out.from = samples.front().at;
  out.to = samples.back().at;
  std::vector<double> cpu, memory, load, received, sent;
  const auto keep = [](std::vector<double>& values, const std::optional<double>& value) {
    if (value)
      values.push_back(*value);
  };
  const sample* before = nullptr;
  for (const auto& now : samples) {
    const auto p = point_of(before, now);
    memory.push_back(p.memory_used);
    load.push_back(p.load_one);
    keep(cpu, p.cpu_busy);
    keep(received, p.received_bytes_per_second);
    keep(sent, p.sent_bytes_per_second);
    before = &now;
  }
  out.cpu_busy = spread_of(std::move(cpu));
  out.memory_used = spread_of(std::move(memory));
  out.load_one = spread_of(std::move(load));
  out.received_bytes_per_second = spread_of(std::move(received));
  out.sent_bytes_per_second = spread_of(std::move(sent));
  return out;
}

troupe::result<std::chrono::seconds> parse_window(std::string_view text) {
  const troupe::error wrong{troupe::errc::invalid_argument,
                            "window: \"" + std::string{text.substr(0, 20)}
                              + "\" (1s to 1h, for example 90s, 5m, 1h)"};
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || number > static_cast<std::uint32_t>(max_window.count()))
    return wrong;
  const std::string_view unit{end, text.data() + text.size()};
  const std::int64_t factor = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3'600 : 0;
  const std::chrono::seconds out{number * factor};
  if (out < min_window || out > max_window)
    return wrong;
  return out;
}

std::string to_text(troupe::wall_time at) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(at);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(at - whole);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), rest.count());
}

} // namespace hostwatch
