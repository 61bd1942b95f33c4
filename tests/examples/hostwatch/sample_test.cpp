// Specifies which bodies are taken as samples, and what is said about those that are not.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/sample.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck/catch.h>

#include <string>
#include <tuple>
#include <vector>

namespace {

using namespace hostwatch;
using json = nlohmann::json;
using kind = rejected_body::kind_type;

json good() {
  return {{"host", "web-1"},
          {"time_ms", 1'767'225'600'123},
          {"cpu", {{"busy_ms", 52'000}, {"total_ms", 480'000}}},
          {"memory", {{"total_bytes", 8'000'000'000}, {"available_bytes", 3'000'000'000}}},
          {"load", {{"one", 0.42}, {"five", 0.3}, {"fifteen", 0.2}}},
          {"network", {{"received_bytes", 1'000}, {"sent_bytes", 2'000}}}};
}

rejected_body rejection(const std::string& body) {
  auto out = parse_samples(body);
  REQUIRE(std::holds_alternative<rejected_body>(out));
  return std::get<rejected_body>(out);
}

rejected_body rejection(const json& body) {
  return rejection(body.dump());
}

std::vector<host_sample> accepted(const std::string& body) {
  auto out = parse_samples(body);
  REQUIRE(std::holds_alternative<std::vector<host_sample>>(out));
  return std::get<std::vector<host_sample>>(out);
}

} // namespace

TEST_CASE("a body that is not JSON is told apart from one with a wrong field", "[sample]") {
  for (const auto* body :
       {"", " ", "{", "{]", "hello", "{\"host\":\"a\"} x", "\xff", "nan", "{'host':1}"}) {
    CAPTURE(body);
    CHECK(rejection(std::string{body}).kind == kind::not_json);
  }
}

TEST_CASE("what is neither an object nor an array of objects names the body", "[sample]") {
  for (const auto* body : {"5", "\"text\"", "null", "true"}) {
    CAPTURE(body);
    const auto why = rejection(std::string{body});
    CHECK(why.kind == kind::bad_field);
    CHECK_THAT(why.detail, Catch::StartsWith("body: "));
  }
  CHECK(rejection(std::string{"[]"}).detail == "body: an empty array (at least one sample)");
  CHECK_THAT(rejection(std::string{"[[]]"}).detail, Catch::StartsWith("[0]: "));
}

TEST_CASE("an empty object names the first field that is missing", "[sample]") {
  CHECK(rejection(std::string{"{}"}).kind == kind::bad_field);
  CHECK(rejection(std::string{"{}"}).detail == "host: missing");
}

TEST_CASE("each field is needed and is named when it is missing", "[sample]") {
  for (const auto& [pointer, name] : std::vector<std::tuple<std::string, std::string>>{
         {"/host", "host"},
         {"/time_ms", "time_ms"},
         {"/cpu", "cpu"},
         {"/cpu/busy_ms", "cpu.busy_ms"},
         {"/cpu/total_ms", "cpu.total_ms"},
         {"/memory", "memory"},
         {"/memory/total_bytes", "memory.total_bytes"},
         {"/memory/available_bytes", "memory.available_bytes"},
         {"/load", "load"},
         {"/load/one", "load.one"},
         {"/load/five", "load.five"},
         {"/load/fifteen", "load.fifteen"},
         {"/network", "network"},
         {"/network/received_bytes", "network.received_bytes"},
         {"/network/sent_bytes", "network.sent_bytes"}}) {
    CAPTURE(name);
    auto body = good();
    const json::json_pointer where{pointer};
    body[where.parent_pointer()].erase(where.back());
    CHECK(rejection(body).detail == name + ": missing");
    body[where] = "text that is no such value!";
    CHECK_THAT(rejection(body).detail, Catch::StartsWith(name + ": \"text that"));
  }
}

