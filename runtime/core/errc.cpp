// Names and sentences of the errors.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/core/errc.hpp"

namespace troupe {

namespace {

struct entry {
  std::string_view name;
  std::string_view sentence;
};

entry lookup(errc code) noexcept {
  switch (code) {
    case errc::invalid_argument:
      return {"invalid_argument", "a value is not allowed here"};
    case errc::duplicate_child:
      return {"duplicate_child", "a child with this id exists already"};
    case errc::child_not_found:
      return {"child_not_found", "no child has this id"};
    case errc::already_present:
      return {"already_present", "the child exists and has ended"};
    case errc::already_running:
      return {"already_running", "the child is running"};
    case errc::start_failed:
      return {"start_failed", "the start failed"};
    case errc::timed_out:
      return {"timed_out", "no answer in time"};
    case errc::not_running:
      return {"not_running", "not running"};
    case errc::stopping:
      return {"stopping", "stopping, no new work is taken"};
    case errc::too_many_restarts:
      return {"too_many_restarts", "the restart budget is spent"};
    case errc::do_not_restart:
      return {"do_not_restart", "ended, and asks not to be brought back"};
    case errc::end_tree:
      return {"end_tree", "ended, and asks that its supervisor ends"};
    case errc::death_pact:
      return {"death_pact", "what it depended on has ended"};
    case errc::restarting:
      return {"restarting", "restarting, ask again shortly"};
    case errc::crashed:
      return {"crashed", "the actor failed while it handled this request"};
    case errc::stopped:
      return {"stopped", "the actor was stopped"};
    case errc::gone:
      return {"gone", "the actor has ended"};
    case errc::overloaded:
      return {"overloaded", "overloaded, ask again later"};
    case errc::deadline_exceeded:
      return {"deadline_exceeded", "the deadline has passed"};
    case errc::promise_dropped:
      return {"promise_dropped", "the request was given up without an answer"};
    case errc::unexpected_message:
      return {"unexpected_message", "the actor does not handle this message"};
    case errc::address_in_use:
      return {"address_in_use", "the address is in use"};
    case errc::permission_denied:
      return {"permission_denied", "permission denied"};
    case errc::not_found:
      return {"not_found", "not found"};
    case errc::already_exists:
      return {"already_exists", "exists already"};
    case errc::io_error:
      return {"io_error", "the operating system reported an error"};
    case errc::unknown:
      break;
  }
  return {"unknown", "an unknown error"};
}

} // namespace

std::string_view to_string(errc code) noexcept {
  return lookup(code).name;
}

std::string_view sentence(errc code) noexcept {
  return lookup(code).sentence;
}

} // namespace troupe
