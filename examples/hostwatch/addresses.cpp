// Tells people where hostwatch can be reached.
// SPDX-License-Identifier: BSD-3-Clause

#include "examples/hostwatch/addresses.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

namespace hostwatch {

namespace {

bool is_any(std::string_view host) {
  return host == "0.0.0.0" || host == "::";
}

} // namespace

bool looks_like_container(bool has_marker_file, std::string_view cgroup) noexcept {
  constexpr std::array<std::string_view, 5> names{"docker", "containerd", "kubepods", "libpod",
                                                  "/lxc"};
  return has_marker_file || std::any_of(names.begin(), names.end(), [&](std::string_view name) {
           return cgroup.find(name) != std::string_view::npos;
         });
}

bool in_container() {
  const bool marker = access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0;
  std::ifstream file{"/proc/self/cgroup"};
  const std::string cgroup{std::istreambuf_iterator<char>{file}, {}};
  return looks_like_container(marker, cgroup);
}

std::vector<std::string> interface_addresses() {
  std::vector<std::string> out;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0)
    return out;
  for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET
        || (entry->ifa_flags & IFF_LOOPBACK) != 0)
      continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
    if (inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr)
      out.emplace_back(text.data());
  }
  freeifaddrs(list);
  return out;
}

std::string ready_text(const troupe::http::tcp_endpoint& listens,
                       const std::vector<std::string>& own, bool container) {
  const auto address = [&](const std::string& host) {
    return to_text(troupe::http::endpoint{troupe::http::tcp_endpoint{host, listens.port}});
  };
  const auto port = std::to_string(listens.port);
  std::string out = "hostwatch is ready: ";
  if (is_any(listens.host)) {
    out += address("127.0.0.1");
    for (const auto& host : own)
      out += " " + address(host);
  } else {
    out += address(listens.host);
  }
  out += "\n";
  const auto publish = "docker run --publish " + port + ":" + port + "\n";
  if (container && listens.host.starts_with("127."))
    out += "This is a container and only its inside reaches 127.0.0.1. To reach hostwatch from "
           "outside, start it with --host 0.0.0.0 and publish the port: "
           + publish;
  else if (container)
    out += "This is a container. From its host use an address above; from elsewhere publish the "
           "port: "
           + publish;
  return out;
}

} // namespace hostwatch
