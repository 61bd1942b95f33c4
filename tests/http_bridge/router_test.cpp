// Which handler a method and a path lead to.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/router.hpp"
#include "http_bridge/protocol/percent.hpp"
#include "tests/http_bridge/allocation_count.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace troupe;
using namespace troupe::http;

namespace {

// Handlers are the number of the route here.
using router = basic_router<int>;

using found_params = std::vector<std::pair<std::string, std::string>>;

found_params params_of(const route_match<int>& match) {
  found_params all;
  for (const auto& param : match.params)
    all.emplace_back(param.name, param.value);
  return all;
}

int handler_of(const router& routes, std::string_view path, method m = method::get) {
  const auto match = routes.match(m, path);
  CHECK((match.kind == match_kind::matched) == (match.handler != nullptr));
  return match.handler != nullptr ? *match.handler : -1;
}

match_kind kind_of(const router& routes, method m, std::string_view path) {
  return routes.match(m, path).kind;
}

// -- a naive model: every pattern is compared with every path ------------------------------------

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    segments.emplace_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

std::optional<std::vector<std::string>> values(const route_pattern& pattern,
                                               std::string_view path) {
  const auto segments = split(path);
  std::vector<std::string> found;
  std::size_t i = 0;
  for (const auto& part : pattern.segments) {
    if (part.kind == segment_kind::rest) {
      if (i >= segments.size())
        return std::nullopt;
      std::string rest;
      for (std::size_t j = i; j < segments.size(); ++j)
        rest += (j > i ? "/" : "") + segments[j];
      found.push_back(rest);
      return found;
    }
    if (i == segments.size())
      return std::nullopt;
    const auto& segment = segments[i++];
    if (part.kind == segment_kind::literal) {
      if (protocol::percent_decode(segment, protocol::encoded_slash::decode) != part.text)
        return std::nullopt;
    } else if (segment.empty()) {
      return std::nullopt;
    } else {
      found.push_back(segment);
    }
  }
  return i == segments.size() ? std::optional{found} : std::nullopt;
}

// Precedence: the first segment where two patterns differ in kind decides.
std::vector<int> rank(const route_pattern& pattern) {
  std::vector<int> kinds;
  for (const auto& part : pattern.segments)
    kinds.push_back(static_cast<int>(part.kind));
  return kinds;
}

} // namespace

TEST_CASE("a route of the same shape and method is refused, naming both", "[http][router]") {
  router routes;
  REQUIRE(routes.add(method::get, "/a/{x}", 1));
  const auto again = routes.add(method::get, "/a/{y}", 2);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == errc::already_exists);
  CHECK(again.error().detail == "route `/a/{y}`: GET `/a/{x}` takes the same paths");
  CHECK(routes.size() == 1);
  CHECK(handler_of(routes, "/a/1") == 1);
  // Another method or another shape is another route.
  CHECK(routes.add(method::post, "/a/{y}", 3));
  CHECK(routes.add(method::get, "/a/{y}/", 4));
  CHECK(routes.add(method::get, "/a/{*y}", 5));
  CHECK(params_of(routes.match(method::post, "/a/1")) == found_params{{"y", "1"}});
}

TEST_CASE("a bad pattern or a method that cannot be routed is refused", "[http][router]") {
  router routes;
  CHECK(routes.add(method::get, "a", 1).error().code == errc::invalid_argument);
  CHECK(routes.add(method::other, "/a", 1).error().detail == "route `/a`: method other");
  CHECK(routes.add(method::connect, "/a", 1).error().code == errc::invalid_argument);
  CHECK(routes.size() == 0);
  CHECK(kind_of(routes, method::get, "/a") == match_kind::not_found);
}

