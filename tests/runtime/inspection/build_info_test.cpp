// Facts of the build.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/build_info.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

namespace {

bool is_version(std::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 2
         && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

} // namespace

TEST_CASE("the build knows its versions, compiler and type", "[build_info]") {
  const auto& build = troupe::this_build();
  CHECK(is_version(build.version));
  CHECK(is_version(build.caf));
  CHECK(build.compiler.find_first_of("0123456789") != std::string_view::npos);
  CHECK_FALSE(build.build_type.empty());
}
