// Tests of how the lifespan comes to be.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/actor_record.hpp"
#include "runtime/supervision/supervisor.hpp"
#include "runtime/lifespan/lifespan.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/inline_runner.hpp"
#include "runtime/testkit/recording_sink.hpp"
#include "runtime/testkit/virtual_time_system.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace troupe;
using namespace troupe::testkit;

TEST_CASE("the lifespan stands in the registry before it begins, and ends after its report",
          "[lifespan]") {
  virtual_time_system time;
  actor_probe probe{time.system()};
  const auto sink = std::make_shared<recording_sink>();
  const auto setup = std::make_shared<lifespan_setup>();
  bool running_when_finished = false;
  setup->root = make_supervisor("app", {}, {});
  setup->actors = std::make_shared<registry>();
  setup->status = std::make_shared<lifespan_status>();
  setup->supervisor_events = sink;
  setup->events = sink;
  setup->runner = std::make_shared<inline_runner>();
  setup->on_finished = [&](const lifespan_report&) { running_when_finished = time.running() == 1; };
  {
    const auto handle = start_lifespan(time.system(), setup);
    CHECK(setup->actors->ref(lifespan_path).resolve() == handle);
    CHECK(sink->lines().empty()); // nothing has run yet
    CHECK(setup->actors->list().front().record->type == "lifespan");
    time.run();
    CHECK(setup->status->ready());
    probe.watch(handle);
    probe.send(handle, request_stop{{stop_reason::kind_type::requested, "enough"}});
    time.run();
  }
  CHECK(running_when_finished);
  CHECK(probe.expect<caf::down_msg>());
  CHECK(time.running() == 0);
  setup->actors->clear();
  sink->clear();
}

TEST_CASE("the defaults of the times are the documented ones", "[lifespan]") {
  using namespace std::chrono_literals;
  const lifespan_options o;
  CHECK(o.startup_time == 60s);
  CHECK(o.rollback_time == 30s);
  CHECK(o.stop_time == 25s);
  CHECK(o.lame_duck_time == 0s);
  CHECK(o.drain_time == 10s);
  CHECK(o.handler_time == 5s);
}
