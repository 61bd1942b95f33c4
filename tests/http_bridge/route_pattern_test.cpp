// The text of routes.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/route_pattern.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace troupe;
using http::pattern_segment;
using http::route_pattern;
using http::segment_kind;

TEST_CASE("a bad pattern is refused with the reason and the segment", "[http][router]") {
  const std::vector<std::pair<std::string, std::string>> cases{
    {"", "does not begin with /"},
    {"a", "does not begin with /"},
    {"{a}", "does not begin with /"},
    {"/a//b", "only the last segment may be empty"},
    {"//", "only the last segment may be empty"},
    {"/{}", "a parameter's name is letters, digits and _ (`{}`)"},
    {"/{*}", "a parameter's name is letters, digits and _ (`{*}`)"},
    {"/{1a}", "a parameter's name is letters, digits and _ (`{1a}`)"},
    {"/{a-b}", "a parameter's name is letters, digits and _ (`{a-b}`)"},
    {"/{a}{b}", "a parameter's name is letters, digits and _ (`{a}{b}`)"},
    {"/{*a}/b", "only the last segment can take the rest (`{*a}`)"},
    {"/{*a}/", "only the last segment can take the rest (`{*a}`)"},
    {"/{a}/{a}", "two parameters have one name (`{a}`)"},
    {"/{a}/b/{*a}", "two parameters have one name (`{*a}`)"},
    {"/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", "more than 8 parameters (`{i}`)"},
    {"/a{b}", "a segment is either text or one {parameter} (`a{b}`)"},
    {"/{b}a", "a segment is either text or one {parameter} (`{b}a`)"},
    {"/{b", "a segment is either text or one {parameter} (`{b`)"},
    {"/b}", "a segment is either text or one {parameter} (`b}`)"},
    {"/a?b", "a segment is either text or one {parameter} (`a?b`)"},
    {"/a#b", "a segment is either text or one {parameter} (`a#b`)"},
    {"/a%20b", "a segment is either text or one {parameter} (`a%20b`)"},
    {"/a b", "a segment is either text or one {parameter} (`a b`)"},
    {"/a\nb", "a segment is either text or one {parameter} (`a\nb`)"},
  };
  for (const auto& [text, why] : cases) {
    const auto parsed = route_pattern::parse(text);
    INFO(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == errc::invalid_argument);
    CHECK(parsed.error().detail == "route `" + text + "`: " + why);
  }
}

TEST_CASE("a pattern is its segments", "[http][router]") {
  const auto segments = [](std::string_view text) {
    return route_pattern::parse(text).value().segments;
  };
  using list = std::vector<pattern_segment>;
  CHECK(segments("/") == list{{segment_kind::literal, ""}});
  CHECK(segments("/a") == list{{segment_kind::literal, "a"}});
  CHECK(segments("/a/") == list{{segment_kind::literal, "a"}, {segment_kind::literal, ""}});
  CHECK(segments("/a/{b_1}/\xc3\xa4")
        == list{{segment_kind::literal, "a"},
                {segment_kind::parameter, "b_1"},
                {segment_kind::literal, "\xc3\xa4"}});
  CHECK(segments("/{*rest}") == list{{segment_kind::rest, "rest"}});
  const auto pattern = route_pattern::parse("/{a}/x/{_B}/{*c}").value();
  CHECK(pattern.names == std::vector<std::string>{"a", "_B", "c"});
  CHECK(pattern.text == "/{a}/x/{_B}/{*c}");
}

TEST_CASE("eight parameters are allowed", "[http][router]") {
  CHECK(route_pattern::parse("/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{*h}"));
}
