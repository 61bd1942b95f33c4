// Specifies the sampler: one look each second, bounded, and faults at the next one.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/registry/registry.hpp"
#include "runtime/testkit/actor_probe.hpp"
#include "runtime/testkit/fake_supervisor.hpp"
#include "runtime/testkit/virtual_time_system.hpp"
#include "examples/hostwatch/parser.hpp"
#include "examples/hostwatch/sampler.hpp"

#include <catch2/catch.hpp>

#include <memory>

namespace {

using namespace hostwatch;
using namespace std::chrono_literals;
using kind = troupe::testkit::child_report::kind_type;

struct world {
  troupe::testkit::virtual_time_system time;
  troupe::registry actors;
  troupe::testkit::actor_probe parser{time.system()};
  troupe::testkit::fake_supervisor supervisor{time.system()};
  std::shared_ptr<proc_files> files = std::make_shared<proc_files>();
  std::shared_ptr<fault_letter> letter = std::make_shared<fault_letter>();
  troupe::started_child child;

  world() {
    REQUIRE(files->open());
    supervisor.restart_crashed(true);
    actors.enter("/test/parser", parser.handle(), nullptr);
    child = supervisor
              .start(
                make_sampler("sampler", {.backlog = 3}, files, actors.ref("/test/parser"), letter))
              .value();
    time.run();
  }
  ~world() { actors.clear(); }
  world(const world&) = delete;
  world& operator=(const world&) = delete;
};

} // namespace

TEST_CASE("it looks at once and then each second", "[sampler]") {
  world w;
  w.time.advance(0s);
  REQUIRE(w.parser.waiting() == 1);
  const auto look = w.parser.expect<local_texts>();
  REQUIRE(look);
  CHECK(parse_texts(*look->texts, 100));
  w.time.advance(2s);
  CHECK(w.parser.waiting() == 2);
}

TEST_CASE("a parser that does not keep up costs looks, not memory", "[sampler]") {
  world w;
  w.time.advance(60s);
  CHECK(w.parser.waiting() == 3);
  CHECK(w.parser.expect<local_texts>());
  w.time.advance(5s);
  CHECK(w.parser.waiting() == 3);
}

TEST_CASE("without a parser it goes on looking", "[sampler]") {
  world w;
  w.actors.clear();
  w.time.advance(5s);
  w.actors.enter("/test/parser", w.parser.handle(), nullptr);
  while (w.parser.waiting() > 0)
    CHECK(w.parser.expect<local_texts>());
  w.time.advance(1s);
  CHECK(w.parser.waiting() == 1);
}

TEST_CASE("files that cannot be read cost looks, not the sampler", "[sampler]") {
  world w;
  w.time.advance(0s);
  w.files->close();
  w.time.advance(5s);
  CHECK(w.parser.waiting() == 1);
  CHECK(w.supervisor.count(kind::crashed) == 0);
}

TEST_CASE("a fault takes effect at the next look, once", "[sampler]") {
  world w;
  w.time.advance(0s);
  w.letter->leave(fault_kind::throw_);
  w.time.advance(1s);
  CHECK(w.supervisor.count(kind::crashed) == 1);
  w.time.advance(3s);
  CHECK(w.supervisor.count(kind::crashed) == 1);
  CHECK(w.child.record->restarts == 1);
}

TEST_CASE("it ends when it is asked to", "[sampler]") {
  world w;
  w.supervisor.stop(w.child);
  w.time.run();
  CHECK(w.supervisor.count(kind::ended) == 1);
}
