// Facts of the build; the build system passes the versions in.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/build_info.hpp"

namespace troupe {

const build_info& this_build() noexcept {
  static constexpr build_info facts{
    TROUPE_VERSION,
    TROUPE_CAF_VERSION,
#ifdef __clang__
    "Clang " __clang_version__,
#else
    "GCC " __VERSION__,
#endif
    TROUPE_BUILD_TYPE,
  };
  return facts;
}

} // namespace troupe
