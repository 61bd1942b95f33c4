// Status codes and their lines.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/status.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace troupe::http;

TEST_CASE("a code that is not in the enum has no line and no reason", "[http][status]") {
  for (const unsigned number : {0U, 99U, 199U, 299U, 418U, 599U, 999U}) {
    const auto s = static_cast<status>(number);
    CHECK(status_line(s).empty());
    CHECK(reason_phrase(s).empty());
    CHECK(code(s) == number);
  }
}

TEST_CASE("RFC 9112 4: a status line is version, code and reason", "[http][status]") {
  unsigned known = 0;
  for (unsigned number = 100; number < 600; ++number) {
    const auto s = static_cast<status>(number);
    const auto line = status_line(s);
    if (line.empty())
      continue;
    ++known;
    const std::string expected = "HTTP/1.1 " + std::to_string(number) + " "
                                 + std::string{reason_phrase(s)} + "\r\n";
    CHECK(line == expected);
    CHECK_FALSE(reason_phrase(s).empty());
  }
  CHECK(known == 48);
}

TEST_CASE("reason phrases are those of RFC 9110 15", "[http][status]") {
  CHECK(reason_phrase(status::ok) == "OK");
  CHECK(reason_phrase(status::no_content) == "No Content");
  CHECK(reason_phrase(status::content_too_large) == "Content Too Large");
  CHECK(reason_phrase(status::uri_too_long) == "URI Too Long");
  CHECK(reason_phrase(status::expectation_failed) == "Expectation Failed");
  CHECK(reason_phrase(status::unprocessable_content) == "Unprocessable Content");
  CHECK(reason_phrase(status::request_header_fields_too_large)
        == "Request Header Fields Too Large");
  CHECK(reason_phrase(status::http_version_not_supported) == "HTTP Version Not Supported");
  CHECK(reason_phrase(status::non_authoritative_information) == "Non-Authoritative Information");
}