TEST_CASE("routes written one after the other report the first that failed", "[http][router]") {
  router routes;
  routes.get("/a", 1).post("/a", 2).put("/a", 3).del("/a", 4).patch("/a", 5);
  CHECK(routes.check());
  CHECK(routes.size() == 5);
  CHECK(handler_of(routes, "/a", method::delete_) == 4);
  CHECK(handler_of(routes, "/a", method::patch) == 5);
  routes.get("b", 6).get("/a", 7).get("/c", 8);
  REQUIRE_FALSE(routes.check());
  CHECK(routes.check().error().detail == "route `b`: does not begin with /");
  CHECK(handler_of(routes, "/c") == 8);
}

TEST_CASE("RFC 9110 15.5.5: a path that no route has is not found, whatever the method",
          "[http][router]") {
  router routes;
  routes.get("/a/b", 1).get("/a/{x}/c", 2);
  for (const auto* path : {"", "*", "a/b", "/", "/a", "/a/", "/a/b/", "//a/b", "/a//c", "/a/b/c/d",
                           "/A/b", "/a/b?x"}) {
    INFO(path);
    CHECK(kind_of(routes, method::get, path) == match_kind::not_found);
    CHECK(kind_of(routes, method::post, path) == match_kind::not_found);
  }
}

TEST_CASE("RFC 9110 15.5.6: a path with other methods is 405 with the list of them",
          "[http][router]") {
  router routes;
  routes.post("/a", 1).del("/a", 2).get("/b", 3);
  const auto match = routes.match(method::get, "/a");
  CHECK(match.kind == match_kind::method_not_allowed);
  CHECK(match.allow == "POST, DELETE, OPTIONS");
  CHECK(routes.match(method::trace, "/b").allow == "GET, HEAD, OPTIONS");
  // HEAD does not fall back to anything but GET.
  CHECK(kind_of(routes, method::head, "/a") == match_kind::method_not_allowed);
}

TEST_CASE("RFC 9110 9.1: a method that is not known is 501, whatever the path", "[http][router]") {
  router routes;
  routes.get("/a", 1);
  CHECK(kind_of(routes, method::other, "/a") == match_kind::not_implemented);
  CHECK(kind_of(routes, method::other, "/b") == match_kind::not_implemented);
  CHECK(kind_of(routes, method::connect, "/a") == match_kind::not_implemented);
}

TEST_CASE("RFC 9110 9.3.2: HEAD takes the GET route, unless it has its own", "[http][router]") {
  router routes;
  routes.get("/a", 1).get("/b", 2);
  REQUIRE(routes.add(method::head, "/b", 3));
  CHECK(handler_of(routes, "/a", method::head) == 1);
  CHECK(handler_of(routes, "/b", method::head) == 3);
  CHECK(handler_of(routes, "/b") == 2);
}

TEST_CASE("RFC 9110 9.3.7: OPTIONS is answered with what there is, unless it has its own route",
          "[http][router]") {
  router routes;
  routes.get("/a", 1).post("/a", 2).put("/b", 3);
  REQUIRE(routes.add(method::options, "/b", 4));
  CHECK(routes.match(method::options, "/a").kind == match_kind::options);
  CHECK(routes.match(method::options, "/a").allow == "GET, HEAD, POST, OPTIONS");
  CHECK(handler_of(routes, "/b", method::options) == 4);
  CHECK(kind_of(routes, method::options, "/c") == match_kind::not_found);
  // The server as a whole.
  CHECK(routes.match(method::options, "*").kind == match_kind::options);
  CHECK(routes.match(method::options, "*").allow == "GET, HEAD, POST, PUT, OPTIONS");
  CHECK(router{}.match(method::options, "*").allow == "OPTIONS");
}

