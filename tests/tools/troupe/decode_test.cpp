// From JSON back to the model.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/snapshot_json.hpp"
#include "tests/runtime/inspection/hand_made.hpp"
#include "tools/troupe/decode.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace troupe;
using namespace troupe::tool;

TEST_CASE("what the API writes is read back without loss", "[decode]") {
  const auto service = testing::small_service();
  const auto document = parse_document(actors_json(service, select(service, {})),
                                       "troupe.actors/1");
  REQUIRE(document);
  snapshot again;
  decode_head(*document, again);
  CHECK(again.application == service.application);
  CHECK(again.unobserved == service.unobserved);
  REQUIRE((*document)["items"].size() == service.actors.size());
  for (const auto& item : (*document)["items"]) {
    const auto actor = decode_actor(item);
    REQUIRE(actor);
    const auto original = std::find_if(service.actors.begin(), service.actors.end(),
                                       [&](const auto& a) { return a.path == actor->path; });
    REQUIRE(original != service.actors.end());
    CHECK(*actor == *original);
  }
}

TEST_CASE("text that is no document is an error of the target", "[decode]") {
  for (const auto* text : {"", "{", "[]", "1", "null", "<html>"})
    CHECK(parse_document(text, "troupe.actors/1").error().code == errc::io_error);
}

TEST_CASE("another schema is named, beside the one that is read", "[decode]") {
  const auto why = parse_document(R"({"schema":"troupe.actors/2"})", "troupe.actors/1").error();
  CHECK(why.detail.find("\"troupe.actors/2\"") != std::string::npos);
  CHECK(why.detail.find("\"troupe.actors/1\"") != std::string::npos);
  CHECK_FALSE(parse_document("{}", "troupe.actors/1"));
  CHECK_FALSE(parse_document(R"({"schema":7})", "troupe.actors/1"));
}

TEST_CASE("missing members count as nothing, unknown ones are skipped", "[decode]") {
  const auto actor = decode_actor({{"path", "/a"}, {"state", "idle"}, {"new_in_1_1", {1, 2}}});
  REQUIRE(actor);
  CHECK(actor->observed);
  CHECK(actor->processed == 0);
  CHECK_FALSE(actor->current.has_value());
}

TEST_CASE("members of another kind than expected count as nothing", "[decode]") {
  const auto actor = decode_actor({{"path", "/a"},
                                   {"state", "idle"},
                                   {"msgs", 7},
                                   {"id", "x"},
                                   {"age_s", "old"},
                                   {"restarts", -1},
                                   {"current", "work"},
                                   {"abandoned", "yes"}});
  REQUIRE(actor);
  CHECK(actor->id == 0);
  CHECK(actor->restarts == 0);
  CHECK(actor->age.count() == 0);
  CHECK_FALSE(actor->abandoned);
}

TEST_CASE("an actor needs a path and a state that is known", "[decode]") {
  CHECK(decode_actor({{"state", "idle"}}).error().code == errc::io_error);
  CHECK(decode_actor(tool::json::array()).error().code == errc::io_error);
  const auto newer = decode_actor({{"path", "/a"}, {"state", "dreaming"}});
  REQUIRE_FALSE(newer);
  CHECK(newer.error().detail.find("\"dreaming\"") != std::string::npos);
}

TEST_CASE("an error code that is not known keeps its text", "[decode]") {
  const auto actor = decode_actor({{"path", "/a"},
                                   {"state", "idle"},
                                   {"last_error", {{"code", "from_the_future"}, {"text", "x"}}}});
  CHECK(actor->last_error == error{errc::unknown, "x"});
}

TEST_CASE("members are found one inside the other", "[decode]") {
  const tool::json from{{"a", {{"b", "text"}, {"n", 3}}}};
  CHECK(text_at(from, {"a", "b"}) == "text");
  CHECK(text_at(from, {"a", "n"}) == "3");
  CHECK(text_at(from, {"a", "c"}) == "-");
  CHECK(text_at(from, {"a", "b", "c"}) == "-");
}

TEST_CASE("printed JSON has nothing that a terminal obeys", "[decode]") {
  CHECK(dump("\x7f\x1b\xc2\x9b") == R"("\u007f\u001b\u009b")");
}
