// Writes server-sent events.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/stream/sse.hpp"

#include "http_bridge/internal/stream_channel.hpp"

namespace troupe::http {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value)
    if (c != '\r' && c != '\n' && c != '\0')
      out += c;
  out += '\n';
}

} // namespace

std::string to_text(const sse_event& event) {
  std::string out;
  out.reserve(event.id.size() + event.event.size() + event.data.size() + 32);
  if (!event.id.empty())
    append_field(out, "id", event.id);
  if (!event.event.empty())
    append_field(out, "event", event.event);
  // CR, LF and CR LF all end a line for the reader; each line becomes a field of its own.
  std::string_view rest = event.data;
  while (!rest.empty()) {
    const auto end = rest.find_first_of("\r\n");
    append_field(out, "data", rest.substr(0, end));
    if (end == std::string_view::npos)
      break;
    const bool pair = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
    rest.remove_prefix(end + (pair ? 2 : 1));
    if (rest.empty())
      append_field(out, "data", {});
  }
  out += '\n';
  return out;
}

bool sse_stream::send(const sse_event& event) {
  auto* to = channel();
  return to != nullptr && to->push(to_text(event)) == internal::stream_push::queued;
}

} // namespace troupe::http