TEST_CASE("a literal beats a parameter, and that the rest, in any order of adding",
          "[http][router]") {
  std::vector<std::pair<std::string, int>> patterns{
    {"/a/b", 1}, {"/a/{x}", 2}, {"/{x}/b", 3}, {"/a/{*x}", 4}, {"/{*x}", 5}, {"/a/b/{*x}", 6}};
  std::sort(patterns.begin(), patterns.end());
  do {
    router routes;
    for (const auto& [pattern, number] : patterns)
      REQUIRE(routes.add(method::get, pattern, number));
    CHECK(handler_of(routes, "/a/b") == 1);
    CHECK(handler_of(routes, "/a/c") == 2);
    CHECK(handler_of(routes, "/c/b") == 3);
    CHECK(handler_of(routes, "/a/c/d") == 4);
    CHECK(handler_of(routes, "/a/") == 4);
    CHECK(handler_of(routes, "/a") == 5);
    CHECK(handler_of(routes, "/") == 5);
    CHECK(handler_of(routes, "/a/b/") == 6);
  } while (std::next_permutation(patterns.begin(), patterns.end()));
}

TEST_CASE("a literal that leads nowhere gives way to the parameter beside it", "[http][router]") {
  router routes;
  routes.get("/a/b/x", 1).get("/{p}/b/y", 2).get("/{p}/{q}/z", 3).get("/a/{*rest}", 4);
  CHECK(handler_of(routes, "/a/b/x") == 1);
  CHECK(params_of(routes.match(method::get, "/a/b/y")) == found_params{{"rest", "b/y"}});
  CHECK(params_of(routes.match(method::get, "/c/b/y")) == found_params{{"p", "c"}});
  CHECK(params_of(routes.match(method::get, "/c/b/z")) == found_params{{"p", "c"}, {"q", "b"}});
  // The path decides before the method does.
  routes.post("/{p}/b/x", 5);
  CHECK(kind_of(routes, method::post, "/a/b/x") == match_kind::method_not_allowed);
  CHECK(handler_of(routes, "/c/b/x", method::post) == 5);
}

TEST_CASE("a parameter takes one segment that is not empty, the rest takes any number",
          "[http][router]") {
  router routes;
  routes.get("/u/{id}", 1).get("/f/{*path}", 2);
  CHECK(kind_of(routes, method::get, "/u/") == match_kind::not_found);
  CHECK(kind_of(routes, method::get, "/u/a/b") == match_kind::not_found);
  CHECK(params_of(routes.match(method::get, "/u/a")) == found_params{{"id", "a"}});
  CHECK(kind_of(routes, method::get, "/f") == match_kind::not_found);
  CHECK(params_of(routes.match(method::get, "/f/")) == found_params{{"path", ""}});
  CHECK(params_of(routes.match(method::get, "/f/a//b/")) == found_params{{"path", "a//b/"}});
  CHECK(routes.match(method::get, "/f/x").params.get("path") == "x");
  CHECK(routes.match(method::get, "/f/x").params.get("id").empty());
  CHECK(routes.match(method::get, "/f/x").pattern == "/f/{*path}");
}

TEST_CASE("literals are compared decoded, values are handed out as sent", "[http][router]") {
  router routes;
  routes.get("/caf\xc3\xa9/{x}", 1).get("/a", 2);
  CHECK(params_of(routes.match(method::get, "/caf%C3%A9/b%2Fc")) == found_params{{"x", "b%2Fc"}});
  CHECK(handler_of(routes, "/%61") == 2);
  // An encoded slash separates nothing, and text is decoded once.
  CHECK(kind_of(routes, method::get, "/caf\xc3\xa9%2Fb") == match_kind::not_found);
  CHECK(kind_of(routes, method::get, "/%2561") == match_kind::not_found);
}

TEST_CASE("a match allocates nothing, with parameters or without", "[http][router]") {
  router routes;
  routes.get("/a", 1).get("/{p}/b/{*rest}", 2);
  const auto before = allocation_count();
  const auto plain = routes.match(method::get, "/a");
  const auto with_params = routes.match(method::get, "/x/b/c%20d/e");
  const auto refused = routes.match(method::post, "/a");
  const auto missing = routes.match(method::get, "/x/y");
  const auto after = allocation_count();
  CHECK(after == before);
  CHECK(*plain.handler == 1);
  CHECK(with_params.params.get("rest") == "c%20d/e");
  CHECK(refused.kind == match_kind::method_not_allowed);
  CHECK(missing.kind == match_kind::not_found);
}

