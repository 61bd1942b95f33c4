// What this library was built from and with.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

/// Facts of the build, for people and bug reports.
struct build_info {
  std::string_view version;    ///< Of Troupe, `0.1.0`.
  std::string_view caf;        ///< Version of CAF that was compiled against.
  std::string_view compiler;   ///< `GCC 12.2.0`.
  std::string_view build_type; ///< CMake's, `RelWithDebInfo`.
};

[[nodiscard]] const build_info& this_build() noexcept;

} // namespace troupe
