// What a terminal gets to see.
// SPDX-License-Identifier: BSD-3-Clause

#include "tools/troupe/text.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <string>

using namespace troupe::tool;

TEST_CASE("ordinary text stays as it is", "[text]") {
  CHECK(printable("/app/store") == "/app/store");
  CHECK(printable("\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xad")
        == "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xad");
  CHECK(printable("<script>") == "<script>");
  CHECK(printable("").empty());
}

TEST_CASE("control characters are shown, not obeyed", "[text]") {
  CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(printable(std::string_view{"\0\t\n\r\x7f", 5}) == "\\x00\\x09\\x0a\\x0d\\x7f");
  CHECK(printable("\xc2\x9b") == "\\u{9b}"); // a CSI of one character
}

TEST_CASE("what turns or hides text is shown", "[text]") {
  CHECK(printable("\xe2\x80\xae") == "\\u{202e}");
  CHECK(printable("\xe2\x80\x8b") == "\\u{200b}");
  CHECK(printable("\xef\xbb\xbf") == "\\u{feff}");
}

TEST_CASE("bytes that are not UTF-8 are shown one by one", "[text]") {
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("\xc3") == "\\xc3");                            // cut off
  CHECK(printable("\xe2\x82z") == "\\xe2\\x82z");                 // cut off in the middle
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                   // too long a form of a slash
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");          // a surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80"); // beyond U+10FFFF
  CHECK(printable("\xe0\x80\xaf") == "\\xe0\\x80\\xaf");
}

TEST_CASE("no bytes ever leave a control character", "[text]") {
  const bool held = rc::check([](const std::string& any) {
    const auto shown = printable(any);
    RC_ASSERT(std::none_of(shown.begin(), shown.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    }));
    RC_ASSERT(printable(shown) == shown);
  });
  CHECK(held);
}

TEST_CASE("the width counts characters", "[text]") {
  CHECK(width("") == 0);
  CHECK(width("abc") == 3);
  CHECK(width("\xe2\x94\x9c\xe2\x94\x80 a") == 4);
}

TEST_CASE("text in a URL keeps letters, digits and slashes", "[text]") {
  CHECK(percent_encoded("/app/a-b_c.d~1") == "/app/a-b_c.d~1");
  CHECK(percent_encoded("a b&c=d%\xc3\xa4") == "a%20b%26c%3Dd%25%C3%A4");
}

TEST_CASE("the distance counts changes, gaps, extras and swaps", "[text]") {
  CHECK(distance("", "") == 0);
  CHECK(distance("", "abc") == 3);
  CHECK(distance("tree", "tree") == 0);
  CHECK(distance("tre", "tree") == 1);
  CHECK(distance("treee", "tree") == 1);
  CHECK(distance("trea", "tree") == 1);
  CHECK(distance("rtee", "tree") == 1);
  CHECK(distance("abc", "xyz") == 3);
}

TEST_CASE("a word is suggested only when it is near", "[text]") {
  constexpr std::array<std::string_view, 4> words{"ps", "tree", "status", "events"};
  CHECK(nearest("statsu", words) == "status");
  CHECK(nearest("pss", words) == "ps");
  CHECK(nearest("evnt", words) == "events");
  CHECK(nearest("xyz", words).empty());
  CHECK(nearest("xy", words).empty());
  CHECK(nearest("", words).empty());
}
