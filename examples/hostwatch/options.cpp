// hostwatch's command line.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/options.hpp"

#include "runtime/application/exit_code.hpp"

#include <CLI/CLI.hpp>

namespace hostwatch {

std::variant<options, end_with> parse_options(int argc, const char* const* argv,
                                              const std::vector<std::string>& startup_names) {
  options out;
  CLI::App line{"Watches this host and others that send their samples, and shows them live",
                "hostwatch"};
  line.add_option("--host", out.host, "Address to listen on; 0.0.0.0 for all")
    ->capture_default_str();
  line.add_option("--port", out.port, "Port to listen on; 0 for any that is free")
    ->capture_default_str();
  line.add_option("--admin", out.admin, "Path of the admin socket");
  line.add_flag("--enable-faults", out.enable_faults,
                "Add POST /faults/{child}, body {\"kind\": \"throw|hang|ignore_stop|slow\"}");
  line.add_option("--fail-startup", out.fail_startup, "Let this startup handler fail")
    ->check(CLI::IsMember(startup_names));
  try {
    line.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // CLI11 prints help or complaint; its own codes are from 100 on.
    return end_with{line.exit(e) == 0 ? troupe::exit_code::clean : troupe::exit_code::usage};
  }
  return out;
}

} // namespace hostwatch
