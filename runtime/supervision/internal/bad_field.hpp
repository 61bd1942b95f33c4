// The error of a specification's wrong field.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <string>
#include <string_view>

namespace troupe::internal {

/// `errc::invalid_argument` with `place.field: what`.
[[nodiscard]] inline error bad_field(std::string_view place, std::string_view field,
                                     const std::string& what) {
  return {errc::invalid_argument, std::string{place} + "." + std::string{field} + ": " + what};
}

} // namespace troupe::internal
