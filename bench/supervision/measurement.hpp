// What every program of the supervision bench shares: its arguments, its clocks, its one line of result.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace bench {

/// `PROGRAM METRIC key=value ...`. Whatever is wrong with them, or asked for and not there, ends the process
/// with code 2 and a line on stderr: the driver passes them all.
class arguments {
public:
  arguments(int argc, char** argv);

  [[nodiscard]] const std::string& metric() const noexcept { return metric_; }
  [[nodiscard]] const std::string& text(const std::string& key) const;
  [[nodiscard]] std::uint64_t number(const std::string& key) const;
  [[nodiscard]] std::chrono::milliseconds milliseconds(const std::string& key) const;

private:
  std::string metric_;
  std::map<std::string, std::string> values_;
};

/// Prints `{"value": ..., "<detail>": ...}`, the result of the whole process.
void print_result(double value,
                  std::initializer_list<std::pair<std::string_view, double>> details = {});

/// Prints the result and ends the process at once: whatever still runs is not worth waiting for.
[[noreturn]] void finish(double value,
                         std::initializer_list<std::pair<std::string_view, double>> details = {});

/// Ends the process with code 1 and a line on stderr.
[[noreturn]] void fail(std::string_view why);

using clock_type = std::chrono::steady_clock;

[[nodiscard]] inline double seconds_since(clock_type::time_point then) {
  return std::chrono::duration<double>(clock_type::now() - then).count();
}

/// User and system time of the process so far, in seconds.
[[nodiscard]] double cpu_seconds();

/// Resident memory of the process in bytes, after the allocator gave back what it can.
[[nodiscard]] double resident_bytes();

} // namespace bench
