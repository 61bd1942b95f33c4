// Runs the parser as a connection would and writes down what it reported.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/limits.hpp"
#include "http_bridge/protocol/parser.hpp"

#include <cstddef>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::http::protocol {

/// One request as the parser reported it; everything is a copy.
struct traced_request {
  std::string head; ///< Every member of `request_head`, written out.
  std::string body;
  bool complete = false;

  friend bool operator==(const traced_request&, const traced_request&) = default;
};

/// All that became of some bytes.
struct trace {
  std::vector<traced_request> requests;
  unsigned failure = 0; ///< The status, or 0.
  std::string failure_text;

  friend bool operator==(const trace&, const trace&) = default;

  friend std::ostream& operator<<(std::ostream& out, const trace& t) {
    for (const auto& r : t.requests)
      out << '{' << r.head << " body=" << r.body << (r.complete ? "} " : " ...");
    return out << t.failure << ' ' << t.failure_text;
  }
};

inline std::string describe(const request_head& head) {
  std::string text{to_string(head.m)};
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(" ").append(name).append("=").append(value);
  };
  add("method", head.method_text);
  add("target", head.target);
  add("path", head.path);
  add("query", head.query);
  add("authority", head.authority);
  add("minor", std::to_string(head.minor_version));
  add("length", head.content_length ? std::to_string(*head.content_length) : "none");
  add("chunked", head.chunked ? "yes" : "no");
  add("keep_alive", head.keep_alive ? "yes" : "no");
  add("expect_continue", head.expect_continue ? "yes" : "no");
  add("upgrade", head.upgrade);
  for (const auto& field : head.headers)
    add(field.name, field.value);
  return text;
}

/// A connection's end of the parser: keeps what has not been consumed, and moves it to fresh memory
/// for every input, so that a view into the input before shows up under AddressSanitizer.
class tracer {
public:
  explicit tracer(const limits& bounds) : parser_(bounds) {}

  void feed(std::string_view piece) {
    if (result_.failure != 0)
      return;
    pending_ = std::string{pending_}.append(piece);
    std::string_view rest = pending_;
    for (;;) {
      const auto step = parser_.next(rest);
      if (step.consumed > rest.size())
        throw std::logic_error{"the parser consumed more than it was given"};
      switch (step.event) {
        case parse_event::need_more:
          pending_ = std::string{rest.substr(step.consumed)};
          return;
        case parse_event::head:
          result_.requests.push_back({describe(parser_.head()), {}, false});
          break;
        case parse_event::body:
          result_.requests.back().body.append(step.body);
          break;
        case parse_event::complete:
          result_.requests.back().complete = true;
          break;
        case parse_event::failed:
          result_.failure = code(parser_.failure());
          result_.failure_text = parser_.failure_text();
          return;
      }
      rest.remove_prefix(step.consumed);
    }
  }

  [[nodiscard]] const trace& result() const noexcept { return result_; }
  [[nodiscard]] request_parser& parser() noexcept { return parser_; }

private:
  request_parser parser_;
  std::string pending_;
  trace result_;
};

/// The trace of `bytes` given at once.
inline trace parse_whole(std::string_view bytes, const limits& bounds = {}) {
  tracer t{bounds};
  t.feed(bytes);
  return t.result();
}

/// The trace of `bytes` given in pieces of these sizes, over and over; a size of 0 is an empty
/// input.
inline trace parse_split(std::string_view bytes, std::span<const std::size_t> sizes,
                         const limits& bounds = {}) {
  tracer t{bounds};
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    // At least one byte a round, whatever the sizes are.
    const auto size = sizes.empty() || (i % (sizes.size() + 1) == sizes.size())
                        ? 1
                        : sizes[i % (sizes.size() + 1)];
    const auto piece = bytes.substr(0, size);
    t.feed(piece);
    bytes.remove_prefix(piece.size());
  }
  return t.result();
}

/// The trace of `bytes` given one at a time.
inline trace parse_bytewise(std::string_view bytes, const limits& bounds = {}) {
  return parse_split(bytes, {}, bounds);
}

} // namespace troupe::http::protocol
