// The one list of errors that Troupe's functions return.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <cstdint>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

/// What went wrong. Each enumerator has a sentence, see `sentence`; the place and the bad value travel
/// beside it in `error::detail`.
enum class errc : std::uint8_t {
  invalid_argument = 1, ///< A value given by the caller is outside what is documented.
  duplicate_child,      ///< A child with this id exists already in this supervisor.
  child_not_found,      ///< No child has this id.
  already_present,      ///< This child exists and has ended; it can be restarted or deleted.
  already_running,      ///< This child is running.
  start_failed,         ///< A child or handler failed while it started.
  timed_out,            ///< No answer arrived in the time given.
  not_running,          ///< The thing addressed has not been started or has ended.
  stopping,             ///< The application is stopping and takes no new work.
  too_many_restarts,    ///< A supervisor spent its restart budget.
  do_not_restart,       ///< A child ended and asks not to be brought back.
  end_tree,             ///< A child ended and asks that its supervisor ends, too.
  death_pact,           ///< Something watched has ended, and nobody handles that.
  restarting,           ///< The actor is between two incarnations; ask again shortly.
  crashed,              ///< The actor failed while it handled this request.
  stopped,              ///< The actor was stopped on purpose.
  gone,                 ///< The actor has ended for good.
  overloaded,           ///< A queue or limit is full; ask again later.
  deadline_exceeded,    ///< The work was not done before its deadline.
  promise_dropped,      ///< A promise was given up without an answer.
  unexpected_message,   ///< The actor has no handler for this message.
  address_in_use,       ///< Somebody else listens on this address.
  permission_denied,    ///< The operating system or a rule forbids it.
  not_found,            ///< No such thing.
  already_exists,       ///< There is such a thing already.
  io_error,             ///< The operating system reported an error.
  unknown, ///< An error from elsewhere that fits none of the others; the detail has its text.
};

/// The enumerator's name, for example `timed_out`.
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// One sentence for people, without a full stop.
[[nodiscard]] std::string_view sentence(errc code) noexcept;

} // namespace troupe
