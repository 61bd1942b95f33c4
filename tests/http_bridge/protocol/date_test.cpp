// Dates as HTTP writes them.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/date.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <chrono>
#include <ctime>
#include <string>

using namespace troupe;
using namespace std::chrono;

namespace {

std::string date_of(wall_time when) {
  const auto text = http::protocol::http_date(when);
  return {text.begin(), text.end()};
}

wall_time at(std::int64_t seconds_since_epoch) {
  return wall_time{seconds{seconds_since_epoch}};
}

} // namespace

TEST_CASE("RFC 9110 5.6.7: a date is an IMF-fixdate", "[http][date]") {
  CHECK(date_of(at(784'111'777)) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(date_of(at(0)) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("dates at the edges of days and leap years", "[http][date]") {
  CHECK(date_of(at(951'782'399)) == "Mon, 28 Feb 2000 23:59:59 GMT");
  CHECK(date_of(at(951'782'400)) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(date_of(at(4'107'542'400)) == "Mon, 01 Mar 2100 00:00:00 GMT");
  CHECK(date_of(at(-1)) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_CASE("parts of a second are cut off, not rounded", "[http][date]") {
  CHECK(date_of(at(0) + milliseconds{999}) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(date_of(at(0) - milliseconds{1}) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_CASE("property: dates agree with strftime", "[http][date][property]") {
  CHECK(rc::check([] {
    const auto when = *rc::gen::inRange<std::int64_t>(0, 9'000'000'000);
    const auto seconds = static_cast<std::time_t>(when);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    RC_ASSERT(date_of(at(when)) == text);
  }));
}
