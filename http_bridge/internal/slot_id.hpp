// Names one answer that is owed, safely beyond its time.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>

namespace troupe::internal {

/// Names a slot of one reactor in one of its uses. An answer that comes after the slot was given up finds another
/// generation there and is dropped.
struct slot_id {
  std::uint32_t index = 0;
  std::uint32_t generation = 0; ///< Never 0 in use.

  static constexpr unsigned index_bits = 28;

  /// Fits CAF's 60 bits of request id and is never 0, which CAF takes for "no request".
  [[nodiscard]] constexpr std::uint64_t number() const noexcept {
    return (static_cast<std::uint64_t>(generation) << index_bits) | index;
  }
  [[nodiscard]] static constexpr slot_id from_number(std::uint64_t number) noexcept {
    return {static_cast<std::uint32_t>(number & ((1U << index_bits) - 1)),
            static_cast<std::uint32_t>(number >> index_bits)};
  }

  friend constexpr bool operator==(slot_id, slot_id) = default;
};

} // namespace troupe::internal
