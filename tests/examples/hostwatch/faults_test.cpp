// Specifies which faults can be asked for, and what they do.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/faults.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace hostwatch;

} // namespace

TEST_CASE("the four kinds of fault are read by their names", "[faults]") {
  for (const auto known :
       {fault_kind::throw_, fault_kind::hang, fault_kind::ignore_stop, fault_kind::slow}) {
    const auto read = parse_fault("{\"kind\": \"" + std::string{to_string(known)} + "\"}");
    CHECK(std::get<fault_kind>(read) == known);
  }
}

TEST_CASE("a body that names no fault is refused, naming the field", "[faults]") {
  const auto detail = [](std::string_view body) {
    return std::get<rejected_body>(parse_fault(body)).detail;
  };
  const auto kind = [](std::string_view body) {
    return std::get<rejected_body>(parse_fault(body)).kind;
  };
  CHECK(kind("") == rejected_body::kind_type::not_json);
  CHECK(kind("{}") == rejected_body::kind_type::bad_field);
  CHECK(detail("{}") == "kind: missing");
  CHECK_THAT(detail("[]"), Catch::StartsWith("body: "));
  for (const auto* body :
       {R"({"kind": "none"})", R"({"kind": "explode"})", R"({"kind": 1})", R"({"kind": null})"}) {
    CAPTURE(body);
    CHECK_THAT(detail(body), Catch::StartsWith("kind: "));
  }
}

TEST_CASE("a fault takes effect at once, or when it is asked to stop", "[faults]") {
  fault_switch faults;
  faults.apply(fault_kind::none);
  CHECK_FALSE(faults.ignores_stop());
  CHECK_THROWS_AS(faults.apply(fault_kind::throw_), std::runtime_error);
  CHECK_FALSE(faults.ignores_stop());
  faults.apply(fault_kind::ignore_stop);
  CHECK(faults.ignores_stop());
}

TEST_CASE("a fault left in a letter is taken once", "[faults]") {
  fault_letter letter;
  CHECK(letter.take() == fault_kind::none);
  letter.leave(fault_kind::throw_);
  CHECK(letter.take() == fault_kind::throw_);
  CHECK(letter.take() == fault_kind::none);
}

TEST_CASE("the board delivers to the child named, and to no other", "[faults]") {
  fault_board board;
  std::vector<std::string> seen;
  for (const auto* child : {"store", "parser"})
    board.add(child, [&seen, child](fault_kind kind) {
      seen.push_back(std::string{child} + " " + std::string{to_string(kind)});
    });
  CHECK(board.deliver("parser", fault_kind::slow));
  CHECK_FALSE(board.deliver("nobody", fault_kind::throw_));
  CHECK_FALSE(board.deliver("", fault_kind::throw_));
  CHECK(seen == std::vector<std::string>{"parser slow"});
  CHECK(board.names() == "parser, store");
}
