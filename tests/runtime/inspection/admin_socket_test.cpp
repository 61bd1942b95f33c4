// Where admin sockets lie, and which are alive.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/inspection/admin_socket.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace troupe;

/// A folder of its own, gone at the end.
struct scratch_folder {
  std::string path;
  scratch_folder() {
    std::string name = std::filesystem::temp_directory_path() / "troupe-test-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~scratch_folder() { std::filesystem::remove_all(path); }
};

/// A bound socket, alive while it lives.
class listener {
public:
  explicit listener(const std::string& path)
    : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd_, 1) == 0);
  }
  ~listener() { ::close(fd_); }
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

private:
  int fd_;
};

/// The number of a process that has ended.
pid_t ended_process() {
  const auto pid = ::fork();
  if (pid == 0)
    ::_exit(0);
  REQUIRE(::waitpid(pid, nullptr, 0) == pid);
  return pid;
}

} // namespace

TEST_CASE("sockets lie in the runtime folder, else for root in /run, else at home",
          "[admin_socket]") {
  CHECK(*socket_folder({"/run/user/7", "/home/a", false}) == "/run/user/7/troupe");
  CHECK(*socket_folder({"/run/user/0", "/root", true}) == "/run/user/0/troupe");
  CHECK(*socket_folder({"", "/root", true}) == "/run/troupe");
  CHECK(*socket_folder({"", "/home/a", false}) == "/home/a/.local/state/troupe");
}

TEST_CASE("a relative runtime folder is not used", "[admin_socket]") {
  CHECK(*socket_folder({"run", "/home/a", false}) == "/home/a/.local/state/troupe");
}

TEST_CASE("a user without any place is told so", "[admin_socket]") {
  CHECK(socket_folder({"", "", false}).error().code == errc::not_found);
}

TEST_CASE("sockets are looked for in every place of the user", "[admin_socket]") {
  CHECK(socket_folders({"/r", "/h", true})
        == std::vector<std::string>{"/r/troupe", "/run/troupe", "/h/.local/state/troupe"});
  CHECK(socket_folders({"", "", false}).empty());
}

TEST_CASE("a socket's name has application and process", "[admin_socket]") {
  CHECK(socket_file_name("host.watch", 12) == "host.watch.12.sock");
  const auto parsed = parse_socket_path("/run/troupe/host.watch.12.sock");
  REQUIRE(parsed.has_value());
  CHECK(*parsed == admin_socket{"/run/troupe/host.watch.12.sock", "host.watch", 12});
  for (const auto* other : {"", "/", "x.sock", ".12.sock", "a..sock", "a.0.sock", "a.-1.sock",
                            "a.1x.sock", "a.12.sock.old", "a.99999999999.sock", "a.12.sock/"})
    CHECK_FALSE(parse_socket_path(other).has_value());
}

TEST_CASE("a socket is alive, dead or nothing that can be told", "[admin_socket]") {
  const scratch_folder folder;
  const auto path = folder.path + "/a.1.sock";
  CHECK(life_of(path) == socket_life::unknown);
  CHECK(life_of("") == socket_life::unknown);
  CHECK(life_of(std::string(200, 'x')) == socket_life::unknown);
  {
    const listener server{path};
    CHECK(life_of(path) == socket_life::live);
    for (int i = 0; i < 5; ++i) // more than its queue takes
      CHECK(life_of(path) == socket_life::live);
  }
  CHECK(life_of(path) == socket_life::dead);
}

TEST_CASE("live sockets are listed by name, others are left out", "[admin_socket]") {
  const scratch_folder folder;
  const listener b{folder.path + "/b.2.sock"};
  const listener a{folder.path + "/a.10.sock"};
  const listener unnamed{folder.path + "/admin.sock"};
  { const listener gone{folder.path + "/gone.3.sock"}; }
  const auto found = live_sockets({folder.path, folder.path + "/missing"});
  REQUIRE(found.size() == 2);
  CHECK(found[0].application == "a");
  CHECK(found[0].pid == 10);
  CHECK(found[1].path == folder.path + "/b.2.sock");
}

TEST_CASE("only sockets of processes that are gone are removed", "[admin_socket]") {
  const scratch_folder folder;
  const auto gone = std::to_string(ended_process());
  const auto here = std::to_string(::getpid());
  const auto left = folder.path + "/a." + gone + ".sock";
  const auto starting = folder.path + "/a." + here + ".sock";
  const auto reused = folder.path + "/b." + gone + ".sock";
  const auto foreign = folder.path + "/notes.txt";
  { const listener dead{left}; }
  { const listener not_yet{starting}; }
  const listener live{reused};
  std::ofstream{foreign} << "mine";

  remove_dead_sockets(folder.path);
  CHECK_FALSE(std::filesystem::exists(left));
  CHECK(std::filesystem::exists(starting));
  CHECK(std::filesystem::exists(reused));
  CHECK(std::filesystem::exists(foreign));
}

TEST_CASE("nothing is removed while somebody holds the folder", "[admin_socket]") {
  const scratch_folder folder;
  const auto left = folder.path + "/a." + std::to_string(ended_process()) + ".sock";
  { const listener dead{left}; }
  const int lock = ::open(folder.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(::flock(lock, LOCK_EX) == 0);
  remove_dead_sockets(folder.path);
  CHECK(std::filesystem::exists(left));
  ::close(lock);
  remove_dead_sockets(folder.path);
  CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("a folder that is not there has nothing to remove", "[admin_socket]") {
  const scratch_folder folder;
  remove_dead_sockets(folder.path + "/missing");
  CHECK_FALSE(std::filesystem::exists(folder.path + "/missing"));
}
