// How events of a bridge read.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/http_event.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::http;
using namespace std::chrono_literals;

TEST_CASE("every event is one line that names the bridge", "[http_event]") {
  CHECK(to_text(bridge_listening{"/app/http", tcp_endpoint{"127.0.0.1", 80}})
        == "/app/http listens on http://127.0.0.1:80");
  CHECK(to_text(bridge_drained{"/app/http", 40ms, true, 0}) == "/app/http drained in 40 ms");
  CHECK(to_text(bridge_drained{"/app/http", 10s, false, 3})
        == "/app/http did not drain in 10 s: 3 requests in flight were cut off");
  CHECK(to_text(request_failed{"/app/http", "0a", {errc::crashed, "boom"}})
        == "/app/http: request 0a failed: the actor failed while it handled this request: boom");
  CHECK(to_text(accept_paused{"/app/http", "Too many open files"})
        == "/app/http accepts no connections for a moment: Too many open files");
  CHECK(to_text(reactor_stuck{"/app/http", "reactor 1: the handler of /x for 5 s"})
        == "/app/http: reactor 1: the handler of /x for 5 s does not return");
}
