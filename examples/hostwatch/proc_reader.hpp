// Reads the kernel's text files about a host. Pure: text in, values out.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "examples/hostwatch/sample.hpp"

#include <cstdint>
#include <string_view>

namespace hostwatch {

/// The first line of /proc/stat (man 5 proc). Busy is everything but `idle` and `iowait`; `guest` and `guest_nice` are
/// in `user` and `nice` already. Columns that an older kernel does not have count as zero.
/// @param ticks_per_second `sysconf(_SC_CLK_TCK)`, at least 1.
/// @returns `errc::io_error` naming the file and what is wrong with it.
[[nodiscard]] troupe::result<cpu_times> parse_stat(std::string_view text,
                                                   std::uint64_t ticks_per_second);

/// `MemTotal` and `MemAvailable` of /proc/meminfo; errors as `parse_stat`.
[[nodiscard]] troupe::result<memory_sizes> parse_meminfo(std::string_view text);

/// /proc/loadavg; errors as `parse_stat`.
[[nodiscard]] troupe::result<load_average> parse_loadavg(std::string_view text);

/// /proc/net/dev, all interfaces but `lo` added up; errors as `parse_stat`.
[[nodiscard]] troupe::result<network_totals> parse_net_dev(std::string_view text);

} // namespace hostwatch
