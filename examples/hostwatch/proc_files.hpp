// The kernel's files about this host, held open.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"
#include "runtime/core/units.hpp"
#include "examples/hostwatch/sample.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hostwatch {

/// What was read at one moment, not looked at yet.
struct proc_texts {
  troupe::wall_time at;
  std::string stat;
  std::string meminfo;
  std::string loadavg;
  std::string net_dev;
};

/// The values in the texts; errors as the parsers of proc_reader.hpp.
[[nodiscard]] troupe::result<sample> parse_texts(const proc_texts& texts,
                                                 std::uint64_t ticks_per_second);

/// Opened once and read again and again from the start; /proc makes the text anew each time. None of it blocks.
/// Thread safety: `read` from any thread, between `open` and `close`.
class proc_files {
public:
  /// Longest text taken from one file; longer ones are an error, not cut. A host with 1,000 interfaces needs 120 KiB.
  static constexpr troupe::byte_count text_limit{1024 * 1024};

  /// @param folder where the files are, for tests; without a slash at the end.
  explicit proc_files(std::string folder = "/proc");
  ~proc_files();
  proc_files(const proc_files&) = delete;
  proc_files& operator=(const proc_files&) = delete;

  /// @returns `errc::io_error` naming the file that cannot be opened; none is open then.
  troupe::result<void> open();
  void close() noexcept;

  /// @returns `errc::io_error` naming the file that cannot be read, `errc::not_running` when they are not open.
  [[nodiscard]] troupe::result<proc_texts> read() const;

private:
  static constexpr std::size_t count = 4;

  [[nodiscard]] std::string path(std::size_t file) const;
  [[nodiscard]] troupe::result<std::string> read(std::size_t file) const;

  std::string folder_;
  std::array<int, count> descriptors_;
};

} // namespace hostwatch
