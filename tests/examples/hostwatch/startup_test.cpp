// Specifies the startup handlers, and how one of them is made to fail.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/startup.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace {

using namespace hostwatch;

startup_step step(const std::vector<startup_step>& steps, const std::string& name) {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const startup_step& s) { return s.name == name; });
  REQUIRE(found != steps.end());
  return *found;
}

rlim_t open_file_limit() {
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  return limit.rlim_cur;
}

} // namespace

TEST_CASE("the steps have names and an order", "[startup]") {
  std::vector<std::string> names;
  for (const auto& s : startup_steps({}))
    names.push_back(s.name);
  CHECK(names == std::vector<std::string>{"open_files", "identity", "proc"});
}

TEST_CASE("open_files never lowers the limit, and its undo puts it back", "[startup]") {
  const auto steps = startup_steps({});
  const auto before = open_file_limit();
  REQUIRE(step(steps, "open_files").start());
  CHECK(open_file_limit() >= before);
  REQUIRE(step(steps, "open_files").undo());
  CHECK(open_file_limit() == before);
}

TEST_CASE("identity finds a name that is fit for a path", "[startup]") {
  const prepared ready;
  REQUIRE(step(startup_steps(ready), "identity").start());
  CHECK(is_host_name(ready.here->name));
  CHECK(ready.here->ticks_per_second > 0);
}

TEST_CASE("proc opens the files, and its undo closes them", "[startup]") {
  const prepared ready;
  const auto proc = step(startup_steps(ready), "proc");
  REQUIRE(proc.start());
  CHECK(ready.files->read());
  REQUIRE(proc.undo());
  CHECK_FALSE(ready.files->read());
}

TEST_CASE("proc fails, with everything closed, where the files are not the kernel's", "[startup]") {
  prepared ready;
  ready.files = std::make_shared<proc_files>("/proc/no-such-folder");
  const auto done = step(startup_steps(ready), "proc").start();
  REQUIRE_FALSE(done);
  CHECK_THAT(done.error().detail, Catch::StartsWith("/proc/no-such-folder/stat: "));
}

TEST_CASE("host names are cleaned for use in paths", "[startup]") {
  CHECK(clean_host_name("web-1.example_x") == "web-1.example_x");
  CHECK(clean_host_name("a b/c<d>") == "abcd");
  CHECK(clean_host_name("") == "localhost");
  CHECK(clean_host_name("//") == "localhost");
  CHECK(clean_host_name(std::string(100, 'a')).size() == 64);
}
