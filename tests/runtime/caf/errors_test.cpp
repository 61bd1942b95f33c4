// Tests of the bridge between our errors and CAF's.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/errors.hpp"
#include "runtime/caf/thrown.hpp"

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>
#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

using namespace troupe;

namespace {

struct silent final : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return ""; }
};

template <class F>
error caught(F thrower) {
  try {
    thrower();
  } catch (...) {
    return current_exception_as(errc::crashed);
  }
  return {errc::unknown, "nothing was thrown"};
}

} // namespace

TEST_CASE("every error of ours comes back from CAF as it was packed", "[errors]") {
  for (int i = 1; i <= static_cast<int>(errc::unknown); ++i) {
    const error ours{static_cast<errc>(i), "limits.head: 0 B"};
    CHECK(from_caf(to_caf(ours)) == ours);
    const error bare{static_cast<errc>(i), ""};
    CHECK(from_caf(to_caf(bare)) == bare);
  }
}

TEST_CASE("the text of an error survives whatever it is", "[errors]") {
  CHECK(rc::check([](const std::string& text) {
    const error ours{errc::io_error, text};
    RC_ASSERT(from_caf(to_caf(ours)) == ours);
  }));
}

TEST_CASE("CAF's own errors become ours", "[errors]") {
  CHECK(from_caf(caf::make_error(caf::sec::request_timeout)).code == errc::timed_out);
  CHECK(from_caf(caf::make_error(caf::sec::request_receiver_down)).code == errc::gone);
  CHECK(from_caf(caf::make_error(caf::sec::unexpected_message)).code == errc::unexpected_message);
  CHECK(from_caf(caf::make_error(caf::sec::unexpected_response)).code == errc::unexpected_message);
  CHECK(from_caf(caf::make_error(caf::sec::runtime_error)).code == errc::crashed);
  CHECK(from_caf(caf::make_error(caf::exit_reason::user_shutdown)).code == errc::stopped);
  CHECK(from_caf(caf::make_error(caf::exit_reason::kill)).code == errc::gone);
  CHECK(from_caf(caf::error{}).code == errc::stopped);
}

TEST_CASE("a CAF error that fits none of ours is unknown and keeps its text", "[errors]") {
  const auto ours = from_caf(caf::make_error(caf::sec::cannot_open_port, "eth0 is on fire"));
  CHECK(ours.code == errc::unknown);
  CHECK(ours.detail.find("cannot_open_port") != std::string::npos);
  CHECK(ours.detail.find("eth0 is on fire") != std::string::npos);
  const auto foreign = from_caf(
    caf::error{7, caf::atom("weather"), caf::make_message(std::string{"rain"})});
  CHECK(foreign.code == errc::unknown);
  CHECK(foreign.detail.find("rain") != std::string::npos);
}

TEST_CASE("an exit reason says how an actor ended", "[errors]") {
  CHECK(classify(caf::error{}) == exit_class::normal);
  CHECK(classify(caf::make_error(caf::exit_reason::normal)) == exit_class::normal);
  CHECK(classify(caf::make_error(caf::exit_reason::user_shutdown)) == exit_class::shutdown);
  CHECK(classify(caf::make_error(caf::exit_reason::kill)) == exit_class::killed);
  CHECK(classify(caf::make_error(caf::exit_reason::unreachable)) == exit_class::unreachable);
  CHECK(classify(caf::make_error(caf::sec::runtime_error)) == exit_class::crashed);
  CHECK(classify(to_caf({errc::crashed, "boom"})) == exit_class::crashed);
  CHECK(classify(to_caf({errc::start_failed, "no disk"})) == exit_class::start_failed);
  CHECK(classify(to_caf({errc::too_many_restarts, ""})) == exit_class::escalated);
  CHECK(classify(to_caf({errc::stopped, ""})) == exit_class::shutdown);
  CHECK(classify(to_caf({errc::io_error, ""})) == exit_class::crashed);
}

TEST_CASE("an exception of any type becomes an error with its text", "[errors]") {
  CHECK(caught([] { throw std::runtime_error{"no disk"}; }) == error{errc::crashed, "no disk"});
  CHECK(caught([] { throw std::bad_alloc{}; }).detail == std::bad_alloc{}.what());
  CHECK(caught([] { throw 42; }).detail == "an exception of type int");
  CHECK(caught([] { throw "text"; }).detail == "an exception of type char const*");
  CHECK(caught([] { throw std::string{"text"}; }).detail.find("string") != std::string::npos);
}

TEST_CASE("an exception without a text is named by its type", "[errors]") {
  CHECK(caught([] { throw silent{}; }).detail.find("silent") != std::string::npos);
}

TEST_CASE("a nested exception keeps the texts of its causes", "[errors]") {
  const auto why = caught([] {
    try {
      try {
        throw 42;
      } catch (...) {
        std::throw_with_nested(std::runtime_error{"no file"});
      }
    } catch (...) {
      std::throw_with_nested(std::runtime_error{"no settings"});
    }
  });
  CHECK(why.detail == "no settings: no file: an exception of type int");
}

TEST_CASE(
  "an exit reason made for an end is classified as that end, and keeps the cause of a failure",
  "[errors][F1]") {
  const error why{errc::io_error, "disk full"};
  for (const auto how :
       {exit_class::normal, exit_class::shutdown, exit_class::crashed, exit_class::killed,
        exit_class::start_failed, exit_class::escalated, exit_class::unreachable})
    CHECK(classify(to_exit_reason(how, why)) == how);
  CHECK(classify(to_exit_reason(exit_class::abandoned, why)) == exit_class::killed);
  CHECK(from_caf(to_exit_reason(exit_class::crashed, why)) == why);
  CHECK(from_caf(to_exit_reason(exit_class::start_failed, why))
        == error{errc::start_failed, "disk full"});
  // A cause that would read as another kind of end.
  CHECK(from_caf(to_exit_reason(exit_class::crashed, {errc::stopped, "?"}))
        == error{errc::crashed, "?"});
}

TEST_CASE("what an actor asked for when it quit normally is still to be read in its exit reason",
          "[errors][A12]") {
  for (const auto code : {errc::do_not_restart, errc::end_tree}) {
    const auto reason = to_exit_reason(exit_class::normal, {code, "/app/a"});
    CHECK(classify(reason) == exit_class::normal);
    CHECK(from_caf(reason).code == code);
  }
}

TEST_CASE("a broken death pact is an error of its own kind", "[errors][F4]") {
  try {
    throw death_pact{"actor 7 has ended"};
  } catch (...) {
    CHECK(current_exception_as(errc::crashed) == error{errc::death_pact, "actor 7 has ended"});
  }
}
