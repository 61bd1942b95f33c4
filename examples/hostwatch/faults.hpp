// Faults on demand, to see what supervision makes of them. Compiled in, reachable with --enable-faults alone.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "examples/hostwatch/sample.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hostwatch {

enum class fault_kind : std::uint8_t {
  none,
  throw_,      ///< An exception leaves the handler.
  hang,        ///< The handler never returns.
  ignore_stop, ///< The child does not end when it is asked to.
  slow,        ///< The handler takes `slow_time`.
};

inline constexpr std::chrono::milliseconds slow_time{1'000};

/// The name that `parse_fault` reads; `none` for none.
[[nodiscard]] std::string_view to_string(fault_kind kind) noexcept;

/// Reads `{"kind": "throw"}`; the names are `throw`, `hang`, `ignore_stop` and `slow`.
[[nodiscard]] std::variant<fault_kind, rejected_body> parse_fault(std::string_view body);

/// Makes the actor that gets it misbehave.
struct inject_fault {
  fault_kind kind;
};

/// What an actor has to remember of a fault.
class fault_switch {
public:
  /// Misbehaves now, or from now on. @throws std::runtime_error for `throw_`.
  void apply(fault_kind kind);

  [[nodiscard]] bool ignores_stop() const noexcept { return ignores_stop_; }

private:
  bool ignores_stop_ = false;
};

/// A fault for a child that takes no messages; it asks at its next turn.
/// Thread safety: any thread.
class fault_letter {
public:
  void leave(fault_kind kind) noexcept { kind_.store(kind); }
  [[nodiscard]] fault_kind take() noexcept { return kind_.exchange(fault_kind::none); }

private:
  std::atomic<fault_kind> kind_{fault_kind::none};
};

/// Who can be given a fault, and how. Filled before it is used; every reactor has a copy.
class fault_board {
public:
  using delivery = std::function<void(fault_kind)>;

  void add(std::string child, delivery deliver) {
    children_[std::move(child)] = std::move(deliver);
  }

  /// @returns false when there is no such child. Not blocking.
  bool deliver(std::string_view child, fault_kind kind) const;

  /// All names, for the answer to a wrong one: `live, parser, store`.
  [[nodiscard]] std::string names() const;

private:
  std::map<std::string, delivery, std::less<>> children_;
};

} // namespace hostwatch

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hostwatch::inject_fault)
