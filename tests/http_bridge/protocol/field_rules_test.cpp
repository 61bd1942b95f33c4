// The fields that frame and route a request.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/headers.hpp"
#include "http_bridge/status.hpp"
#include "http_bridge/protocol/field_rules.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>
#include <limits>
#include <string>

using namespace troupe::http;
using namespace troupe::http::protocol;

namespace {

// The rules after some fields; `refused` is the first refusal, of `take` or of `finish`.
struct outcome {
  field_rules rules;
  refusal refused;
};

outcome take(std::initializer_list<header_view> fields, int minor_version = 1) {
  outcome o;
  std::uint32_t index = 0;
  for (const auto& field : fields) {
    o.refused = o.rules.take(field.name, field.value, index++, minor_version);
    if (o.refused)
      return o;
  }
  o.refused = o.rules.finish(minor_version);
  return o;
}

unsigned refused_with(std::initializer_list<header_view> fields, int minor_version = 1) {
  const auto o = take(fields, minor_version);
  return o.refused ? code(o.refused.code) : 0;
}

constexpr header_view host{"Host", "a"};

} // namespace

TEST_CASE("RFC 9112 3.2: HTTP/1.1 needs exactly one valid Host", "[http][fields]") {
  CHECK(refused_with({}) == 400);
  CHECK(refused_with({{"Hosts", "a"}}) == 400);
  CHECK(refused_with({host, host}) == 400);
  CHECK(refused_with({host, {"hOST", "b"}}) == 400);
  CHECK(refused_with({{"Host", ""}}) == 400);
  CHECK(refused_with({{"Host", "a b"}}) == 400);
  CHECK(refused_with({{"Host", "user@a"}}) == 400);
  CHECK(refused_with({{"Host", "http://a"}}) == 400);
  CHECK(refused_with({{"HOST", "a:80"}}) == 0);
}

TEST_CASE("RFC 9112 3.2: HTTP/1.0 may do without Host, but not with two or a bad one",
          "[http][fields]") {
  CHECK(refused_with({}, 0) == 0);
  CHECK(refused_with({host}, 0) == 0);
  CHECK(refused_with({host, host}, 0) == 400);
  CHECK(refused_with({{"Host", "a/b"}}, 0) == 400);
}

TEST_CASE("RFC 9110 8.6: Content-Length is one number of digits", "[http][fields]") {
  for (const auto* value :
       {"", "+4", "-4", "4,4", "4, 4", "4 4", "0x4", "4.0", "1e3", "four", "4;", "\xd9\xa4"}) {
    INFO(value);
    CHECK(refused_with({host, {"Content-Length", value}}) == 400);
  }
  CHECK(refused_with({host, {"Content-Length", "4"}, {"content-length", "5"}}) == 400);
  // Equal ones could be taken for one; we do not.
  CHECK(refused_with({host, {"Content-Length", "4"}, {"content-length", "4"}}) == 400);
}

TEST_CASE("RFC 9110 8.6: a length beyond 64 bits does not wrap around", "[http][fields]") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  const auto length = [](const char* text) {
    const auto o = take({host, {"Content-Length", text}});
    REQUIRE_FALSE(o.refused);
    REQUIRE(o.rules.has_content_length());
    return o.rules.content_length();
  };
  CHECK(length("18446744073709551614") == most - 1);
  CHECK(length("18446744073709551615") == most);
  CHECK(length("18446744073709551616") == most);
  CHECK(length("18446744073709551620") == most);
  CHECK(length("99999999999999999999999999999999999999") == most);
  CHECK(length("0") == 0);
  CHECK(length("000000000000000000000000000000000000004") == 4);
}

TEST_CASE("RFC 9112 6.1: Transfer-Encoding is exactly one chunked", "[http][fields]") {
  for (const auto* value :
       {"", "identity", "gzip", "gzip, chunked", "chunked, gzip", "chunked, identity",
        "chunked, chunked", "chunkedchunked", "xchunked", "chunked;q=1", "\"chunked\"", "chunked,",
        ",chunked", "chun\tked", "chunke"}) {
    INFO(value);
    CHECK(refused_with({host, {"Transfer-Encoding", value}}) == 400);
  }
  CHECK(refused_with({host, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}})
        == 400);
  CHECK(refused_with({host, {"transfer-encoding", "Chunked"}}) == 0);
}

TEST_CASE("RFC 9112 6.1: Transfer-Encoding is faulty in HTTP/1.0", "[http][fields]") {
  CHECK(refused_with({{"Transfer-Encoding", "chunked"}}, 0) == 400);
}

TEST_CASE("RFC 9112 6.1: Transfer-Encoding never stands beside Content-Length, in either order",
          "[http][fields]") {
  CHECK(refused_with({host, {"Transfer-Encoding", "chunked"}, {"Content-Length", "4"}}) == 400);
  CHECK(refused_with({host, {"Content-Length", "4"}, {"Transfer-Encoding", "chunked"}}) == 400);
}

