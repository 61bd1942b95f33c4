// Samples as JSON: the one place that knows the names of the fields.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/sample.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace hostwatch {

namespace {

using json = nlohmann::json;
using ordered_json = nlohmann::ordered_json;

/// Enough for any clock or counter, and exact in every JSON reader (RFC 8259 6).
constexpr std::uint64_t max_whole = (std::uint64_t{1} << 53) - 1;
/// As far as the system clock's nanoseconds reach, in the year 2262.
constexpr std::uint64_t max_time_ms = 9'223'372'036'854;
constexpr double max_load = 1e6;

std::string shown(const json& value) {
  constexpr std::size_t limit = 40;
  if (value.is_structured())
    return value.type_name();
  auto text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > limit)
    text = text.substr(0, limit) + "...";
  return text;
}

/// Reads members of one sample; the first that is wrong is kept and ends the reading.
class reader {
public:
  reader(const json& from, std::string place) : from_(from), place_(std::move(place)) {}

  [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

  /// The object called `name`; an empty one after a complaint.
  const json& object(const char* name) {
    static const json nothing = json::object();
    const auto* found = member(from_, name, name);
    if (found != nullptr && !found->is_object())
      complain(name, shown(*found) + " (an object)");
    return found != nullptr && found->is_object() ? *found : nothing;
  }

  std::uint64_t whole(const json& in, const char* name, const std::string& path,
                      std::uint64_t most = max_whole) {
    const auto* found = member(in, name, path);
    if (found == nullptr)
      return 0;
    if (found->is_number_unsigned() && found->get<std::uint64_t>() <= most)
      return found->get<std::uint64_t>();
    complain(path, shown(*found) + " (a whole number from 0 to " + std::to_string(most) + ")");
    return 0;
  }

  double load(const json& in, const char* name, const std::string& path) {
    const auto* found = member(in, name, path);
    if (found == nullptr)
      return 0;
    if (found->is_number() && found->get<double>() >= 0 && found->get<double>() <= max_load)
      return found->get<double>();
    complain(path, shown(*found) + " (a number from 0 to 1000000)");
    return 0;
  }

  std::string host_name(const char* name) {
    const auto* found = member(from_, name, name);
    if (found == nullptr)
      return {};
    if (found->is_string() && is_host_name(found->get_ref<const std::string&>()))
      return found->get<std::string>();
    complain(name, shown(*found) + " (1 to 64 letters, digits, '.', '_' or '-')");
    return {};
  }

  void at_most(std::uint64_t value, std::uint64_t most, const std::string& path,
               const char* other) {
    if (value > most)
      complain(path,
               std::to_string(value) + " (at most " + other + ", " + std::to_string(most) + ")");
  }

private:
  const json* member(const json& in, const char* name, const std::string& path) {
    if (!complaint_.empty())
      return nullptr;
    const auto found = in.find(name);
    if (found != in.end())
      return &*found;
    complain(path, "missing");
    return nullptr;
  }

  void complain(const std::string& path, const std::string& what) {
    if (complaint_.empty())
      complaint_ = place_ + path + ": " + what;
  }

  const json& from_;
  std::string place_;
  std::string complaint_;
};

std::variant<host_sample, rejected_body> read(const json& from, const std::string& place) {
  using kind = rejected_body::kind_type;
  if (!from.is_object())
    return rejected_body{kind::bad_field,
                         (place.empty() ? "body" : place) + ": " + shown(from) + " (an object)"};
  reader in{from, place.empty() ? place : place + "."};
  host_sample out;
  auto& values = out.values;
  auto bytes = [&](const json& object, const char* name, const std::string& path) {
    return troupe::byte_count{in.whole(object, name, path)};
  };
  auto time = [&](const json& object, const char* name, const std::string& path) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(in.whole(object, name, path))};
  };

  out.host = in.host_name("host");
  values.at = troupe::wall_time{std::chrono::milliseconds{
    static_cast<std::int64_t>(in.whole(from, "time_ms", "time_ms", max_time_ms))}};
  const auto& cpu = in.object("cpu");
  values.cpu = {time(cpu, "busy_ms", "cpu.busy_ms"), time(cpu, "total_ms", "cpu.total_ms")};
  const auto& memory = in.object("memory");
  values.memory = {bytes(memory, "total_bytes", "memory.total_bytes"),
                   bytes(memory, "available_bytes", "memory.available_bytes")};
  const auto& load = in.object("load");
  values.load = {in.load(load, "one", "load.one"), in.load(load, "five", "load.five"),
                 in.load(load, "fifteen", "load.fifteen")};
  const auto& network = in.object("network");
  values.network = {bytes(network, "received_bytes", "network.received_bytes"),
                    bytes(network, "sent_bytes", "network.sent_bytes")};
  in.at_most(static_cast<std::uint64_t>(values.cpu.busy.count()),
             static_cast<std::uint64_t>(values.cpu.total.count()), "cpu.busy_ms", "cpu.total_ms");
  in.at_most(values.memory.available.count(), values.memory.total.count(), "memory.available_bytes",
             "memory.total_bytes");
  if (!in.complaint().empty())
    return rejected_body{kind::bad_field, in.complaint()};
  return out;
}

} // namespace

bool is_host_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= max_host_name
         && std::all_of(text.begin(), text.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '.' || c == '_' || c == '-';
            });
}

std::variant<std::vector<host_sample>, rejected_body> parse_samples(std::string_view body) {
  using kind = rejected_body::kind_type;
  // No exceptions: a wrong body is an everyday event.
  const auto document = json::parse(body, nullptr, false);
  if (document.is_discarded())
    return rejected_body{kind::not_json, "the body is not JSON"};
  std::vector<host_sample> out;
  if (!document.is_array()) {
    auto one = read(document, {});
    if (auto* rejected = std::get_if<rejected_body>(&one))
      return std::move(*rejected);
    out.push_back(std::get<host_sample>(std::move(one)));
    return out;
  }
  if (document.empty())
    return rejected_body{kind::bad_field, "body: an empty array (at least one sample)"};
  out.reserve(document.size());
  for (const auto& item : document) {
    auto one = read(item, "[" + std::to_string(out.size()) + "]");
    if (auto* rejected = std::get_if<rejected_body>(&one))
      return std::move(*rejected);
    out.push_back(std::get<host_sample>(std::move(one)));
  }
  return out;
}

std::string to_json(const host_sample& what) {
  const auto& values = what.values;
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(
    values.at.time_since_epoch());
  const ordered_json out{
    {"host", what.host},
    {"time_ms", time.count()},
    {"cpu", {{"busy_ms", values.cpu.busy.count()}, {"total_ms", values.cpu.total.count()}}},
    {"memory",
     {{"total_bytes", values.memory.total.count()},
      {"available_bytes", values.memory.available.count()}}},
    {"load",
     {{"one", values.load.one}, {"five", values.load.five}, {"fifteen", values.load.fifteen}}},
    {"network",
     {{"received_bytes", values.network.received.count()},
      {"sent_bytes", values.network.sent.count()}}}};
  return out.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
}

} // namespace hostwatch
