// Percent-encoding.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/percent.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>

using namespace troupe::http::protocol;

namespace {

constexpr auto keep = encoded_slash::keep;
constexpr auto decode = encoded_slash::decode;

std::string encode_all(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += "0123456789ABCDEF"[byte / 16];
    out += "0123456789abcdef"[byte % 16];
  }
  return out;
}

} // namespace

TEST_CASE("RFC 3986 2.1: a percent sign needs two hexadecimal digits", "[http][percent]") {
  for (const auto* text :
       {"%", "%4", "a%", "%zz", "%4g", "%g4", "%%41", "%-1", "% 1", "a%41%", "%41%4"}) {
    INFO(text);
    CHECK_FALSE(is_percent_encoded(text));
    // What is no encoding stands for itself.
    CHECK(percent_decode("%4", decode) == "%4");
  }
  CHECK(is_percent_encoded(""));
  CHECK(is_percent_encoded("/plain"));
  CHECK(is_percent_encoded("%41%4a%4A%ff"));
}

TEST_CASE("an encoded NUL is refused, it would end the path in C functions", "[http][percent]") {
  CHECK_FALSE(is_percent_encoded("/a%00b"));
  CHECK(is_percent_encoded("/a%01b"));
}

TEST_CASE("an encoded slash can be kept, whatever the case of its digits", "[http][percent]") {
  CHECK(percent_decode("/a%2Fb%2fc%2e/", keep) == "/a%2Fb%2fc./");
  CHECK(percent_decode("/a%2Fb%2fc%2e/", decode) == "/a/b/c./");
}

TEST_CASE("text is decoded once, not twice", "[http][percent]") {
  CHECK(percent_decode("%2541", decode) == "%41");
  CHECK(percent_decode("%252F", keep) == "%2F");
}

TEST_CASE("in a query plus is a space, but an encoded plus is a plus", "[http][percent]") {
  CHECK(decode_query_text("a+b%2Bc%20d") == "a b+c d");
  CHECK(decode_query_text("100%") == "100%");
  CHECK(decode_query_text("").empty());
  CHECK(percent_decode("a+b", decode) == "a+b");
}

TEST_CASE("property: decoding undoes encoding for any bytes", "[http][percent][property]") {
  CHECK(rc::check([](const std::string& text) {
    const auto encoded = encode_all(text);
    RC_ASSERT(is_percent_encoded(encoded) == (text.find('\0') == std::string::npos));
    RC_ASSERT(percent_decode(encoded, decode) == text);
    RC_ASSERT(decode_query_text(encoded) == text);
  }));
}

TEST_CASE("property: decoding never grows and only touches encodings",
          "[http][percent][property]") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string{"%%%2Ff4aZ/+"}));
    const auto kept = percent_decode(text, keep);
    const auto decoded = percent_decode(text, decode);
    RC_ASSERT(decoded.size() <= kept.size());
    RC_ASSERT(kept.size() <= text.size());
    // A kept slash adds no segment.
    RC_ASSERT(std::count(kept.begin(), kept.end(), '/')
              == std::count(text.begin(), text.end(), '/'));
    if (text.find('%') == std::string::npos)
      RC_ASSERT(decoded == text);
  }));
}
