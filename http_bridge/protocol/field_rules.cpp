// What the fields that frame and route a request may say.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/field_rules.hpp"

#include "http_bridge/headers.hpp"
#include "http_bridge/protocol/char_class.hpp"
#include "http_bridge/protocol/target.hpp"

#include <cstddef>

namespace troupe::http::protocol {

refusal field_rules::take(std::string_view name, std::string_view value, std::uint32_t index,
                          int minor_version) {
  switch (name.size()) {
    case 4:
      return token_equals(name, "host") ? take_host(value, index) : refusal{};
    case 6:
      return token_equals(name, "expect") ? take_expect(value, minor_version) : refusal{};
    case 7:
      // RFC 9110 7.8: an Upgrade in HTTP/1.0 must be ignored.
      if (upgrade_ == none && minor_version >= 1 && token_equals(name, "upgrade"))
        upgrade_ = index;
      return {};
    case 10:
      if (token_equals(name, "connection"))
        take_connection(value);
      return {};
    case 14:
      return token_equals(name, "content-length") ? take_content_length(value) : refusal{};
    case 17:
      return token_equals(name, "transfer-encoding") ? take_transfer_encoding(value, minor_version)
                                                     : refusal{};
    default:
      return {};
  }
}

void field_rules::reset() noexcept {
  content_length_ = 0;
  host_ = none;
  upgrade_ = none;
  has_content_length_ = false;
  chunked_ = false;
  close_ = false;
  keep_alive_ = false;
  lists_upgrade_ = false;
  expect_continue_ = false;
}

refusal field_rules::finish(int minor_version) const noexcept {
  if (chunked_ && has_content_length_)
    return {status::bad_request, "RFC 9112 6.1: Content-Length beside Transfer-Encoding"};
  if (minor_version >= 1 && host_ == none)
    return {status::bad_request, "RFC 9112 3.2: no Host"};
  return {};
}

refusal field_rules::take_host(std::string_view value, std::uint32_t index) {
  if (host_ != none)
    return {status::bad_request, "RFC 9112 3.2: more than one Host"};
  if (value.empty() || value != known_host_) {
    if (!is_authority(value))
      return {status::bad_request, "RFC 9112 3.2: Host is not a host and port"};
    // A longer one is not worth the memory on every connection.
    constexpr std::size_t longest_known = 64;
    if (value.size() <= longest_known)
      known_host_ = value;
  }
  host_ = index;
  return {};
}

refusal field_rules::take_content_length(std::string_view value) noexcept {
  // RFC 9110 8.6 would let us take several equal values for one. A sender that writes two has a
  // fault or wants somebody to read the other one; nothing that works is lost by refusing.
  if (has_content_length_)
    return {status::bad_request, "RFC 9110 8.6: more than one Content-Length"};
  constexpr refusal bad{status::bad_request, "RFC 9110 8.6: Content-Length is not a number"};
  if (value.empty())
    return bad;
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t length = 0;
  for (const char c : value) {
    if (!is_digit(c))
      return bad;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    // A number beyond 64 bits is as good as the largest one: above any body limit.
    length = length > (most - digit) / 10 ? most : length * 10 + digit;
  }
  content_length_ = length;
  has_content_length_ = true;
  return {};
}

refusal field_rules::take_transfer_encoding(std::string_view value, int minor_version) noexcept {
  if (minor_version < 1)
    return {status::bad_request, "RFC 9112 6.1: Transfer-Encoding in HTTP/1.0"};
  if (chunked_)
    return {status::bad_request, "RFC 9112 6.1: more than one Transfer-Encoding"};
  // RFC 9112 6.1 suggests 501 for codings that are not understood. No other coding is offered by
  // anyone's client, and a list that is read differently elsewhere is the tool of request
  // smuggling.
  if (!equal_ignoring_case(value, "chunked"))
    return {status::bad_request, "RFC 9112 6.1: Transfer-Encoding is not exactly `chunked`"};
  chunked_ = true;
  return {};
}

void field_rules::take_connection(std::string_view value) noexcept {
  for_each_list_element(value, [this](std::string_view option) {
    if (equal_ignoring_case(option, "close"))
      close_ = true;
    else if (equal_ignoring_case(option, "keep-alive"))
      keep_alive_ = true;
    else if (equal_ignoring_case(option, "upgrade"))
      lists_upgrade_ = true;
  });
}

refusal field_rules::take_expect(std::string_view value, int minor_version) noexcept {
  // RFC 9110 10.1.1: an expectation in HTTP/1.0 must be ignored.
  if (minor_version < 1)
    return {};
  refusal outcome;
  for_each_list_element(value, [&](std::string_view expectation) {
    if (equal_ignoring_case(expectation, "100-continue"))
      expect_continue_ = true;
    else
      outcome = {status::expectation_failed,
                 "RFC 9110 10.1.1: an expectation other than 100-continue"};
  });
  return outcome;
}

} // namespace troupe::http::protocol
