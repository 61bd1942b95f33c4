// troupe version: what this program was built from.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/build_info.hpp"
#include "tools/troupe/verbs.hpp"

#include <fmt/format.h>

namespace troupe::tool {

report version(output_form form) {
  const auto& build = this_build();
  if (form == output_form::json_document) {
    json out;
    out["schema"] = "troupe.version/1";
    out["troupe"] = build.version;
    out["caf"] = build.caf;
    out["build"] = json::object({{"compiler", build.compiler}, {"type", build.build_type}});
    return {dump(out, 2) + '\n', {}};
  }
  return {fmt::format("troupe {} (CAF {}, {}, {})\n", build.version, build.caf, build.compiler,
                      build.build_type),
          {}};
}

} // namespace troupe::tool
