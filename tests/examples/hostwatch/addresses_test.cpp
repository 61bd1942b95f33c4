// Specifies what hostwatch says about where it can be reached.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/addresses.hpp"

#include <catch2/catch.hpp>

using namespace hostwatch;
using troupe::http::tcp_endpoint;

TEST_CASE("a container shows by a marker file or by its control group", "[addresses]") {
  CHECK(looks_like_container(true, ""));
  CHECK(looks_like_container(false, "12:pids:/docker/0123456789abcdef\n"));
  CHECK(looks_like_container(false, "0::/kubepods/besteffort/pod1\n"));
  CHECK(looks_like_container(false, "0::/machine.slice/libpod-abc.scope\n"));
  CHECK_FALSE(looks_like_container(false, "0::/user.slice/user-1000.slice\n"));
  CHECK_FALSE(looks_like_container(false, ""));
}

TEST_CASE("the address is printed as people type it", "[addresses]") {
  CHECK(ready_text({"127.0.0.1", 8080}, {"10.0.0.5"}, false)
        == "hostwatch is ready: http://127.0.0.1:8080\n");
  CHECK(ready_text({"::1", 80}, {}, false) == "hostwatch is ready: http://[::1]:80\n");
}

TEST_CASE("listening on all interfaces prints each address", "[addresses]") {
  CHECK(
    ready_text({"0.0.0.0", 8080}, {"10.0.0.5", "172.17.0.2"}, false)
    == "hostwatch is ready: http://127.0.0.1:8080 http://10.0.0.5:8080 http://172.17.0.2:8080\n");
}

TEST_CASE("in a container it says how to be reached from outside", "[addresses]") {
  const auto closed = ready_text({"127.0.0.1", 8080}, {"172.17.0.2"}, true);
  CHECK_THAT(closed, Catch::Contains("--host 0.0.0.0") && Catch::Contains("--publish 8080:8080"));
  const auto open = ready_text({"0.0.0.0", 9000}, {"172.17.0.2"}, true);
  CHECK_THAT(open,
             Catch::Contains("http://172.17.0.2:9000") && Catch::Contains("--publish 9000:9000"));
  CHECK_THAT(open, !Catch::Contains("--host"));
}
