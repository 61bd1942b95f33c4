// Messages that could not be delivered or were lost, and why.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <caf/actor_control_block.hpp>
#include <caf/message.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {

enum class dead_letter_reason : std::uint8_t {
  crashed_receiver, ///< It was in hand when an exception came out of its handler.
  restarting,       ///< The stash of a suspended actor was full, or a request came to one.
  overloaded,       ///< The mailbox was full.
  ended,            ///< It waited when the actor ended.
  gone,             ///< It came after the actor had ended.
};

[[nodiscard]] std::string_view to_string(dead_letter_reason reason) noexcept;

/// Answers to the actor's own requests, CAF's notices and timeouts, and what the base and its supervisor say to each other
/// are never dead letters.
struct dead_letter {
  std::string path; ///< Of the actor it was for.
  dead_letter_reason reason;
  bool was_request; ///< Its sender has been told, but under `overflow_policy::drop_newest`.
  caf::strong_actor_ptr sender; ///< Null also when a crashed handler had taken the answer over.
  /// Of a crashed receiver as its handler left it. Empty if it came in the very moment the actor ended.
  caf::message content;
};

/// Gets every dead letter of the actors it is given to.
/// Thread safety: `publish` is called from senders' and scheduler threads, several at a time; it must not block.
class dead_letter_sink {
public:
  virtual ~dead_letter_sink();

  virtual void publish(const dead_letter& letter) noexcept = 0;
};

} // namespace troupe
