// A project's own test of its actor, on virtual time and without a socket.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"
#include "http_bridge/testkit/test_request.hpp"
#include "greeter.hpp"

#include <cstdio>

using namespace troupe::testkit;

namespace {

int failed = 0;

void check(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "failed: %s\n", what);
    ++failed;
  }
}

troupe::http::request asking_for(std::string_view name) {
  return make_test_request({.target = "/hello/" + std::string{name}, .params = {{"name", name}}});
}

} // namespace

int main() {
  virtual_time_system time;
  fake_supervisor parent{time.system()};
  actor_probe probe{time.system()};
  parent.restart_crashed(true);
  const auto greeter_child = *parent.start(troupe::make_child<greeter>("greeter"));
  time.run();

  const auto bad = probe.ask(greeter_child.handle, asking_for("nobody"));
  const auto good = probe.ask(greeter_child.handle, asking_for("world"));
  time.run();
  check(probe.refusal(bad).has_value(), "the request that crashed it is answered with an error");
  const auto answer = probe.answer<troupe::http::response>(good);
  check(answer && answer->body().find("world") != std::string::npos,
        "the next incarnation answers the other");
  check(greeter_child.record->incarnation == 2, "it was restarted in place");
  return failed;
}
