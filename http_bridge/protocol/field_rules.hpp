// What the fields that frame and route a request may say (RFC 9110 7, 8, 10; RFC 9112 3.2, 6, 9).
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/status.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http::protocol {

/// Why a field is refused. `text` is empty when it is not.
struct refusal {
  status code = status::bad_request;
  std::string_view text;

  explicit operator bool() const noexcept { return !text.empty(); }
};

/// Watches the fields of one head go by and keeps what the few that matter to the parser have said.
/// Thread safety: one thread at a time.
class field_rules {
public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  /// Takes field number `index`. Fields that do not matter cost one look at the length of their
  /// name.
  refusal take(std::string_view name, std::string_view value, std::uint32_t index,
               int minor_version);

  /// Forgets the head, to be ready for the next one of the same connection.
  void reset() noexcept;

  /// The rules that need the whole head.
  [[nodiscard]] refusal finish(int minor_version) const noexcept;

  [[nodiscard]] bool has_content_length() const noexcept { return has_content_length_; }
  [[nodiscard]] std::uint64_t content_length() const noexcept { return content_length_; }
  [[nodiscard]] bool chunked() const noexcept { return chunked_; }
  [[nodiscard]] bool expect_continue() const noexcept { return expect_continue_; }
  [[nodiscard]] bool keep_alive(int minor_version) const noexcept {
    return !close_ && (minor_version >= 1 || keep_alive_);
  }

  /// Index of the `Host` field, or `none`.
  [[nodiscard]] std::uint32_t host() const noexcept { return host_; }

  /// Index of the `Upgrade` field if `Connection` lists it, or `none`.
  [[nodiscard]] std::uint32_t upgrade() const noexcept { return lists_upgrade_ ? upgrade_ : none; }

private:
  refusal take_host(std::string_view value, std::uint32_t index);
  refusal take_content_length(std::string_view value) noexcept;
  refusal take_transfer_encoding(std::string_view value, int minor_version) noexcept;
  void take_connection(std::string_view value) noexcept;
  refusal take_expect(std::string_view value, int minor_version) noexcept;

  // On one connection Host nearly always says the same: what was found valid last is not taken
  // apart again.
  std::string known_host_;

  std::uint64_t content_length_ = 0;
  std::uint32_t host_ = none;
  std::uint32_t upgrade_ = none;
  bool has_content_length_ = false;
  bool chunked_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool lists_upgrade_ = false;
  bool expect_continue_ = false;
};

} // namespace http::protocol
} // namespace troupe
