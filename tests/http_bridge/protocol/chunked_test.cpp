// The chunked transfer coding.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/chunked.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <cstdio>
#include <limits>
#include <string>
#include <vector>

using namespace troupe::http;
using namespace troupe::http::protocol;

namespace {

constexpr chunked_limits usual{64 * 1024, 256, 8 * 1024, 100};

// What became of a body: the data, what was left of the input, and 0 (more is wanted), 1 (done) or
// the status.
struct outcome {
  std::string data;
  std::string rest;
  unsigned state = 0;

  friend bool operator==(const outcome&, const outcome&) = default;
};

outcome decode(std::string_view bytes, std::size_t piece = std::string::npos,
               chunked_limits bounds = usual, std::uint64_t body_limit = 1'000'000) {
  chunked_decoder decoder;
  outcome o;
  while (!bytes.empty() && !decoder.done() && !decoder.failed()) {
    const auto step = decoder.next(bytes.substr(0, piece), bounds, body_limit);
    o.data.append(step.data);
    bytes.remove_prefix(step.consumed);
  }
  o.rest = bytes;
  if (decoder.failed()) {
    o.state = code(decoder.failure());
    CHECK_FALSE(decoder.failure_text().empty());
    o.rest.clear();
  } else if (decoder.done()) {
    o.state = 1;
  }
  return o;
}

unsigned state_of(const std::string& bytes, chunked_limits bounds = usual,
                  std::uint64_t body_limit = 1'000'000) {
  const auto whole = decode(bytes, std::string::npos, bounds, body_limit);
  CHECK(decode(bytes, 1, bounds, body_limit) == whole);
  return whole.state;
}

} // namespace

TEST_CASE("RFC 9112 7.1: a chunk size is 1 to 16 hexadecimal digits and nothing else",
          "[http][chunked]") {
  for (const auto* line : {"", ";", " 5", "+5", "-5", "0x5", "5h", "5 5", "5,", "g", "\t5", "5 ",
                           "5\t", "00000000000000005", "5\x0b", "\xef\xbc\x95", "5_"}) {
    INFO(line);
    CHECK(state_of(std::string{line} + "\r\nhello\r\n0\r\n\r\n") == 400);
  }
  CHECK(decode("0000000000000005\r\nhello\r\n0\r\n\r\n") == outcome{"hello", "", 1});
  CHECK(decode("A\r\n0123456789\r\na\r\n0123456789\r\n00\r\n\r\n").state == 1);
}

TEST_CASE("RFC 9112 7.1: a chunk size that does not fit is refused, not wrapped around",
          "[http][chunked]") {
  CHECK(state_of("FFFFFFFFFFFFFFFF\r\n") == 413);
  CHECK(state_of("8000000000000000\r\n") == 413);
  CHECK(state_of("10000000000000000\r\n") == 413);
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  CHECK(decode("1\r\nx\r\nFFFFFFFFFFFFFFFE\r\n", std::string::npos, usual, most).state == 0);
  CHECK(decode("1\r\nx\r\nFFFFFFFFFFFFFFFF\r\n", std::string::npos, usual, most).state == 413);
}

TEST_CASE("RFC 9112 7.1: CR LF stands behind sizes, data and trailers, and nothing in its place",
          "[http][chunked]") {
  for (const std::string body :
       {"5\nhello\r\n0\r\n\r\n", "5\rhello\r\n0\r\n\r\n", "5\r\rhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhellox\r\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n", "5\r\nhello\r\n0\n\r\n", "5\r\nhello\r\n0\r\n\n",
        "5\r\nhello\r\n0\r\n\rx", "5\r\nhello\r\n\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nA: b\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\r\r\n", "5;a\nx\r\nhello", "5;a=\"\n\"\r\nhello"}) {
    INFO(body);
    CHECK(state_of(body) == 400);
  }
}

TEST_CASE("RFC 9112 7.1.1: chunk extensions are names with values, and dropped",
          "[http][chunked]") {
  for (const std::string extension : {";",           "; ",
                                      ";;",          ";=",
                                      ";=a",         ";a=",
                                      ";a=;b",       ";a=b=c",
                                      ";a\"b\"",     ";a=\"b",
                                      ";a=\"b\"c",   ";a=\"\\",
                                      ";a=\"\x01\"", ";a=\"\\\x01\"",
                                      ";a b",        ";a=b c",
                                      "=a",          ";a,b",
                                      ";a=b ",       ";a ",
                                      ";a=\"b\" ",   ";(a)",
                                      ";a=\x80",     ";a=\"b\"\"c\"",
                                      " x",          "; \x0b"}) {
    INFO(extension);
    CHECK(state_of("5" + extension + "\r\nhello\r\n0\r\n\r\n") == 400);
  }
  for (const std::string extension :
       {";a", ";a=b", ";a;b", ";a=\"b\"", ";a=\"\"", ";a=\"b;\\\"c\t\x80\"", ";a=b;c=\"d\"", " ;a",
        "\t; a", "; a = b", ";a =\"b\" ;c", ";a ;b"}) {
    INFO(extension);
    CHECK(decode("5" + extension + "\r\nhello\r\n0" + extension + "\r\n\r\n")
          == outcome{"hello", "", 1});
  }
}

