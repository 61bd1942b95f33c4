// troupe status.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/tools/troupe/fake_target.hpp"
#include "tools/troupe/verbs.hpp"

#include <catch2/catch.hpp>

using namespace troupe;
using namespace troupe::tool;
using troupe::testing::small_target;

TEST_CASE("one screen sums an application up", "[status]") {
  auto target = small_target();
  const auto shown = status(target.api(), "/run/troupe/x.sock", output_form::text, {});
  REQUIRE(shown);
  const auto& out = shown->out;
  CHECK(out.find("hostwatch  ready\n") == 0);
  CHECK(out.find("  process   4711 on box, up 1.5 min\n") != std::string::npos);
  CHECK(out.find("  socket    /run/troupe/x.sock\n") != std::string::npos);
  CHECK(out.find("  actors    7: 4 idle, 1 running, 1 failed; 3 without figures\n")
        != std::string::npos);
  CHECK(out.find("  messages  150 handled, 15 waiting, 5 refused, 1 unhandled\n")
        != std::string::npos);
  CHECK(out.find("  failures  2 errors, 2 restarts\n") != std::string::npos);
}

TEST_CASE("the longest mailboxes are shown, empty ones are not", "[status]") {
  auto target = small_target();
  const auto shown = status(target.api(), "x", output_form::text, {});
  REQUIRE(shown);
  CHECK(shown->out.find("/app/store  running       15  hostwatch::sample for 12.3 ms\n")
        != std::string::npos);
  CHECK(shown->out.find("/app/http") == std::string::npos);
}

TEST_CASE("a stop tells since when and why", "[status]") {
  auto target = small_target();
  auto service = testing::small_service();
  service.state = lifespan_state::draining;
  const lifespan_mark mark{service.time,
                           {lifespan_state::draining, {stop_reason::kind_type::signal, "SIGTERM"}}};
  target.answers.at("/admin/v1/runtime") = runtime_json(service, mark);
  const auto shown = status(target.api(), "x", output_form::text, {});
  REQUIRE(shown);
  CHECK(shown->out.find("hostwatch  draining since 2025-11-22T08:26:40.123Z (SIGTERM)\n") == 0);
}

TEST_CASE("JSON has info and runtime", "[status]") {
  auto target = small_target();
  const auto shown = status(target.api(), "x", output_form::json_document, {});
  REQUIRE(shown);
  const auto document = tool::json::parse(shown->out);
  CHECK(document["schema"] == "troupe.status/1");
  CHECK(document["info"]["pid"] == 4711);
  CHECK(document["runtime"]["restarts"] == 2);
}

TEST_CASE("any question that fails fails the whole", "[status]") {
  for (const auto* target_name :
       {"/admin/v1/info", "/admin/v1/runtime", "/admin/v1/actors?limit=10000"}) {
    auto target = small_target();
    target.answers.at(target_name) = error{errc::timed_out, "5 s"};
    CHECK(status(target.api(), "x", output_form::text, {}).error().code == errc::timed_out);
  }
}

TEST_CASE("a document with members missing is shown with dashes", "[status]") {
  auto target = small_target();
  target.answers.at("/admin/v1/info") = std::string{R"({"schema":"troupe.info/1"})"};
  target.answers.at("/admin/v1/runtime") = std::string{R"({"schema":"troupe.runtime/1"})"};
  const auto shown = status(target.api(), "x", output_form::text, {});
  REQUIRE(shown);
  CHECK(shown->out.find("-  -\n  process   - on -, up -\n") == 0);
  CHECK(shown->out.find("  actors    -: -; - without figures\n") != std::string::npos);
}
