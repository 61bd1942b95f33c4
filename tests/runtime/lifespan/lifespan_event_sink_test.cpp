// Tests of the interface of those who listen to the lifespan.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/lifespan_event_sink.hpp"
#include "runtime/testkit/recording_sink.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace troupe;

TEST_CASE("one listener may take the events of supervisors and of the lifespan, in one order",
          "[lifespan_event_sink]") {
  auto both = std::make_shared<testkit::recording_sink>();
  const std::shared_ptr<lifespan_event_sink> lifespan = both;
  const std::shared_ptr<supervisor_event_sink> supervisors = both;
  lifespan->publish(lifespan_state_entered{lifespan_state::starting, {}});
  supervisors->publish(child_started{"/app/a", 1});
  lifespan->publish(hook_called{"db", true, {}, error{errc::timed_out, "given up"}});
  CHECK(both->lines()
        == std::vector<std::string>{"state starting", "up /app/a #1",
                                    "shutdown \"db\" failed: given up"});
}

TEST_CASE("a listener is destroyed through its interface", "[lifespan_event_sink]") {
  struct watched final : lifespan_event_sink {
    explicit watched(bool* f) : flag(f) {}
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;
    ~watched() override { *flag = true; }
    void publish(const lifespan_occurrence&) noexcept override {}
    bool* flag;
  };
  bool destroyed = false;
  std::unique_ptr<lifespan_event_sink> sink = std::make_unique<watched>(&destroyed);
  sink.reset();
  CHECK(destroyed);
}
