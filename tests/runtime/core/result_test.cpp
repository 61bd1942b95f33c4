// Tests of result and error.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/result.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace troupe;

namespace {

result<int> half(int n) {
  if (n % 2 != 0)
    return error{errc::invalid_argument, "n: " + std::to_string(n)};
  return n / 2;
}

result<void> check(bool good) {
  if (!good)
    return error{errc::not_found, "nothing"};
  return {};
}

} // namespace

TEST_CASE("a failed result has the error it was made from", "[result]") {
  const auto r = half(3);
  CHECK_FALSE(r);
  CHECK_FALSE(r.has_value());
  CHECK(r.error() == error{errc::invalid_argument, "n: 3"});
  CHECK(r.value_or(7) == 7);
}

TEST_CASE("a good result has its value", "[result]") {
  auto r = half(8);
  REQUIRE(r);
  CHECK(*r == 4);
  CHECK(r.value() == 4);
  CHECK(r.value_or(7) == 4);
  *r = 5;
  CHECK(r.value() == 5);
}

TEST_CASE("a value that can only be moved is moved out", "[result]") {
  result<std::unique_ptr<int>> r{std::make_unique<int>(3)};
  REQUIRE(r);
  CHECK(**r == 3);
  const auto out = *std::move(r);
  CHECK(*out == 3);
}

TEST_CASE("members are reached through the arrow", "[result]") {
  result<std::string> r{std::string{"abc"}};
  CHECK(r->size() == 3);
  const auto& c = r;
  CHECK(c->front() == 'a');
}

TEST_CASE("a result without a value says only whether", "[result]") {
  CHECK(check(true));
  const auto failed = check(false);
  CHECK_FALSE(failed);
  CHECK(failed.error().code == errc::not_found);
  CHECK(check(false).error().detail == "nothing");
}

TEST_CASE("an error reads as its sentence and its detail", "[result]") {
  const error with{errc::timed_out, "after 2 s"};
  CHECK(with.to_text() == std::string{sentence(errc::timed_out)} + ": after 2 s");
  CHECK(error{errc::gone, ""}.to_text() == sentence(errc::gone));
}
