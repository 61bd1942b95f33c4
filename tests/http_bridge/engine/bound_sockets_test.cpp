// Binding, and telling that an address is taken.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/bound_sockets.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

using namespace troupe;
using namespace troupe::http;

namespace {

namespace fs = std::filesystem;

struct scratch_folder {
  fs::path path;

  scratch_folder() {
    std::string name = (fs::temp_directory_path() / "troupe_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~scratch_folder() { fs::remove_all(path); }
};

const tcp_endpoint any_port{"127.0.0.1", 0};

std::uint16_t port_of(const bound_sockets& sockets) {
  return std::get<tcp_endpoint>(sockets.address()).port;
}

/// Whether something accepts connections there.
bool connects(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  unique_fd fd{::socket(AF_INET, SOCK_STREAM, 0)};
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool connects(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  unique_fd fd{::socket(AF_UNIX, SOCK_STREAM, 0)};
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

mode_t mode_of(const fs::path& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777;
}

} // namespace

TEST_CASE("port 0 gives out one port that all sockets share", "[bound_sockets]") {
  auto sockets = bound_sockets::open(any_port, 3);
  REQUIRE(sockets);
  CHECK(sockets->count() == 3);
  CHECK(port_of(*sockets) != 0);
  REQUIRE(sockets->listen());
  CHECK(connects(port_of(*sockets)));
}

TEST_CASE("a bound address takes no connection before listen", "[bound_sockets]") {
  auto sockets = bound_sockets::open(any_port, 1);
  REQUIRE(sockets);
  CHECK_FALSE(connects(port_of(*sockets)));
}

TEST_CASE("a port in use is seen, in spite of SO_REUSEPORT, and the error names it",
          "[bound_sockets]") {
  auto first = bound_sockets::open(any_port, 2);
  REQUIRE(first);
  REQUIRE(first->listen());
  const auto second = bound_sockets::open(tcp_endpoint{"127.0.0.1", port_of(*first)}, 2);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == errc::address_in_use);
  CHECK(second.error().detail
        == "port " + std::to_string(port_of(*first)) + " is in use (try --port)");
}

TEST_CASE("of two that bound the same port the second to listen is refused", "[bound_sockets]") {
  auto first = bound_sockets::open(any_port, 1);
  REQUIRE(first);
  auto second = bound_sockets::open(tcp_endpoint{"127.0.0.1", port_of(*first)}, 1);
  REQUIRE(second);
  REQUIRE(first->listen());
  const auto late = second->listen();
  REQUIRE_FALSE(late);
  CHECK(late.error().code == errc::address_in_use);
}

TEST_CASE("a socket that was shut frees its port although it is still open elsewhere",
          "[bound_sockets]") {
  auto first = bound_sockets::open(any_port, 1);
  REQUIRE(first);
  REQUIRE(first->listen());
  auto copy = first->duplicate(0);
  REQUIRE(copy);
  first->shut(0);
  CHECK_FALSE(connects(port_of(*first)));
  CHECK(bound_sockets::open(tcp_endpoint{"127.0.0.1", port_of(*first)}, 1));
}

TEST_CASE("listeners hand TCP_NODELAY on to what they accept", "[bound_sockets]") {
  auto sockets = bound_sockets::open(any_port, 1);
  REQUIRE(sockets);
  REQUIRE(sockets->listen());
  auto listener = sockets->duplicate(0);
  REQUIRE(listener);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_of(*sockets));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  unique_fd client{::socket(AF_INET, SOCK_STREAM, 0)};
  REQUIRE(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address)
          == 0);
  unique_fd accepted{::accept(listener->get(), nullptr, nullptr)};
  REQUIRE(accepted.open());
  int on = 0;
  socklen_t size = sizeof on;
  REQUIRE(::getsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0);
  CHECK(on != 0);
}

TEST_CASE("a host that is none is refused", "[bound_sockets]") {
  const auto none = bound_sockets::open(tcp_endpoint{"256.1.1.1", 0}, 1);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == errc::invalid_argument);
}

TEST_CASE("a Unix-domain socket is private and its folder is made private", "[bound_sockets]") {
  const scratch_folder scratch;
  const auto path = scratch.path / "made" / "x.sock";
  auto sockets = bound_sockets::open(unix_endpoint{path.string()}, 4);
  REQUIRE(sockets);
  CHECK(sockets->count() == 1);
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(path.parent_path()) == 0700);
  CHECK(connects(path.string()));
}

TEST_CASE("the file of a Unix-domain socket goes with the socket, but not somebody else's",
          "[bound_sockets]") {
  const scratch_folder scratch;
  const auto path = scratch.path / "x.sock";
  {
    auto sockets = bound_sockets::open(unix_endpoint{path.string()}, 1);
    REQUIRE(sockets);
    const auto moved = std::move(*sockets);
    CHECK(fs::exists(path));
  }
  CHECK_FALSE(fs::exists(path));
  {
    auto sockets = bound_sockets::open(unix_endpoint{path.string()}, 1);
    REQUIRE(sockets);
    fs::remove(path);
    std::ofstream{path} << "mine";
  }
  CHECK(fs::exists(path));
}

TEST_CASE("a live Unix-domain socket is never replaced", "[bound_sockets]") {
  const scratch_folder scratch;
  const auto path = (scratch.path / "x.sock").string();
  auto first = bound_sockets::open(unix_endpoint{path}, 1);
  REQUIRE(first);
  const auto second = bound_sockets::open(unix_endpoint{path}, 1);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == errc::address_in_use);
  CHECK(second.error().detail == path + " is in use");
  CHECK(connects(path));
}

TEST_CASE("the file of a dead server is replaced", "[bound_sockets]") {
  const scratch_folder scratch;
  const auto path = (scratch.path / "x.sock").string();
  {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), address.sun_path);
    unique_fd dead{::socket(AF_UNIX, SOCK_STREAM, 0)};
    REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  REQUIRE(fs::exists(path));
  auto sockets = bound_sockets::open(unix_endpoint{path}, 1);
  REQUIRE(sockets);
  CHECK(connects(path));
}

TEST_CASE("a file that is no socket is left alone", "[bound_sockets]") {
  const scratch_folder scratch;
  const auto path = scratch.path / "notes";
  std::ofstream{path} << "keep me";
  const auto refused = bound_sockets::open(unix_endpoint{path.string()}, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::already_exists);
  CHECK(fs::file_size(path) == 7);
}

TEST_CASE("an endpoint that cannot be is refused before anything is opened", "[bound_sockets]") {
  const auto refused = bound_sockets::open(unix_endpoint{std::string(200, 'x')}, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::invalid_argument);
}
