// One look at a host: what the kernel counts, as values, and as JSON.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/units.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hostwatch {

/// Time that all processors together have spent since the host was booted (first line of /proc/stat).
struct cpu_times {
  std::chrono::milliseconds busy{};
  std::chrono::milliseconds total{}; ///< Busy and idle.

  friend bool operator==(const cpu_times&, const cpu_times&) = default;
};

/// /proc/meminfo.
struct memory_sizes {
  troupe::byte_count total;
  troupe::byte_count available; ///< What could be had without swapping.

  friend bool operator==(const memory_sizes&, const memory_sizes&) = default;
};

/// /proc/loadavg: tasks that run or want to, over the last minutes.
struct load_average {
  double one = 0;
  double five = 0;
  double fifteen = 0;

  friend bool operator==(const load_average&, const load_average&) = default;
};

/// /proc/net/dev: all interfaces but the loopback, since the host was booted.
struct network_totals {
  troupe::byte_count received;
  troupe::byte_count sent;

  friend bool operator==(const network_totals&, const network_totals&) = default;
};

struct sample {
  troupe::wall_time at;
  cpu_times cpu;
  memory_sizes memory;
  load_average load;
  network_totals network;

  friend bool operator==(const sample&, const sample&) = default;
};

struct host_sample {
  std::string host;
  sample values;

  friend bool operator==(const host_sample&, const host_sample&) = default;
};

/// Longest name of a host; it is made of letters, digits, `.`, `_` and `-`.
inline constexpr std::size_t max_host_name = 64;

[[nodiscard]] bool is_host_name(std::string_view text) noexcept;

/// Why a body was not taken.
struct rejected_body {
  enum class kind_type : std::uint8_t {
    not_json,  ///< Answered 400.
    bad_field, ///< Answered 422.
  };
  kind_type kind;
  std::string
    detail; ///< Names the field and the bad value: `[3].cpu.busy_ms: -5 (a whole number from 0)`.
};

/// Reads one sample or an array of at least one:
///
///     {"host": "web-1", "time_ms": 1767225600000,
///      "cpu": {"busy_ms": 52000, "total_ms": 480000},
///      "memory": {"total_bytes": 8000000000, "available_bytes": 3000000000},
///      "load": {"one": 0.42, "five": 0.3, "fifteen": 0.2},
///      "network": {"received_bytes": 1000, "sent_bytes": 2000}}
///
/// Every member is needed, others are ignored. Busy is at most total, available at most total. Either all samples of
/// an array are returned or none.
[[nodiscard]] std::variant<std::vector<host_sample>, rejected_body> parse_samples(
  std::string_view body);

/// The sample in the form that `parse_samples` reads, on one line.
[[nodiscard]] std::string to_json(const host_sample& what);

} // namespace hostwatch
