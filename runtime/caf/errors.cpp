// The bridge between Troupe's errors and CAF's.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/errors.hpp"

#include "runtime/caf/actor_record.hpp"
#include "runtime/caf/thrown.hpp"

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

#include <exception>
#include <string>
#include <typeinfo>

#include <cxxabi.h>

namespace troupe {

namespace {

constexpr auto category = caf::atom("troupe");

/// Causes of causes that are looked at.
constexpr int deepest = 16;

std::string describe_current(int depth);

/// The text of an exception, and of what caused it (`std::throw_with_nested`).
std::string describe(const std::exception& e, int depth) {
  const char* what = e.what();
  std::string text = what != nullptr && *what != '\0' ? std::string{what}
                                                      : readable_name(typeid(e));
  const auto* cause = dynamic_cast<const std::nested_exception*>(&e);
  if (cause != nullptr && cause->nested_ptr() && depth < deepest) {
    try {
      cause->rethrow_nested();
    } catch (...) {
      text += ": " + describe_current(depth + 1);
    }
  }
  return text;
}

/// The same for the exception in hand, whatever it is.
std::string describe_current(int depth) {
  try {
    throw;
  } catch (const std::exception& e) {
    return describe(e, depth);
  } catch (...) {
    const auto* type = abi::__cxa_current_exception_type();
    return "an exception of type " + (type ? readable_name(*type) : std::string{"unknown"});
  }
}

} // namespace

caf::error to_caf(const error& why) {
  return caf::error{static_cast<std::uint8_t>(why.code), category, caf::make_message(why.detail)};
}

error from_caf(const caf::error& why) {
  if (!why)
    return {errc::stopped, "ended normally"};
  if (why.category() == category) {
    const auto& context = why.context();
    return {static_cast<errc>(why.code()),
            context.match_elements<std::string>() ? context.get_as<std::string>(0) : std::string{}};
  }
  if (why.category() == caf::atom("system")) {
    switch (static_cast<caf::sec>(why.code())) {
      case caf::sec::request_timeout:
        return {errc::timed_out, {}};
      case caf::sec::request_receiver_down:
        return {errc::gone, {}};
      case caf::sec::unexpected_message:
      case caf::sec::unexpected_response:
        return {errc::unexpected_message, caf::to_string(why)};
      case caf::sec::runtime_error:
        return {errc::crashed, caf::to_string(why)};
      default:
        break;
    }
  }
  if (why.category() == caf::atom("exit"))
    return {why == caf::exit_reason::user_shutdown ? errc::stopped : errc::gone,
            caf::to_string(why)};
  return {errc::unknown, caf::to_string(why)};
}

exit_class classify(const caf::error& reason) {
  if (!reason)
    return exit_class::normal;
  if (reason == caf::exit_reason::user_shutdown)
    return exit_class::shutdown;
  if (reason == caf::exit_reason::kill)
    return exit_class::killed;
  if (reason == caf::exit_reason::unreachable
      || reason == caf::exit_reason::remote_link_unreachable)
    return exit_class::unreachable;
  if (reason.category() == category) {
    switch (static_cast<errc>(reason.code())) {
      case errc::start_failed:
        return exit_class::start_failed;
      case errc::too_many_restarts:
        return exit_class::escalated;
      case errc::stopped:
        return exit_class::shutdown;
      case errc::do_not_restart:
      case errc::end_tree:
        return exit_class::normal;
      default:
        break;
    }
  }
  return exit_class::crashed;
}

caf::error to_exit_reason(exit_class how, const error& why) {
  switch (how) {
    case exit_class::normal:
      return why.code == errc::do_not_restart || why.code == errc::end_tree ? to_caf(why)
                                                                            : caf::error{};
    case exit_class::shutdown:
      return caf::exit_reason::user_shutdown;
    case exit_class::killed:
    case exit_class::abandoned:
      return caf::exit_reason::kill;
    case exit_class::unreachable:
      return caf::exit_reason::unreachable;
    case exit_class::start_failed:
      return to_caf({errc::start_failed, why.detail});
    case exit_class::escalated:
      return to_caf({errc::too_many_restarts, why.detail});
    case exit_class::crashed:
      break;
  }
  auto reason = to_caf(why);
  return classify(reason) == exit_class::crashed ? reason : to_caf({errc::crashed, why.detail});
}

error exception_as(errc code, const std::exception& what) {
  return {typeid(what) == typeid(death_pact) ? errc::death_pact : code, describe(what, 0)};
}

error current_exception_as(errc code) {
  const auto* type = abi::__cxa_current_exception_type();
  if (type != nullptr && *type == typeid(death_pact))
    code = errc::death_pact;
  return {code, describe_current(0)};
}

} // namespace troupe
