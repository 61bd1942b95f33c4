// The engine on Boost.Asio: one reactor thread per core, each with a listener of its own.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "runtime/core/result.hpp"
#include "http_bridge/engine/engine.hpp"

#include <memory>

namespace troupe::http {

/// Binds `where` and starts the reactors' threads; nothing is accepted yet.
/// @returns what `bound_sockets::open` returns, or `errc::io_error` when descriptors or threads run out.
/// Blocking: a host name is looked up.
[[nodiscard]] result<std::unique_ptr<engine>> make_asio_engine(const endpoint& where,
                                                               engine_options options,
                                                               const sink_factory& make_sink);

} // namespace troupe::http
