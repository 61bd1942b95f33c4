// Holds the samples that were accepted, within fixed bounds. Pure: the time comes with each call.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "examples/hostwatch/sample.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostwatch {

struct store_limits {
  std::size_t hosts = 1'000;
  std::size_t samples_per_host = 3'600;
  /// How long a sample is held after it came. A little less than 3,600 s, so that a host that sends one each second
  /// never meets the limit because one of them was early.
  std::chrono::seconds held_for{3'595};
};

/// What became of samples that were handed over.
enum class keep_outcome : std::uint8_t { kept, too_many_hosts, too_many_samples };

struct host_info {
  std::string host;
  std::size_t samples;
  sample newest; ///< By its own time.
};

/// Thread safety: none; it is a value.
class sample_store {
public:
  explicit sample_store(store_limits limits = {}) : limits_(limits) {}

  struct answer {
    keep_outcome outcome = keep_outcome::kept;
    std::string host; ///< The first one that had no room.
  };

  /// Takes all of `samples`, or none when one of them has no room.
  answer keep(const std::vector<host_sample>& samples, troupe::steady_time now);

  /// Hosts that have samples, by name.
  [[nodiscard]] std::vector<host_info> hosts(troupe::steady_time now);

  /// The samples of `host` that are at most `window` older than its newest one: the clocks of hosts need not agree
  /// with ours. @returns nothing for a host without samples.
  [[nodiscard]] std::optional<std::vector<sample>> window(std::string_view host,
                                                          std::chrono::seconds window,
                                                          troupe::steady_time now);

private:
  struct held {
    troupe::steady_time since;
    sample values;
  };
  struct series {
    std::deque<held> samples; // in the order they came
    sample newest;
  };
  using table = std::map<std::string, series, std::less<>>;

  /// Lets go of what has been held long enough, of one host or of all.
  void expire(series& of, troupe::steady_time now) const;
  void expire(troupe::steady_time now);

  store_limits limits_;
  table hosts_;
};

} // namespace hostwatch
