// Small pieces of JSON.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/internal/json_parts.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace troupe::internal {

namespace {

/// A count of nanoseconds in `unit`s, rounded to microseconds.
double rounded(std::chrono::nanoseconds duration, double unit) {
  constexpr double microsecond = 1e3;
  return std::round(static_cast<double>(duration.count()) / microsecond) / (unit / microsecond);
}

} // namespace

std::string utc_text(wall_time when) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(when.time_since_epoch());
  const auto whole = std::chrono::floor<std::chrono::seconds>(millis);
  const std::time_t time = whole.count();
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr)
    return {};
  std::array<char, 48> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + size, text.size() - size, ".%03dZ",
                static_cast<int>((millis - whole).count()));
  return text.data();
}

double seconds(std::chrono::nanoseconds duration) {
  return rounded(duration, 1e9);
}

double milliseconds(std::chrono::nanoseconds duration) {
  return rounded(duration, 1e6);
}

json to_json(const error& why) {
  json out;
  out["code"] = to_string(why.code);
  out["text"] = why.detail;
  return out;
}

json document(std::string_view schema) {
  json out;
  out["schema"] = schema;
  return out;
}

std::string to_text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace troupe::internal
