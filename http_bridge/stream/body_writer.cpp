// Hands pieces of a body to the reactor.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/stream/body_writer.hpp"

#include "http_bridge/internal/stream_channel.hpp"

namespace troupe::http {

write_result body_writer::write(std::string piece) {
  auto* to = channel();
  if (to == nullptr)
    return write_result::closed;
  switch (to->push(std::move(piece))) {
    case internal::stream_push::queued:
      return write_result::queued;
    case internal::stream_push::full:
      return write_result::full;
    case internal::stream_push::closed:
      break;
  }
  return write_result::closed;
}

} // namespace troupe::http