TEST_CASE("property: the router agrees with a naive model", "[http][router][property]") {
  const auto segment = rc::gen::weightedElement<std::string>(
    {{4, "a"}, {4, "b"}, {1, "cc"}, {3, "{p}"}, {3, "{q}"}, {1, "{*r}"}});
  const auto pattern_text = rc::gen::map(
    rc::gen::pair(rc::gen::container<std::vector<std::string>>(segment),
                  rc::gen::element<std::string>("", "/")),
    [](const std::pair<std::vector<std::string>, std::string>& parts) {
      std::string text;
      for (const auto& s : parts.first)
        text += "/" + s;
      return text.empty() ? "/" : text + parts.second;
    });
  const auto path = rc::gen::map(
    rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "b", "cc", "d", "", "%61", "%2561", "a%2Fb")),
    [](const std::vector<std::string>& segments) {
      std::string text;
      for (const auto& s : segments)
        text += "/" + s;
      return text.empty() ? "/" : text;
    });
  const auto any_method = rc::gen::element(method::get, method::head, method::post,
                                           method::options);

  CHECK(rc::check([&] {
    struct route {
      method m;
      route_pattern pattern;
    };
    std::vector<route> model;
    basic_router<std::size_t> routes;
    const auto texts = *rc::gen::container<std::vector<std::pair<method, std::string>>>(
      rc::gen::pair(any_method, pattern_text));
    for (const auto& [m, text] : texts) {
      const auto parsed = route_pattern::parse(text);
      const bool taken = parsed
                         && std::any_of(model.begin(), model.end(),
                                        [&, wanted = m](const route& r) {
                                          auto a = r.pattern.segments;
                                          auto b = parsed->segments;
                                          for (auto* list : {&a, &b}) {
                                            for (auto& s : *list) {
                                              if (s.kind != segment_kind::literal)
                                                s.text.clear();
                                            }
                                          }
                                          return r.m == wanted && a == b;
                                        });
      RC_ASSERT(routes.add(m, text, model.size()).has_value() == (parsed.has_value() && !taken));
      if (parsed && !taken)
        model.push_back({m, *parsed});
    }
    for (const auto& wanted : *rc::gen::container<std::vector<std::string>>(path)) {
      const auto m = *any_method;
      // The best shape that takes the path, then the methods of that shape.
      std::optional<std::vector<int>> best;
      for (const auto& r : model) {
        if (values(r.pattern, wanted) && (!best || rank(r.pattern) < *best))
          best = rank(r.pattern);
      }
      std::map<method, std::size_t> by_method;
      for (std::size_t i = 0; i < model.size(); ++i) {
        if (best && rank(model[i].pattern) == *best && values(model[i].pattern, wanted))
          by_method.emplace(model[i].m, i);
      }
      auto chosen = by_method.find(m);
      if (chosen == by_method.end() && m == method::head)
        chosen = by_method.find(method::get);

      const auto match = routes.match(m, wanted);
      if (!best) {
        RC_ASSERT(match.kind == match_kind::not_found);
      } else if (chosen == by_method.end()) {
        RC_ASSERT(match.kind
                  == (m == method::options ? match_kind::options : match_kind::method_not_allowed));
        for (const auto& entry : by_method)
          RC_ASSERT(match.allow.find(to_string(entry.first)) != std::string_view::npos);
      } else {
        RC_ASSERT(match.kind == match_kind::matched);
        RC_ASSERT(*match.handler == chosen->second);
        const auto& pattern = model[chosen->second].pattern;
        const auto expected = values(pattern, wanted).value();
        RC_ASSERT(match.params.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
          RC_ASSERT(match.params.begin()[i].name == pattern.names[i]);
          RC_ASSERT(match.params.begin()[i].value == expected[i]);
        }
      }
    }
  }));
}
