// Text of an error.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/result.hpp"

namespace troupe {

std::string error::to_text() const {
  std::string text{sentence(code)};
  if (!detail.empty()) {
    text += ": ";
    text += detail;
  }
  return text;
}

} // namespace troupe
