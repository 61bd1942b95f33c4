// Counts heap allocations, for tests of code that promises to make none.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstddef>

namespace troupe::http {

/// Calls of `operator new` in this program so far; not for arrays and over-aligned types. Tests run
/// on one thread.
[[nodiscard]] std::size_t allocation_count() noexcept;

} // namespace troupe::http