TEST_CASE("a value outside its range is named with the range", "[sample]") {
  auto body = good();
  SECTION("negative") {
    body["cpu"]["busy_ms"] = -5;
    CHECK(rejection(body).detail == "cpu.busy_ms: -5 (a whole number from 0 to 9007199254740991)");
  }
  SECTION("not whole") {
    body["time_ms"] = 1.5;
    CHECK_THAT(rejection(body).detail, Catch::StartsWith("time_ms: 1.5 "));
  }
  SECTION("a time that the clock cannot hold") {
    body["time_ms"] = 9'223'372'036'855;
    CHECK_THAT(rejection(body).detail, Catch::StartsWith("time_ms: 9223372036855 "));
  }
  SECTION("beyond what every JSON reader holds exactly") {
    body["network"]["sent_bytes"] = 9'007'199'254'740'992U;
    CHECK_THAT(rejection(body).detail, Catch::StartsWith("network.sent_bytes: 9007199254740992 "));
  }
  SECTION("more busy than there was time") {
    body["cpu"]["busy_ms"] = 480'001;
    CHECK(rejection(body).detail == "cpu.busy_ms: 480001 (at most cpu.total_ms, 480000)");
  }
  SECTION("more memory available than there is") {
    body["memory"]["available_bytes"] = 8'000'000'001;
    CHECK_THAT(rejection(body).detail, Catch::StartsWith("memory.available_bytes: 8000000001 "));
  }
  SECTION("a load below zero") {
    body["load"]["five"] = -0.1;
    CHECK_THAT(rejection(body).detail, Catch::StartsWith("load.five: -0.1 "));
  }
}

TEST_CASE("a host name that could not be part of a path is refused", "[sample]") {
  for (const auto& name :
       {std::string{}, std::string{"a b"}, std::string{"a/b"}, std::string{"<b>"},
        std::string{"a\nb"}, std::string{"ü"}, std::string(65, 'a')}) {
    CAPTURE(name);
    auto body = good();
    body["host"] = name;
    CHECK_THAT(rejection(body).detail, Catch::StartsWith("host: "));
  }
  auto body = good();
  body["host"] = std::string(64, 'a');
  CHECK(accepted(body.dump()).size() == 1);
}

TEST_CASE("in an array the sample is named too, and one wrong one refuses all", "[sample]") {
  auto wrong = good();
  wrong["load"].erase("one");
  CHECK(rejection(json::array({good(), good(), wrong})).detail == "[2].load.one: missing");
}

TEST_CASE("a long wrong value is cut in the answer", "[sample]") {
  auto body = good();
  body["host"] = std::string(10'000, 'x') + "/";
  CHECK(rejection(body).detail.size() < 200);
}

TEST_CASE("members that nobody asked for are ignored", "[sample]") {
  auto body = good();
  body["comment"] = "hello";
  CHECK(accepted(body.dump()).size() == 1);
}

TEST_CASE("a good sample is read with its units", "[sample]") {
  const auto read = accepted(good().dump());
  REQUIRE(read.size() == 1);
  CHECK(read[0].host == "web-1");
  const auto& values = read[0].values;
  CHECK(values.at == troupe::wall_time{std::chrono::milliseconds{1'767'225'600'123}});
  CHECK(values.cpu == cpu_times{std::chrono::seconds{52}, std::chrono::seconds{480}});
  CHECK(values.memory
        == memory_sizes{troupe::byte_count{8'000'000'000}, troupe::byte_count{3'000'000'000}});
  CHECK(values.load == load_average{0.42, 0.3, 0.2});
  CHECK(values.network == network_totals{troupe::byte_count{1'000}, troupe::byte_count{2'000}});
}

TEST_CASE("what is written is read back as the same sample", "[sample]") {
  rc::prop("to_json and parse_samples", [] {
    const auto whole = [](std::uint64_t most) { return *rc::gen::inRange<std::uint64_t>(0, most); };
    host_sample in;
    in.host = "h" + std::to_string(whole(1'000));
    const auto total = whole(1ULL << 50);
    const auto memory = whole(1ULL << 50);
    in.values = {troupe::wall_time{std::chrono::milliseconds{whole(9'223'372'036'855)}},
                 {std::chrono::milliseconds{whole(total + 1)}, std::chrono::milliseconds{total}},
                 {troupe::byte_count{memory}, troupe::byte_count{whole(memory + 1)}},
                 {static_cast<double>(whole(10'000)) / 100, 0.5, 0},
                 {troupe::byte_count{whole(1ULL << 50)}, troupe::byte_count{whole(1ULL << 50)}}};
    const auto out = accepted(to_json(in));
    RC_ASSERT(out.size() == 1U);
    RC_ASSERT(out[0] == in);
  });
}

TEST_CASE("no text makes the parser of samples throw", "[sample]") {
  rc::prop("any bytes", [](const std::string& text) { (void)parse_samples(text); });
}
