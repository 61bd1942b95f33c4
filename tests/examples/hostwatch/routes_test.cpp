// Specifies which routes there are, and what those answer that need no actor.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/testkit/test_request.hpp"
#include "examples/hostwatch/routes.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace hostwatch;
namespace http = troupe::http;
using http::method;
using http::status;

route_parts parts(bool faults, std::vector<std::string>* seen = nullptr) {
  route_parts out{{}, {}, {}, std::make_shared<troupe::lifespan_status>(), {}};
  if (faults) {
    out.faults.emplace();
    out.faults->add("parser", [seen](fault_kind kind) { seen->emplace_back(to_string(kind)); });
  }
  return out;
}

http::match_kind match(const http::router& routes, method m, std::string_view path) {
  return routes.match(m, path).kind;
}

http::response call(const http::router& routes, method m, std::string_view path,
                    std::string_view body = {}) {
  const auto found = routes.match(m, path);
  REQUIRE(found.kind == http::match_kind::matched);
  const auto* handler = std::get_if<http::inline_handler>(found.handler);
  REQUIRE(handler != nullptr);
  troupe::testkit::test_request request;
  request.method = m;
  request.target = path;
  request.body = body;
  request.params.assign(found.params.begin(), found.params.end());
  return (*handler)(make_test_request(request));
}

} // namespace

TEST_CASE("the routes are all there, for their methods alone", "[routes]") {
  const auto routes = make_routes(parts(false));
  CHECK(routes.check());
  const std::vector<std::pair<method, std::string>> known{{method::get, "/"},
                                                          {method::get, "/page.js"},
                                                          {method::get, "/page.css"},
                                                          {method::get, "/livez"},
                                                          {method::get, "/readyz"},
                                                          {method::get, "/startupz"},
                                                          {method::post, "/samples"},
                                                          {method::get, "/hosts"},
                                                          {method::get, "/hosts/a/summary"},
                                                          {method::get, "/hosts/a/live"}};
  for (const auto& [m, path] : known) {
    CAPTURE(path);
    CHECK(match(routes, m, path) == http::match_kind::matched);
    CHECK(match(routes, method::put, path) == http::match_kind::method_not_allowed);
  }
}

TEST_CASE("without the flag there is no way to ask for a fault", "[routes]") {
  CHECK(match(make_routes(parts(false)), method::post, "/faults/parser")
        == http::match_kind::not_found);
}

TEST_CASE("a fault is delivered to the child named and answered 202", "[routes]") {
  std::vector<std::string> seen;
  const auto routes = make_routes(parts(true, &seen));
  CHECK(call(routes, method::post, "/faults/parser", R"({"kind": "slow"})").status()
        == status::accepted);
  CHECK(seen == std::vector<std::string>{"slow"});
}

TEST_CASE("a fault for nobody is 404, a wrong one 400 or 422", "[routes]") {
  std::vector<std::string> seen;
  const auto routes = make_routes(parts(true, &seen));
  const auto nobody = call(routes, method::post, "/faults/nobody", R"({"kind": "slow"})");
  CHECK(nobody.status() == status::not_found);
  CHECK_THAT(nobody.body(), Catch::Contains("parser"));
  CHECK(call(routes, method::post, "/faults/parser", "slow").status() == status::bad_request);
  CHECK(call(routes, method::post, "/faults/parser", "{}").status()
        == status::unprocessable_content);
  CHECK(seen.empty());
}

TEST_CASE("the page loads nothing from elsewhere and may not", "[routes]") {
  const auto routes = make_routes(parts(false));
  for (const auto* path : {"/", "/page.js", "/page.css"}) {
    const auto file = call(routes, method::get, path);
    CHECK_THAT(std::string{file.header("Content-Security-Policy").value_or("")},
               Catch::StartsWith("default-src 'none'") && !Catch::Contains("unsafe"));
    CHECK_THAT(file.body(), !Catch::Contains("//cdn") && !Catch::Contains("https:")
                              && !Catch::Contains("innerHTML"));
  }
  const auto page = call(routes, method::get, "/");
  CHECK_THAT(page.body(), Catch::Contains("/page.js") && Catch::Contains("/page.css"));
}
