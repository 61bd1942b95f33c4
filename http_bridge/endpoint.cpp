// Checks endpoints and writes them for people.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/endpoint.hpp"

#include <fmt/format.h>

namespace troupe::http {

namespace {

/// Bytes of sun_path, less the closing zero (unix(7)).
constexpr std::size_t longest_path = 107;

result<void> check(const tcp_endpoint& tcp) {
  if (tcp.host.empty() || tcp.host.find('\0') != std::string::npos)
    return error{errc::invalid_argument, fmt::format("endpoint.host: \"{}\"", tcp.host)};
  return {};
}

result<void> check(const unix_endpoint& local) {
  if (local.path.empty() || local.path.find('\0') != std::string::npos)
    return error{errc::invalid_argument, "endpoint.path: empty, or with a zero byte"};
  if (local.path.size() > longest_path)
    return error{errc::invalid_argument,
                 fmt::format("endpoint.path: {} has {} B, a socket's path at most {} B", local.path,
                             local.path.size(), longest_path)};
  if (local.mode > 0777)
    return error{errc::invalid_argument, fmt::format("endpoint.mode: {:#o}", local.mode)};
  return {};
}

} // namespace

result<void> validate(const endpoint& where) {
  return std::visit([](const auto& each) { return check(each); }, where);
}

std::string to_text(const endpoint& where) {
  if (const auto* local = std::get_if<unix_endpoint>(&where))
    return "unix:" + local->path;
  const auto& tcp = std::get<tcp_endpoint>(where);
  if (tcp.host.find(':') != std::string::npos)
    return fmt::format("http://[{}]:{}", tcp.host, tcp.port);
  return fmt::format("http://{}:{}", tcp.host, tcp.port);
}

} // namespace troupe::http
