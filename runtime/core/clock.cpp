// The real clock.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/clock.hpp"

namespace troupe {

clock::~clock() = default;

const clock& real_clock() noexcept {
  class steady final : public clock {
  public:
    [[nodiscard]] steady_time now() const noexcept override {
      return std::chrono::steady_clock::now();
    }
  };
  static const steady instance;
  return instance;
}

} // namespace troupe