TEST_CASE("RFC 9110 10.1.1: an expectation other than 100-continue is answered with 417",
          "[http][fields]") {
  CHECK(refused_with({host, {"Expect", "200-ok"}}) == 417);
  CHECK(refused_with({host, {"Expect", "100-continue, x"}}) == 417);
  CHECK(refused_with({host, {"Expect", "100-continue=1"}}) == 417);
  const auto known = take({host, {"expect", "100-Continue"}});
  CHECK_FALSE(known.refused);
  CHECK(known.rules.expect_continue());
  CHECK_FALSE(take({host, {"Expect", ""}}).rules.expect_continue());
}

TEST_CASE("RFC 9110 10.1.1: HTTP/1.0 has no expectations", "[http][fields]") {
  const auto o = take({{"Expect", "100-continue"}, {"Expect", "else"}}, 0);
  CHECK_FALSE(o.refused);
  CHECK_FALSE(o.rules.expect_continue());
}

TEST_CASE("RFC 9112 9.3: who keeps the connection", "[http][fields]") {
  const auto kept = [](std::initializer_list<header_view> fields, int minor_version) {
    return take(fields, minor_version).rules.keep_alive(minor_version);
  };
  CHECK(kept({host}, 1));
  CHECK_FALSE(kept({host}, 0));
  CHECK_FALSE(kept({host, {"Connection", "close"}}, 1));
  CHECK_FALSE(kept({host, {"Connection", "x, CLOSE ,y"}}, 1));
  CHECK_FALSE(kept({host, {"Connection", "keep-alive"}, {"connection", "close"}}, 1));
  CHECK(kept({host, {"Connection", "closed, close-not"}}, 1));
  CHECK(kept({host, {"Connection", "Keep-Alive"}}, 0));
  CHECK_FALSE(kept({host, {"Connection", "keep-alive, close"}}, 0));
  CHECK_FALSE(kept({host, {"Connection", ""}}, 0));
}

TEST_CASE("RFC 9110 7.8: Upgrade counts only when Connection lists it, and never in HTTP/1.0",
          "[http][fields]") {
  CHECK(take({host, {"Upgrade", "websocket"}}).rules.upgrade() == field_rules::none);
  CHECK(take({host, {"Connection", "upgrade"}}).rules.upgrade() == field_rules::none);
  // What browsers send.
  CHECK(
    take({host, {"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}}).rules.upgrade()
    == 2);
  CHECK(take({{"Connection", "upgrade"}, {"Upgrade", "h2c"}}, 0).rules.upgrade()
        == field_rules::none);
}

TEST_CASE("after a reset nothing is left but the memory of a Host that was valid",
          "[http][fields]") {
  field_rules rules;
  const auto take_host = [&rules](std::string_view value) {
    rules.reset();
    return !rules.take("Host", value, 0, 1) && !rules.finish(1);
  };
  CHECK(take_host("example.com"));
  CHECK(take_host("example.com"));
  CHECK_FALSE(take_host(""));
  CHECK_FALSE(take_host("example.com "));
  CHECK_FALSE(take_host("a b"));
  CHECK_FALSE(take_host("a b"));
  CHECK(take_host(std::string(1'000, 'x')));
  CHECK_FALSE(rules.take("Host", "example.com", 1, 1).text.empty());
  REQUIRE_FALSE(rules.take("Content-Length", "1", 2, 1));
  REQUIRE_FALSE(rules.take("Connection", "close", 3, 1));
  rules.reset();
  CHECK_FALSE(rules.has_content_length());
  CHECK(rules.keep_alive(1));
  CHECK(rules.finish(1));
}

TEST_CASE("fields that look like one that matters are left alone", "[http][fields]") {
  field_rules rules;
  const auto ignored = [&rules](std::string_view name) {
    // The value would be refused, or remembered, by every field that matters.
    return !rules.take(name, "close, a b", 0, 1) && rules.host() == field_rules::none
           && rules.keep_alive(1) && !rules.has_content_length() && !rules.chunked();
  };
  for (const std::string name :
       {"host", "expect", "connection", "content-length", "transfer-encoding"}) {
    CHECK_FALSE(ignored(name));
    rules.reset();
    for (std::size_t i = 0; i < name.size(); ++i) {
      auto other = name;
      other[i] = other[i] == '-' ? '_' : 'z';
      INFO(other);
      CHECK(ignored(other));
    }
    CHECK(ignored(name + "s"));
    CHECK(ignored(name.substr(1)));
  }
  REQUIRE_FALSE(rules.take("Connection", "upgrade", 0, 1));
  for (const auto* name : {"Upgradf", "xpgrade", "Upg-ade", "Upgrades"})
    REQUIRE_FALSE(rules.take(name, "x", 1, 1));
  CHECK(rules.upgrade() == field_rules::none);
}
