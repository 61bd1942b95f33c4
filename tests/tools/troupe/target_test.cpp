// Which application is meant.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/target.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace troupe;
using namespace troupe::tool;

const std::vector<admin_socket> one{{"/run/troupe/a.10.sock", "a", 10}};
const std::vector<admin_socket> two{{"/run/troupe/a.10.sock", "a", 10},
                                    {"/run/troupe/b.20.sock", "b", 20}};

result<std::string> choose(const target_choice& choice, const std::vector<admin_socket>& running) {
  return choose_target(choice, running, {"/run/troupe"});
}

} // namespace

TEST_CASE("the only application that runs is meant", "[target]") {
  CHECK(*choose({}, one) == "/run/troupe/a.10.sock");
}

TEST_CASE("without any, the folders that were looked at are named", "[target]") {
  const auto why = choose({}, {}).error();
  CHECK(why.code == errc::not_running);
  CHECK(why.detail.find("/run/troupe") != std::string::npos);
  CHECK(choose_target({}, {}, {}).error().detail.find("any folder") != std::string::npos);
}

TEST_CASE("of several, none is guessed and all are listed", "[target]") {
  const auto why = choose({}, two).error();
  CHECK(why.code == errc::invalid_argument);
  CHECK(why.detail.find("--pid 10") != std::string::npos);
  CHECK(why.detail.find("/run/troupe/b.20.sock") != std::string::npos);
}

TEST_CASE("a socket that is named is taken, whoever runs", "[target]") {
  CHECK(*choose({.socket = "x.sock", .pid = {}, .variable = "/y"}, two) == "x.sock");
}

TEST_CASE("a process is found by its number", "[target]") {
  CHECK(*choose({.socket = {}, .pid = 20, .variable = "10"}, two) == "/run/troupe/b.20.sock");
  CHECK(choose({.socket = {}, .pid = 30, .variable = {}}, two).error().code == errc::not_running);
}

TEST_CASE("the variable is a path or a number", "[target]") {
  CHECK(*choose({.socket = {}, .pid = {}, .variable = "./x.sock"}, two) == "./x.sock");
  CHECK(*choose({.socket = {}, .pid = {}, .variable = "10"}, two) == "/run/troupe/a.10.sock");
  CHECK(choose({.socket = {}, .pid = {}, .variable = "30"}, two).error().code == errc::not_running);
  for (const auto* wrong : {"hostwatch", "0", "-5", "10x"})
    CHECK(choose({.socket = {}, .pid = {}, .variable = wrong}, two).error().code
          == errc::invalid_argument);
}
