// Rules that decide by the cause of a failure, as values.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/supervision/failure_rule.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>

using namespace troupe;

namespace {

using enum failure_directive;

const error why{errc::crashed, "boom"};

template <class E>
child_failure caused_by(E cause) {
  return {why, std::make_exception_ptr(std::move(cause))};
}

using answer = std::optional<failure_directive>;

} // namespace

TEST_CASE("without a rule, or without its answer, a failure is left to the restart type",
          "[failure_rule][A6]") {
  CHECK(decide({}, caused_by(1)) == restart);
  CHECK(decide([](const child_failure&) { return answer{}; }, caused_by(1)) == restart);
  CHECK(decide(first_of({}), caused_by(1)) == restart);
}

TEST_CASE("an exception out of a rule is no answer, also inside a list", "[failure_rule][A6]") {
  const failure_rule throws = [](const child_failure&) -> answer {
    throw std::runtime_error{"rule"};
  };
  CHECK(decide(throws, caused_by(1)) == restart);
  CHECK(decide(first_of({throws, otherwise(stop)}), caused_by(1)) == restart);
}

TEST_CASE("a rule for a type takes what is derived from it, and nothing else",
          "[failure_rule][A6]") {
  const auto rule = on_exception<std::runtime_error>(resume);
  CHECK(rule(caused_by(std::runtime_error{"x"})) == answer{resume});
  CHECK(rule(caused_by(std::range_error{"x"})) == answer{resume});
  CHECK(rule(caused_by(std::logic_error{"x"})) == answer{});
  CHECK(rule(caused_by(42)) == answer{});
  CHECK(on_exception<int>(stop)(caused_by(42)) == answer{stop});
  CHECK(on_exception<int>(stop)(caused_by(42L)) == answer{});
}

TEST_CASE("a failure without an exception fits no type, but an error and everything",
          "[failure_rule][A6]") {
  const error no_disk{errc::io_error, "no disk"};
  const child_failure failure{no_disk, nullptr};
  CHECK(on_exception<std::exception>(stop)(failure) == answer{});
  CHECK(on_error(errc::io_error, stop)(failure) == answer{stop});
  CHECK(on_error(errc::crashed, stop)(failure) == answer{});
  CHECK(otherwise(escalate)(failure) == answer{escalate});
}

TEST_CASE(
  "the first answer of a list wins, those after it are not asked, and an empty rule is passed over",
  "[failure_rule][A6]") {
  int asked = 0;
  const failure_rule counts = [&](const child_failure&) {
    ++asked;
    return answer{};
  };
  const auto rule = first_of({failure_rule{}, counts, first_of({counts, on_exception<int>(stop)}),
                              otherwise(resume), counts});
  CHECK(decide(rule, caused_by(1)) == stop);
  CHECK(asked == 2);
  CHECK(decide(rule, caused_by('c')) == resume);
  CHECK(asked == 4);
}
