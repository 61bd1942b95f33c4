// Reads HTTP/1.1 requests: the order of their parts, and bodies. Heads are read in parser_head.cpp.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/protocol/parser.hpp"

#include <algorithm>

namespace troupe::http::protocol {

request_parser::request_parser(const limits& bounds)
  : head_limit_(static_cast<std::uint32_t>(bounds.head.count())),
    target_limit_(static_cast<std::uint32_t>(bounds.target.count())),
    field_limit_(static_cast<std::uint32_t>(bounds.fields)),
    empty_line_limit_(static_cast<std::uint32_t>(bounds.empty_lines)),
    default_body_limit_(bounds.body.count()),
    body_limit_(bounds.body.count()), chunked_limits_{
                                        bounds.framing.count(),
                                        static_cast<std::uint32_t>(bounds.chunk_line.count()),
                                        static_cast<std::uint32_t>(bounds.trailers.count()),
                                        static_cast<std::uint32_t>(bounds.fields)} {}

void request_parser::reset() noexcept {
  phase_ = phase::start;
  position_ = 0;
  mark_ = 0;
  empty_lines_ = 0;
  body_left_ = 0;
  rules_.reset();
  extents_.clear();
  headers_.clear();
  body_limit_ = default_body_limit_;
}

parse_step request_parser::next(std::string_view input) {
  switch (phase_) {
    case phase::start:
      return read_start(input);
    case phase::head_done:
      return begin_body(input);
    case phase::sized_body:
      return read_sized_body(input);
    case phase::chunked_body:
      return read_chunked_body(input);
    case phase::complete:
      reset();
      return read_start(input);
    case phase::failed:
      return {parse_event::failed, 0, {}};
    default:
      return read_head(input);
  }
}

// RFC 9112 2.2: empty lines before a request line are ignored; some old clients send one behind a
// body.
parse_step request_parser::read_start(std::string_view input) {
  std::size_t skipped = 0;
  while (skipped < input.size() && input[skipped] == '\r') {
    if (skipped + 1 == input.size())
      return {parse_event::need_more, skipped, {}};
    if (input[skipped + 1] != '\n')
      return fail(status::bad_request, "RFC 9112 2.2: CR without LF");
    if (++empty_lines_ > empty_line_limit_)
      return fail(status::bad_request, "RFC 9112 2.2: too many empty lines before a request");
    skipped += 2;
  }
  if (skipped == input.size())
    return {parse_event::need_more, skipped, {}};
  phase_ = phase::method;
  auto step = read_head(input.substr(skipped));
  if (step.event != parse_event::failed)
    step.consumed += skipped;
  return step;
}

parse_step request_parser::begin_body(std::string_view input) {
  if (head_.chunked) {
    chunks_ = {};
    phase_ = phase::chunked_body;
    return read_chunked_body(input);
  }
  body_left_ = head_.content_length.value_or(0);
  if (body_left_ > body_limit_)
    return fail(status::content_too_large, "RFC 9110 15.5.14: body too large");
  phase_ = phase::sized_body;
  return read_sized_body(input);
}

parse_step request_parser::read_sized_body(std::string_view input) {
  if (body_left_ == 0) {
    phase_ = phase::complete;
    return {parse_event::complete, 0, {}};
  }
  if (input.empty())
    return {};
  const auto piece = input.substr(
    0, static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, input.size())));
  body_left_ -= piece.size();
  return {parse_event::body, piece.size(), piece};
}

parse_step request_parser::read_chunked_body(std::string_view input) {
  if (chunks_.done()) {
    phase_ = phase::complete;
    return {parse_event::complete, 0, {}};
  }
  const auto step = chunks_.next(input, chunked_limits_, body_limit_);
  if (chunks_.failed())
    return fail(chunks_.failure(), chunks_.failure_text());
  if (step.consumed == 0)
    return {};
  return {parse_event::body, step.consumed, step.data};
}

parse_step request_parser::fail(status s, std::string_view text) noexcept {
  phase_ = phase::failed;
  failure_ = s;
  failure_text_ = text;
  return {parse_event::failed, 0, {}};
}

} // namespace troupe::http::protocol
