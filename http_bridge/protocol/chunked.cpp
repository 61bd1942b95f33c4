// Removes the chunked transfer coding from a request body.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/chunked.hpp"

#include "http_bridge/protocol/char_class.hpp"

#include <algorithm>

namespace troupe::http::protocol {

namespace {

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}

} // namespace

chunk_step chunked_decoder::next(std::string_view input, const chunked_limits& bounds,
                                 std::uint64_t body_limit) noexcept {
  const char* const begin = input.data();
  const char* const end = begin + input.size();
  // Framing goes byte by byte, so that what is found first never depends on where the input was
  // cut.
  for (const char* p = begin; p != end && !done() && !failed();) {
    if (state_ != state::data) {
      read_framing(*p++, bounds, body_limit);
      if (done())
        return {static_cast<std::size_t>(p - begin), {}};
      continue;
    }
    const auto size = static_cast<std::size_t>(
      std::min(left_, static_cast<std::uint64_t>(end - p)));
    left_ -= size;
    if (left_ == 0)
      state_ = state::data_cr;
    return {static_cast<std::size_t>(p + size - begin), {p, size}};
  }
  return {done() || failed() ? 0 : input.size(), {}};
}

void chunked_decoder::read_framing(char c, const chunked_limits& bounds,
                                   std::uint64_t body_limit) noexcept {
  if (++framing_ > bounds.framing)
    return fail(status::content_too_large, "RFC 9112 7.1: too much chunk framing for the body");
  switch (state_) {
    case state::data_cr:
      return expect(c, '\r', state::data_lf);
    case state::data_lf:
      line_ = 0;
      return expect(c, '\n', state::size_first);
    case state::size_lf:
      decoded_ += left_;
      return expect(c, '\n', left_ == 0 ? state::trailer_begin : state::data);
    case state::trailer_begin:
    case state::trailer_name:
    case state::trailer_value:
    case state::trailer_lf:
    case state::end_lf:
      return read_trailer(c, bounds);
    default:
      break;
  }
  if (c != '\r' && ++line_ > bounds.chunk_line)
    return fail(status::content_too_large, "RFC 9112 7.1.1: chunk extensions too long");
  if (state_ == state::size_first || state_ == state::size)
    read_size(c, body_limit);
  else
    read_extension(c);
}

void chunked_decoder::read_size(char c, std::uint64_t body_limit) noexcept {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (state_ == state::size_first) {
      state_ = state::size;
      digits_ = 0;
      left_ = 0;
    }
    constexpr std::uint8_t most_digits = 16; // of 64 bits
    if (++digits_ > most_digits)
      return fail(status::bad_request, "RFC 9112 7.1: chunk size of more than 16 digits");
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    if (left_ > body_limit - decoded_)
      return fail(status::content_too_large, "RFC 9110 15.5.14: body too large");
    return;
  }
  if (state_ == state::size && c == '\r')
    state_ = state::size_lf;
  else if (state_ == state::size && c == ';')
    state_ = state::extension_begin;
  else if (state_ == state::size && is_space(c))
    state_ = state::extension_space;
  else
    fail(status::bad_request, "RFC 9112 7.1: bad chunk size");
}

// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
void chunked_decoder::read_extension(char c) noexcept {
  // What may follow a name, a token value and a closed quoted string alike.
  const auto after_item = [this, c](state after_space) {
    if (c == '\r')
      state_ = state::size_lf;
    else if (c == ';')
      state_ = state::extension_begin;
    else if (is_space(c))
      state_ = after_space;
    else
      return false;
    return true;
  };
  bool fine = true;
  switch (state_) {
    case state::extension_space:
      if (c == ';')
        state_ = state::extension_begin;
      else
        fine = is_space(c);
      break;
    case state::extension_begin:
      if (is_byte(c, token_byte))
        state_ = state::extension_name;
      else
        fine = is_space(c);
      break;
    case state::extension_name:
      if (c == '=')
        state_ = state::extension_value;
      else
        fine = is_byte(c, token_byte) || after_item(state::extension_equals);
      break;
    case state::extension_equals:
      if (c == '=')
        state_ = state::extension_value;
      else if (c == ';')
        state_ = state::extension_begin;
      else
        fine = is_space(c);
      break;
    case state::extension_value:
      if (c == '"')
        state_ = state::extension_quoted;
      else if (is_byte(c, token_byte))
        state_ = state::extension_token;
      else
        fine = is_space(c);
      break;
    case state::extension_token:
      fine = is_byte(c, token_byte) || after_item(state::extension_space);
      break;
    case state::extension_quoted:
      if (c == '"')
        state_ = state::extension_quote_end;
      else if (c == '\\')
        state_ = state::extension_escape;
      else
        fine = is_byte(c, value_byte);
      break;
    case state::extension_escape:
      state_ = state::extension_quoted;
      fine = is_byte(c, value_byte);
      break;
    default: // extension_quote_end
      fine = after_item(state::extension_space);
      break;
  }
  if (!fine)
    fail(status::bad_request, "RFC 9112 7.1.1: bad chunk extension");
}

// trailer-section = *( field-line CRLF ), then the CR LF that ends the body
void chunked_decoder::read_trailer(char c, const chunked_limits& bounds) noexcept {
  if (++trailers_ > bounds.trailers)
    return fail(status::request_header_fields_too_large, "RFC 9112 7.1.2: trailers too long");
  constexpr std::string_view bad = "RFC 9112 7.1.2: bad trailer field";
  switch (state_) {
    case state::trailer_begin:
      if (c == '\r')
        state_ = state::end_lf;
      else if (!is_byte(c, token_byte))
        fail(status::bad_request, bad);
      else if (++trailer_fields_ > bounds.trailer_fields)
        fail(status::request_header_fields_too_large, "RFC 9112 7.1.2: too many trailer fields");
      else
        state_ = state::trailer_name;
      return;
    case state::trailer_name:
      if (c == ':')
        state_ = state::trailer_value;
      else if (!is_byte(c, token_byte))
        fail(status::bad_request, bad);
      return;
    case state::trailer_value:
      if (c == '\r')
        state_ = state::trailer_lf;
      else if (!is_byte(c, value_byte))
        fail(status::bad_request, bad);
      return;
    case state::trailer_lf:
      return expect(c, '\n', state::trailer_begin);
    default: // end_lf
      return expect(c, '\n', state::done);
  }
}

void chunked_decoder::expect(char c, char wanted, state then) noexcept {
  if (c == wanted)
    state_ = then;
  else
    fail(status::bad_request, "RFC 9112 7.1: no CR LF where the chunked coding has one");
}

void chunked_decoder::fail(status s, std::string_view text) noexcept {
  state_ = state::failed;
  failure_ = s;
  failure_text_ = text;
}

} // namespace troupe::http::protocol
