// hostwatch's command line.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hostwatch {

struct options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080; ///< 0: the system chooses one.
  std::string admin;         ///< Path of the admin socket; empty: the usual place.
  bool enable_faults = false;
  std::string fail_startup; ///< Name of the startup handler that is to fail; empty: none.
};

/// Says to end with this exit code; what there was to say has been printed.
struct end_with {
  int code;
};

/// Reads the arguments. A wrong one ends with code 2 and a line on stderr, `--help` with 0.
/// @param startup_names what `--fail-startup` takes.
[[nodiscard]] std::variant<options, end_with> parse_options(
  int argc, const char* const* argv, const std::vector<std::string>& startup_names);

} // namespace hostwatch
