// The answers that a reactor owes, each connection's in the order of its requests.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "http_bridge/method.hpp"
#include "http_bridge/response.hpp"
#include "http_bridge/protocol/serializer.hpp"
#include "http_bridge/internal/slot_id.hpp"
#include "http_bridge/internal/stream_channel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

namespace troupe::http {

class connection;

/// The id of a request, made or taken over from the client, without an allocation.
class request_id {
public:
  static constexpr std::size_t longest = 64;

  /// @pre at most `longest` characters.
  void assign(std::string_view text) noexcept {
    size_ = static_cast<std::uint8_t>(text.copy(text_.data(), longest));
  }
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }

private:
  std::array<char, longest> text_;
  std::uint8_t size_ = 0;
};

/// One answer that is owed to a client.
struct slot {
  enum class state_type : std::uint8_t {
    free,
    waiting,   ///< Somebody works on it.
    ready,     ///< `answer` waits for its turn.
    streaming, ///< `answer` is the head, `stream` brings the body.
  };

  state_type state = state_type::free;
  http::method method = http::method::get;
  bool keep_alive = false; ///< What the client wants.
  bool last = false;       ///< Nothing may follow this answer on its connection.
  bool head_sent = false;  ///< Of a stream.
  bool counted = false;    ///< It was handed to a handler and counts as in flight.
  std::uint8_t minor_version = 1;
  std::uint32_t index = 0;
  std::uint32_t generation = 1;

  connection* owner = nullptr;
  slot* next = nullptr; ///< Of the same connection, or of the free list.
  steady_time deadline{};
  response answer;
  std::shared_ptr<internal::stream_channel> stream;
  protocol::stream_framing framing = protocol::stream_framing::chunked;
  request_id request;

  [[nodiscard]] internal::slot_id id() const noexcept { return {index, generation}; }
};

/// All slots of one reactor. Addresses are stable; what was given back is reused, under another generation.
/// Thread safety: none, one reactor's.
class slot_pool {
public:
  /// A slot in state `waiting`.
  slot& acquire(connection& owner) {
    slot* made = free_;
    if (made != nullptr) {
      free_ = made->next;
    } else {
      made = &slots_.emplace_back();
      made->index = static_cast<std::uint32_t>(slots_.size() - 1);
    }
    made->state = slot::state_type::waiting;
    made->owner = &owner;
    made->next = nullptr;
    return *made;
  }

  /// The slot still used under this name; null when it was given back.
  [[nodiscard]] slot* find(internal::slot_id id) noexcept {
    if (id.index >= slots_.size())
      return nullptr;
    auto& found = slots_[id.index];
    return found.generation == id.generation && found.state != slot::state_type::free ? &found
                                                                                      : nullptr;
  }

  /// Gives a slot back: whoever still holds its name finds nothing.
  void release(slot& old) noexcept {
    old.state = slot::state_type::free;
    if (++old.generation == 0)
      old.generation = 1;
    old.owner = nullptr;
    old.last = old.head_sent = old.counted = false;
    old.answer = response{};
    old.stream.reset();
    old.next = free_;
    free_ = &old;
  }

private:
  std::deque<slot> slots_;
  slot* free_ = nullptr;
};

/// The slots of one connection, in the order of its requests. Answers may come in any order; they leave through
/// `front` only.
class pipeline {
public:
  void push(slot& last) noexcept {
    (tail_ == nullptr ? head_ : tail_->next) = &last;
    tail_ = &last;
    ++size_;
  }

  [[nodiscard]] slot* front() const noexcept { return head_; }
  [[nodiscard]] slot* back() const noexcept { return tail_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }

  /// Takes the oldest out. @pre not empty.
  slot& pop() noexcept {
    auto& first = *head_;
    head_ = first.next;
    if (head_ == nullptr)
      tail_ = nullptr;
    --size_;
    return first;
  }

private:
  slot* head_ = nullptr;
  slot* tail_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace troupe::http
