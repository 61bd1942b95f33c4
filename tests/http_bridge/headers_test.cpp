// Header fields: comparing, checking, collecting.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/headers.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

using namespace troupe::http;

namespace {

std::vector<std::pair<std::string, std::string>> fields_of(const header_list& list) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto field : list)
    all.emplace_back(field.name, field.value);
  return all;
}

std::vector<std::string> elements_of(std::string_view list) {
  std::vector<std::string> all;
  for_each_list_element(list, [&all](std::string_view element) { all.emplace_back(element); });
  return all;
}

} // namespace

TEST_CASE("RFC 9110 5.5: a value with CR, LF, NUL or another control is no field value",
          "[http][headers]") {
  for (unsigned c = 0; c < 256; ++c) {
    // Before, inside and behind a block of 16, which is what the fast path looks at.
    for (const std::size_t at : {0U, 7U, 15U, 16U, 30U}) {
      std::string value(31, 'x');
      value[at] = static_cast<char>(c);
      const bool allowed = c == '\t' || (c >= 0x20 && c != 0x7f);
      INFO(c << " at " << at);
      CHECK(is_field_value(value) == allowed);
    }
  }
  CHECK(is_field_value(""));
}

TEST_CASE("RFC 9110 5.6.2: a token is not empty and holds no separator", "[http][headers]") {
  CHECK_FALSE(is_token(""));
  for (unsigned c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    const bool separator = std::string_view{"\"(),/:;<=>?@[\\]{}"}.find(text)
                           != std::string_view::npos;
    INFO(c);
    CHECK(is_token(text) == (c > 0x20 && c < 0x7f && !separator));
  }
}

TEST_CASE("a field that could break out of its line is not added", "[http][headers]") {
  header_list list;
  REQUIRE(list.add("A", "1"));
  CHECK_FALSE(list.add("B", "x\r\nC: y"));
  CHECK_FALSE(list.add("B", "x\ny"));
  CHECK_FALSE(list.add("B", std::string{"x\0y", 3}));
  CHECK_FALSE(list.add("B\r\n", "x"));
  CHECK_FALSE(list.add("B:", "x"));
  CHECK_FALSE(list.add("B C", "x"));
  CHECK_FALSE(list.add("", "x"));
  CHECK(list.text() == "A: 1\r\n");
}

TEST_CASE("names compare without case, values are kept as they are", "[http][headers]") {
  header_list list;
  REQUIRE(list.add("Set-Cookie", "a=1"));
  REQUIRE(list.add("X", "colon: and tab\t\xc3\xa4"));
  REQUIRE(list.add("SET-COOKIE", "b=2"));
  CHECK(list.find("set-cookie") == "a=1");
  CHECK(list.find("x") == "colon: and tab\t\xc3\xa4");
  CHECK_FALSE(list.find("set-cooki"));
  CHECK_FALSE(list.find(""));
  CHECK(equal_ignoring_case("", ""));
  CHECK_FALSE(equal_ignoring_case("a", "ab"));
  // `@` and `` ` ``, `[` and `{` differ by the bit that letters differ by.
  CHECK_FALSE(equal_ignoring_case("@[", "`{"));
}

TEST_CASE("remove takes every field of a name and leaves the order of the others",
          "[http][headers]") {
  header_list list;
  for (const auto* name : {"a", "b", "A", "c", "a"})
    REQUIRE(list.add(name, name));
  list.remove("a");
  CHECK(fields_of(list)
        == std::vector<std::pair<std::string, std::string>>{{"b", "b"}, {"c", "c"}});
  list.remove("nobody");
  list.remove("c");
  list.remove("b");
  CHECK(list.empty());
  CHECK(list.begin() == list.end());
}

TEST_CASE("RFC 9110 5.6.1: empty list elements are skipped, white space is not part of one",
          "[http][headers]") {
  CHECK(elements_of("").empty());
  CHECK(elements_of(" , ,\t,").empty());
  CHECK(elements_of("close") == std::vector<std::string>{"close"});
  CHECK(elements_of(",a ,\tb c\t,, d") == std::vector<std::string>{"a", "b c", "d"});
}

TEST_CASE("property: a list of fields reads back as it was added", "[http][headers][property]") {
  const auto token = rc::gen::nonEmpty(
    rc::gen::container<std::string>(rc::gen::elementOf(std::string{"abcXYZ019!#$%&'*+-.^_`|~"})));
  const auto value = rc::gen::container<std::string>(
    rc::gen::suchThat(rc::gen::arbitrary<char>(), [](char c) {
      return is_field_value({&c, 1});
    }));
  CHECK(rc::check([&] {
    const auto fields = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
      rc::gen::pair(token, value));
    header_list list;
    for (const auto& [name, text] : fields)
      RC_ASSERT(list.add(name, text));
    RC_ASSERT(fields_of(list) == fields);
  }));
}
