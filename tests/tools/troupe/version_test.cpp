// troupe version.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/build_info.hpp"
#include "tools/troupe/verbs.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tool;

TEST_CASE("the version is one line, or JSON", "[version]") {
  const auto line = version(output_form::text).out;
  CHECK(line.find("troupe " + std::string{this_build().version} + " (CAF ") == 0);
  CHECK(line.find('\n') == line.size() - 1);
  const auto document = tool::json::parse(version(output_form::json_document).out);
  CHECK(document["schema"] == "troupe.version/1");
  CHECK(document["troupe"] == this_build().version);
}
