// Stands in for an actor: sends, asks, and keeps what it is told.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>
#include <caf/message_priority.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace testkit {

/// Names a request made by a probe.
enum class question : std::uint64_t {};

/// An address for tests. What is sent to it is kept at once, without a turn of a scheduler, in order of arrival;
/// answers to its own requests are kept apart. It never answers and never ends.
///
/// On virtual time: send, `run()` the system, look. On a real scheduler: send, then `wait_for_...`.
/// Thread safety: any thread.
class actor_probe {
public:
  explicit actor_probe(caf::actor_system& system);
  ~actor_probe();
  actor_probe(const actor_probe&) = delete;
  actor_probe& operator=(const actor_probe&) = delete;

  [[nodiscard]] const caf::strong_actor_ptr& handle() const noexcept;

  // -- to others ----------------------------------------------------------------

  /// Sends `what` with the probe as sender.
  template <class T>
  void send(const caf::strong_actor_ptr& to, T&& what,
            caf::message_priority priority = caf::message_priority::normal) {
    send_message(to, caf::make_message(std::forward<T>(what)), priority);
  }

  /// Makes a request that has no timeout.
  template <class T>
  question ask(const caf::strong_actor_ptr& to, T&& what,
               caf::message_priority priority = caf::message_priority::normal) {
    return ask_message(to, caf::make_message(std::forward<T>(what)), priority);
  }

  /// Gets a `caf::down_msg` when `whom` ends; at once if it has.
  void watch(const caf::strong_actor_ptr& whom);

  // -- what came ----------------------------------------------------------------

  /// Takes the oldest message that waits. @returns it, or `errc::unexpected_message` naming the type that came
  /// instead of a `T` (the message is taken all the same), or `errc::not_found` when nothing has come.
  template <class T>
  result<T> expect() {
    return as<T>(take(), "no message has come");
  }

  /// Messages that wait.
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] bool none() const { return waiting() == 0; }

  /// The answer to a request: it, or the error it was answered with, or `errc::unexpected_message` for another
  /// type, or `errc::not_found` when there is none yet.
  template <class T>
  result<T> answer(question which) const {
    return as<T>(answer_message(which), "no answer has come");
  }
  /// The error a request was answered with; empty when there is no answer yet, or a good one.
  [[nodiscard]] std::optional<error> refusal(question which) const;

  [[nodiscard]] bool answered(question which) const { return answers_to(which) > 0; }
  /// More than one is a fault of whoever answered.
  [[nodiscard]] std::size_t answers_to(question which) const;
  /// Requests in the order in which their answers came.
  [[nodiscard]] std::vector<question> answer_order() const;

  // -- on a real scheduler ------------------------------------------------------

  /// Blocks until at least `count` messages wait. @returns whether that came true within `limit`.
  [[nodiscard]] bool wait_for_messages(std::size_t count,
                                       std::chrono::milliseconds limit = default_limit) const;
  /// Blocks until at least `count` answers have come in all.
  [[nodiscard]] bool wait_for_answers(std::size_t count,
                                      std::chrono::milliseconds limit = default_limit) const;

  /// Long enough for a sanitizer on a busy machine.
  static constexpr std::chrono::milliseconds default_limit{30'000};

private:
  struct state;

  void send_message(const caf::strong_actor_ptr& to, caf::message what,
                    caf::message_priority priority);
  question ask_message(const caf::strong_actor_ptr& to, caf::message what,
                       caf::message_priority priority);
  [[nodiscard]] std::optional<caf::message> take();
  [[nodiscard]] std::optional<caf::message> answer_message(question which) const;
  [[nodiscard]] static error not_a(const caf::message& what, const std::type_info& wanted);

  template <class T>
  static result<T> as(const std::optional<caf::message>& what, const char* nothing) {
    if (!what)
      return error{errc::not_found, nothing};
    if (what->match_elements<T>())
      return what->get_as<T>(0);
    return not_a(*what, typeid(T));
  }

  std::shared_ptr<state> state_;
  caf::strong_actor_ptr handle_;
};

} // namespace testkit
} // namespace troupe