TEST_CASE("RFC 9112 7.1.1: the length of a size line is bounded", "[http][chunked]") {
  auto bounds = usual;
  bounds.chunk_line = 16;
  const std::string fits = "5;" + std::string(14, 'x');
  CHECK(state_of(fits + "\r\nhello\r\n0\r\n\r\n", bounds) == 1);
  CHECK(state_of(fits + "x\r\nhello\r\n0\r\n\r\n", bounds) == 413);
  CHECK(state_of("5;" + std::string(100'000, 'x'), bounds) == 413);
  // Each line has its own.
  CHECK(state_of(fits + "\r\nhello\r\n" + fits + "\r\nhello\r\n0\r\n\r\n", bounds) == 1);
}

TEST_CASE("RFC 9112 7.1.2: trailers are checked like fields, and dropped", "[http][chunked]") {
  for (const std::string trailer : {" A: b", "\tA: b", "A", "A b: c", "A : b", ": b", "A\x80: b",
                                    "A: \x01", "A: \x7f", "A: b\r\n folded"}) {
    INFO(trailer);
    CHECK(state_of("0\r\n" + trailer + "\r\n\r\n") == 400);
  }
  CHECK(state_of(std::string{"0\r\nA: \0\r\n\r\n", 11}) == 400);
  // RFC 9110 6.5.1: one that would frame the body is ignored like any other.
  CHECK(decode(
          "1\r\nx\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: gzip\r\nHost: b\r\nA:\r\n\r\nGET")
        == outcome{"x", "GET", 1});
}

TEST_CASE("RFC 9112 7.1.2: bytes and fields of trailers are bounded", "[http][chunked]") {
  auto bounds = usual;
  bounds.trailer_fields = 2;
  CHECK(state_of("0\r\nA: b\r\nA: b\r\n\r\n", bounds) == 1);
  CHECK(state_of("0\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", bounds) == 431);
  bounds = usual;
  bounds.trailers = 8;
  CHECK(state_of("0\r\nA: b\r\n\r\n", bounds) == 1);
  CHECK(state_of("0\r\nA: bc\r\n\r\n", bounds) == 431);
}

TEST_CASE("framing is bounded however small the chunks are", "[http][chunked]") {
  std::string million;
  for (int i = 0; i < 20'000; ++i)
    million += "1\r\nx\r\n";
  CHECK(state_of(million) == 413);
  auto bounds = usual;
  bounds.framing = 64;
  // 12 chunks of 5 framing bytes, then 4 of the 5 bytes of the last one.
  std::string twelve;
  for (int i = 0; i < 12; ++i)
    twelve += "1\r\nx\r\n";
  CHECK(state_of(twelve + "0\r\n\r", bounds) == 0);
  CHECK(state_of(twelve + "0\r\n\r\n", bounds) == 413);
}

TEST_CASE("RFC 9110 15.5.14: the decoded body is bounded over all chunks", "[http][chunked]") {
  CHECK(state_of("5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n", usual, 8) == 1);
  CHECK(state_of("5\r\nhello\r\n4\r\nabcd\r\n0\r\n\r\n", usual, 8) == 413);
  CHECK(state_of("1\r\nx", usual, 0) == 413);
  CHECK(state_of("0\r\n\r\n", usual, 0) == 1);
}

TEST_CASE("an unfinished body wants more, and what follows a body is not touched",
          "[http][chunked]") {
  const std::string body = "5;a=\"b\"\r\nhello\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n";
  for (std::size_t i = 0; i < body.size(); ++i) {
    INFO(i);
    CHECK(decode(body.substr(0, i)).state == 0);
  }
  CHECK(decode(body + "0\r\n\r\n") == outcome{"helloabc", "0\r\n\r\n", 1});
  chunked_decoder decoder;
  CHECK(decoder.next({}, usual, 1).consumed == 0);
}

TEST_CASE("property: what is cut into chunks comes out whole, in inputs of any size",
          "[http][chunked][property]") {
  CHECK(rc::check([](const std::vector<std::string>& pieces, const std::string& after) {
    std::string bytes;
    std::string data;
    for (const auto& piece : pieces) {
      if (piece.empty())
        continue;
      char size[20];
      std::snprintf(size, sizeof size, "%zx", piece.size());
      bytes.append(size).append("\r\n").append(piece).append("\r\n");
      data += piece;
    }
    bytes += "0\r\n\r\n";
    const auto piece = *rc::gen::inRange<std::size_t>(1, 64);
    RC_ASSERT(decode(bytes + after, piece) == (outcome{data, after, 1}));
  }));
}
