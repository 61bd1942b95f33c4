// Tells people where hostwatch can be reached.
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "http_bridge/endpoint.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hostwatch {

/// Whether this process runs in a container: Docker's and Podman's marker files, or a control group with a name of
/// theirs.
[[nodiscard]] bool in_container();

/// The same, from what can be seen.
/// @param cgroup text of /proc/self/cgroup.
[[nodiscard]] bool looks_like_container(bool has_marker_file, std::string_view cgroup) noexcept;

/// Numeric IPv4 addresses of this host's interfaces, without the loopback.
[[nodiscard]] std::vector<std::string> interface_addresses();

/// The lines printed when hostwatch is ready.
/// @param own what `interface_addresses` says; shown when it listens on all of them.
[[nodiscard]] std::string ready_text(const troupe::http::tcp_endpoint& listens,
                                     const std::vector<std::string>& own, bool container);

} // namespace hostwatch
