// The port between sockets and the bridge: what an engine does, and what it needs done.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/clock.hpp"
#include "runtime/core/result.hpp"
#include "http_bridge/limits.hpp"
#include "http_bridge/response.hpp"
#include "http_bridge/protocol/request_builder.hpp"
#include "http_bridge/endpoint.hpp"
#include "http_bridge/http_event.hpp"
#include "http_bridge/internal/counter_cells.hpp"
#include "http_bridge/internal/reactor_mailbox.hpp"
#include "http_bridge/internal/slot_id.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] troupe {
namespace http {

/// What a request sink may ask of the reactor it serves.
/// Thread safety: only `mailbox` leaves the reactor's thread, everything else is called on it.
class reactor_port {
public:
  virtual ~reactor_port();

  /// Gives the answer that is owed under this name. It leaves when its turn comes, at the end of the turn. An answer
  /// for a slot that was given up, or has its answer, is counted and dropped.
  virtual void answer(internal::slot_id slot, response&& what) = 0;

  /// Answers with what `problem_for` makes of `why`; a 500 is published with the request's id.
  virtual void fail(internal::slot_id slot, const error& why) = 0;

  /// Where other threads leave answers; outlives the reactor.
  [[nodiscard]] virtual const std::shared_ptr<internal::reactor_mailbox>& mailbox()
    const noexcept = 0;

  [[nodiscard]] virtual internal::counter_cells& counters() noexcept = 0;
};

/// What became of a head: a request that is being read, for the sink's `route`, or an answer that is given once the
/// body has been read and dropped.
struct opening {
  const void* route = nullptr;
  /// The route's pattern, for reports; ends with a zero and lives as long as the sink.
  const char* pattern = "";
  std::optional<request_draft> draft;
  std::optional<response> refusal;
};

/// The bridge's side of a reactor: finds the handler of a request and hands it over. Made and used on one reactor.
class request_sink {
public:
  virtual ~request_sink();

  /// First call on the reactor's thread.
  virtual void attach() = 0;

  /// A head has been read. `head` and `head_bytes` are as the parser reports them; `out` is empty.
  virtual void open(const protocol::request_head& head, std::string_view head_bytes,
                    std::string_view id, opening& out)
    = 0;

  /// The request is complete. Answers through the port, now or later. Must not block and must not throw.
  virtual void handle(const opening& from, request&& what, internal::slot_id slot) = 0;

  /// End of a turn: runs what is ready, takes answers from elsewhere.
  virtual void run_ready() = 0;

  /// Last call on the reactor's thread: no answer is taken from now on.
  virtual void detach() = 0;

  /// What a handler on this reactor works on right now, for the report of one that does not return. Any thread.
  [[nodiscard]] virtual std::string current_work() const = 0;
};

using sink_factory
  = std::function<std::unique_ptr<request_sink>(reactor_port&, std::size_t reactor)>;

struct engine_options {
  /// Names the bridge in events.
  std::string name;
  /// Threads with an event loop each, at least 1. A Unix-domain endpoint has one, whatever this says.
  std::size_t reactors = 1;
  limits bounds;
  /// Requests that handlers of one reactor work on at once; one more is answered 503.
  std::size_t in_flight = 1'024;
  /// Value of the `Server` field; empty leaves it out.
  std::string server_name;
  /// Gets what is worth telling. Never null.
  std::shared_ptr<http_event_sink> events;
  /// Where each reactor counts. Never null.
  std::shared_ptr<internal::counter_set> counters;
};

/// Accepts connections, reads requests from them and writes the answers in order.
///
/// The life of an engine: made with its addresses bound and its threads waiting; `accept`; `notice_stopping`;
/// `drain`; `stop`; `join`. Each step may be left out and none comes twice.
/// Thread safety: one thread at a time. Only `join` blocks.
class engine {
public:
  virtual ~engine();

  /// The address with the port that was given out.
  [[nodiscard]] virtual const endpoint& address() const noexcept = 0;

  /// Begins to listen and to accept.
  /// @returns `errc::address_in_use` when somebody else has begun to listen there since the address was bound.
  virtual result<void> accept() = 0;

  /// The application is about to stop: streams get their farewell, answers say `Connection: close`.
  virtual void notice_stopping() = 0;

  /// Takes what the kernel has accepted already, closes the listener and the idle connections, answers 503 to new
  /// requests and lets those in flight end. What is left at `deadline` is cut off.
  /// @param on_drained called once, on some reactor's thread, when nothing is left, with the number of requests that
  ///        were cut off.
  virtual void drain(steady_time deadline, std::function<void(std::size_t cut)> on_drained) = 0;

  /// Closes everything and ends the reactors.
  virtual void stop() = 0;

  /// Whether every reactor has ended.
  [[nodiscard]] virtual bool ended() const noexcept = 0;

  /// Waits for the reactors to end. @returns a line for each that has not by `deadline`, with what its handler is
  /// busy with; their threads are left to themselves.
  [[nodiscard]] virtual std::vector<std::string> join(steady_time deadline) = 0;
};

} // namespace http
} // namespace troupe
