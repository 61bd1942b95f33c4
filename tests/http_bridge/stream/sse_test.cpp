// Server-sent events as text (WHATWG HTML 9.2).
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/stream/sse.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <string>
#include <vector>

using namespace troupe::http;

namespace {

/// Reads the text of one event as the standard says a client does.
struct read_event {
  sse_event event;
  bool dispatched = false;

  explicit read_event(const std::string& text) {
    bool has_data = false;
    std::size_t begin = 0;
    while (begin < text.size()) {
      const auto end = text.find('\n', begin);
      REQUIRE(end != std::string::npos);
      const auto line = text.substr(begin, end - begin);
      begin = end + 1;
      if (line.empty()) {
        dispatched = begin == text.size();
        return;
      }
      const auto colon = line.find(": ");
      REQUIRE(colon != std::string::npos);
      const auto name = line.substr(0, colon);
      const auto value = line.substr(colon + 2);
      if (name == "data") {
        event.data += (has_data ? "\n" : "") + value;
        has_data = true;
      } else if (name == "event") {
        event.event = value;
      } else if (name == "id") {
        event.id = value;
      } else {
        FAIL("a field that is none: " << name);
      }
    }
  }
};

} // namespace

TEST_CASE("an event has its fields and ends with an empty line", "[sse]") {
  CHECK(to_text({.id = "7", .event = "tick", .data = "one"})
        == "id: 7\nevent: tick\ndata: one\n\n");
  CHECK(to_text({.id = {}, .event = {}, .data = "one"}) == "data: one\n\n");
}

TEST_CASE("each line of the data is a field of its own, whatever ends it", "[sse]") {
  const std::string expected = "data: a\ndata: b\ndata: \ndata: c\n\n";
  CHECK(to_text({.id = {}, .event = {}, .data = "a\nb\n\nc"}) == expected);
  CHECK(to_text({.id = {}, .event = {}, .data = "a\rb\r\rc"}) == expected);
  CHECK(to_text({.id = {}, .event = {}, .data = "a\r\nb\r\n\r\nc"}) == expected);
}

TEST_CASE("a line end at the end of the data is kept", "[sse]") {
  CHECK(read_event{to_text({.id = {}, .event = {}, .data = "a\n"})}.event.data == "a\n");
}

TEST_CASE("line ends in id and type begin no further field", "[sse]") {
  CHECK(to_text({.id = "1\ndata: x", .event = "a\r\nid: 2", .data = "d"})
        == "id: 1data: x\nevent: aid: 2\ndata: d\n\n");
}

TEST_CASE("whatever is sent, a client reads one event with the same data", "[sse]") {
  CHECK(rc::check([] {
    const auto character = rc::gen::element('a', ':', ' ', '\n', '\r', '\t', '\xc3');
    sse_event sent{.id = *rc::gen::container<std::string>(character),
                   .event = *rc::gen::container<std::string>(character),
                   .data = *rc::gen::container<std::string>(character)};
    const read_event read{to_text(sent)};
    RC_ASSERT(read.dispatched);
    std::string expected;
    for (std::size_t i = 0; i < sent.data.size(); ++i) {
      const char c = sent.data[i];
      if (c == '\r')
        expected += '\n';
      else if (c != '\n' || i == 0 || sent.data[i - 1] != '\r')
        expected += c;
    }
    RC_ASSERT(read.event.data == expected);
  }));
}
