// Specifies hostwatch's command line.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/options.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace {

using namespace hostwatch;

std::variant<options, end_with> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "hostwatch");
  return parse_options(static_cast<int>(arguments.size()), arguments.data(), {"proc", "identity"});
}

} // namespace

TEST_CASE("without arguments it listens on 127.0.0.1:8080 and takes no faults", "[options]") {
  const auto read = std::get<options>(parse({}));
  CHECK(read.host == "127.0.0.1");
  CHECK(read.port == 8080);
  CHECK(read.admin.empty());
  CHECK_FALSE(read.enable_faults);
  CHECK(read.fail_startup.empty());
}

TEST_CASE("each option is taken", "[options]") {
  const auto read = std::get<options>(
    parse({"--host", "0.0.0.0", "--port", "0", "--admin", "/tmp/x.sock", "--enable-faults",
           "--fail-startup", "proc"}));
  CHECK(read.host == "0.0.0.0");
  CHECK(read.port == 0);
  CHECK(read.admin == "/tmp/x.sock");
  CHECK(read.enable_faults);
  CHECK(read.fail_startup == "proc");
}

TEST_CASE("a wrong argument ends with code 2, help with 0", "[options]") {
  CHECK(std::get<end_with>(parse({"--help"})).code == 0);
  const std::vector<std::vector<const char*>> wrong{{"--nonsense"},
                                                    {"--port"},
                                                    {"--port", "x"},
                                                    {"--port", "65536"},
                                                    {"--port", "-1"},
                                                    {"stray"},
                                                    {"--fail-startup", "nobody"}};
  for (const auto& arguments : wrong) {
    CAPTURE(arguments.front());
    const auto read = parse(arguments);
    REQUIRE(std::holds_alternative<end_with>(read));
    CHECK(std::get<end_with>(read).code == 2);
  }
}
