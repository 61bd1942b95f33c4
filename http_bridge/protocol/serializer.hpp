// Writes responses as HTTP/1.1: values in, bytes out, no I/O.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/method.hpp"
#include "http_bridge/response.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] troupe {
namespace http::protocol {

/// What a response depends on beside its own value.
struct response_context {
  /// Of the request: `head` is answered without the body (RFC 9110 9.3.2).
  method request_method = method::get;

  /// Of the request: a kept HTTP/1.0 connection is confirmed (RFC 9112 C.2.2).
  int minor_version = 1;

  /// False adds `Connection: close`; the caller closes after the answer.
  bool keep_alive = true;

  /// Value of `Date`, see `http_date`; it is made once a second, not per answer. Empty leaves the
  /// field out.
  std::string_view date;

  /// Value of `Server`. Empty leaves the field out; a handler's own `Server` replaces it.
  std::string_view server;

  /// Value of `X-Request-Id`. Empty leaves the field out.
  std::string_view request_id;
};

/// Appends the whole answer to `out`. Content-Length, Connection and Date are written by this
/// function alone. 204, 304 and answers to HEAD have no body whatever the response holds (RFC 9112
/// 6.3), 205 an empty one (RFC 9110 15.3.6); 204 and 304 have no Content-Length either.
/// @returns false when the response has a `response::defect`: a 500 has been written in its place.
bool append_response(std::string& out, const response& answer, const response_context& context);

/// How the body of a streamed answer ends.
enum class stream_framing : std::uint8_t {
  chunked,     ///< Pieces by `append_chunk`, the end by `append_last_chunk`.
  until_close, ///< HTTP/1.0: pieces as they are, the end by closing the connection.
  no_body,     ///< Nothing may follow: HEAD, 204, 205, 304, or the 500 for a defect.
};

/// Appends the head of an answer whose body follows piece by piece; `response::body` is ignored.
/// With `until_close` the answer says `Connection: close` whatever the context says.
stream_framing append_stream_head(std::string& out, const response& answer,
                                  const response_context& context);

/// Appends `data` as one chunk (RFC 9112 7.1). An empty piece appends nothing, it would be the last
/// chunk.
void append_chunk(std::string& out, std::string_view data);

/// Appends the end of a chunked body, without trailers.
void append_last_chunk(std::string& out);

/// Appends the interim answer `100 Continue` (RFC 9110 15.2.1).
void append_continue(std::string& out);

} // namespace http::protocol
} // namespace troupe
