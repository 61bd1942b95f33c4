// Request targets and hosts.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/target.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>

using namespace troupe::http;
using namespace troupe::http::protocol;

TEST_CASE("RFC 9112 3.2: what is no form of target is refused", "[http][target]") {
  for (const auto* target : {"foo",
                             "foo/bar",
                             "?a=b",
                             "**",
                             "*/",
                             "*?a",
                             "http:",
                             "http:/",
                             "http://",
                             "http:///path",
                             "http://?a",
                             "http://:80/",
                             "http://user@host/",
                             "http://user:pw@host/",
                             "http://ho st/",
                             "http://host:port/",
                             "http://host:99999/",
                             "http://[::1/",
                             "http://[::1]x/",
                             "http://[]/",
                             "ftp://host/",
                             "HTTP//host",
                             "https:",
                             "host:80",
                             "ws://host/",
                             "example.com:443"}) {
    INFO(target);
    CHECK_FALSE(split_target(method::get, target).problem.empty());
  }
}

TEST_CASE("RFC 3986 2.1: a path that is not well encoded, or encodes NUL, is refused",
          "[http][target]") {
  for (const auto* target : {"/%", "/%4", "/%zz", "/a%00", "http://host/%g0", "/%?a=b"}) {
    INFO(target);
    CHECK_FALSE(split_target(method::get, target).problem.empty());
  }
  // A query has the syntax its application gives it.
  CHECK(split_target(method::get, "/?100%&%00").problem.empty());
}

TEST_CASE("RFC 9112 3.2.4: the asterisk is for OPTIONS alone", "[http][target]") {
  CHECK_FALSE(split_target(method::get, "*").problem.empty());
  CHECK_FALSE(split_target(method::other, "*").problem.empty());
  const auto parts = split_target(method::options, "*");
  CHECK(parts.problem.empty());
  CHECK(parts.path == "*");
  // An absolute target without path and query means the same with OPTIONS.
  CHECK(split_target(method::options, "http://host:81").path == "*");
  CHECK(split_target(method::options, "http://host/").path == "/");
  CHECK(split_target(method::options, "http://host?a").path == "/");
}

TEST_CASE("RFC 9112 3.2.1: an origin form is path and query", "[http][target]") {
  const auto check = [](std::string_view target, std::string_view path, std::string_view query) {
    const auto parts = split_target(method::get, target);
    INFO(target);
    CHECK(parts.problem.empty());
    CHECK(parts.authority.empty());
    CHECK(parts.path == path);
    CHECK(parts.query == query);
  };
  check("/", "/", "");
  check("//", "//", "");
  check("/a/../b;c=d", "/a/../b;c=d", "");
  check("/a?", "/a", "");
  check("/a?b=c?d/e", "/a", "b=c?d/e");
  check("/http://x/", "/http://x/", "");
  check("/%41%2f", "/%41%2f", "");
}

TEST_CASE("RFC 9112 3.2.2: an absolute form names the host as well", "[http][target]") {
  const auto check = [](std::string_view target, std::string_view authority, std::string_view path,
                        std::string_view query) {
    const auto parts = split_target(method::get, target);
    INFO(target);
    CHECK(parts.problem.empty());
    CHECK(parts.authority == authority);
    CHECK(parts.path == path);
    CHECK(parts.query == query);
  };
  check("http://host", "host", "/", "");
  check("http://host:8080/a?b", "host:8080", "/a", "b");
  check("HTTPS://host:/", "host:", "/", "");
  check("http://host?q", "host", "/", "q");
  check("http://[::1]:80/x", "[::1]:80", "/x", "");
}

TEST_CASE("RFC 9110 7.2: a host is a name, an IPv4 address or a bracketed IP literal",
          "[http][target]") {
  for (const auto* good : {"a",
                           "localhost",
                           "example.com",
                           "example.com.",
                           "a_b",
                           "1.2.3.4",
                           "999.1.1.1",
                           "x:0",
                           "x:65535",
                           "x:",
                           "x:00080",
                           "%41%42",
                           "!$&'()*+,;=",
                           "[::]",
                           "[::1]",
                           "[1::]",
                           "[1:2:3:4:5:6:7:8]",
                           "[1:2:3:4:5:6:7::]",
                           "[::2:3:4:5:6:7:8]",
                           "[1::8]",
                           "[::1.2.3.4]",
                           "[1:2:3:4:5:6:1.2.3.4]",
                           "[2001:db8::ff00:42:8329]:443",
                           "[v1.a:b]",
                           "[vF.x]"}) {
    INFO(good);
    CHECK(is_authority(good));
  }
  for (const auto* bad : {"",
                          ":",
                          ":80",
                          "a b",
                          "a\tb",
                          "a/b",
                          "a?b",
                          "a#b",
                          "a@b",
                          "user:pw@host",
                          "a:b",
                          "a:-1",
                          "a:65536",
                          "a:1:2",
                          "a:000080",
                          "\x80",
                          "a\"b",
                          "a<b",
                          "a\\b",
                          "a^b",
                          "a`b",
                          "a{b",
                          "a|b",
                          "%",
                          "%4",
                          "%zz",
                          "%00",
                          "::1",
                          "[",
                          "[]",
                          "[::1",
                          "::1]",
                          "[::1]80",
                          "[::1]:x",
                          "[:]",
                          "[:::]",
                          "[1]",
                          "[1:2:3:4:5:6:7]",
                          "[1:2:3:4:5:6:7:8:9]",
                          "[1::2::3]",
                          "[1:2:3:4:5:6:7:8::]",
                          "[1:]",
                          "[:1]",
                          "[12345::]",
                          "[g::]",
                          "[::1.2.3]",
                          "[::1.2.3.4.5]",
                          "[::256.1.1.1]",
                          "[::01.1.1.1]",
                          "[::1.2.3.4:5]",
                          "[1.2.3.4]",
                          "[::1%25eth0]",
                          "[v.a]",
                          "[v1.]",
                          "[v1]",
                          "[vg.a]",
                          "[v1.a@]"}) {
    INFO(bad);
    CHECK_FALSE(is_authority(bad));
  }
}

TEST_CASE("property: the parts of an accepted target put together are the target",
          "[http][target][property]") {
  CHECK(rc::check([] {
    const auto bytes = rc::gen::container<std::string>(
      rc::gen::elementOf(std::string{"/?*ab%41:@[]."}));
    const auto scheme = *rc::gen::element<std::string>("", "/", "http://", "https://h");
    const auto target = scheme + *bytes;
    const auto parts = split_target(method::get, target);
    if (!parts.problem.empty())
      return;
    RC_ASSERT(parts.path.starts_with('/'));
    auto rebuilt = std::string{parts.authority};
    if (!rebuilt.empty())
      rebuilt.insert(0, target.substr(0, target.find("//") + 2));
    const bool literal_path = target.find('/', rebuilt.size()) == std::string::npos
                              || target[rebuilt.size()] == '?';
    if (!literal_path)
      rebuilt += parts.path;
    if (target.find('?') != std::string::npos)
      rebuilt.append("?").append(parts.query);
    RC_ASSERT(rebuilt == target);
  }));
}
