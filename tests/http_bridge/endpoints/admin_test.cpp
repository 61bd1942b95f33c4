// Where the admin child puts its socket, and how its start fails; tests/system/ has it running.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/caf/system_setup.hpp"
#include "runtime/inspection/admin_socket.hpp"
#include "runtime/application/application.hpp"
#include "http_bridge/endpoints/admin.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <optional>
#include <string>

#include <unistd.h>

namespace {

using namespace troupe;

/// Sets a variable of the environment for a while.
class with_variable {
public:
  with_variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name))
      before_ = before;
    ::setenv(name, value, 1);
  }
  ~with_variable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  with_variable(const with_variable&) = delete;
  with_variable& operator=(const with_variable&) = delete;

private:
  const char* name_;
  std::optional<std::string> before_;
};

error failed_start(application& app, http::admin_options options) {
  system_owner owner{1};
  const auto spec = http::make_admin(app, "admin", std::move(options));
  const auto started = spec.start({owner.system(), "/app/admin", nullptr, nullptr});
  REQUIRE_FALSE(started);
  return started.error();
}

} // namespace

TEST_CASE("the socket lies in the user's folder under the name of application and process",
          "[admin]") {
  const with_variable place{"XDG_RUNTIME_DIR", "/run/user/7"};
  CHECK(*http::admin_socket_path("hostwatch", {})
        == "/run/user/7/troupe/hostwatch." + std::to_string(::getpid()) + ".sock");
}

TEST_CASE("a path that is given is taken as it is", "[admin]") {
  CHECK(*http::admin_socket_path("any/thing", {.socket = "admin.sock"}) == "admin.sock");
}

TEST_CASE("a name that could leave the folder is refused", "[admin]") {
  CHECK(http::admin_socket_path("../x", {}).error().code == errc::invalid_argument);
  CHECK(http::admin_socket_path("", {}).error().code == errc::invalid_argument);
}

TEST_CASE("the specification is a permanent child", "[admin]") {
  application app{"hostwatch"};
  const auto spec = http::make_admin(app);
  CHECK(spec.id == "admin");
  CHECK(spec.restart == restart_type::permanent);
  CHECK(validate(spec, "children[0]"));
}

TEST_CASE("a start without a place fails and says so", "[admin]") {
  application app{"a/b"};
  CHECK(failed_start(app, {})
        == error{errc::invalid_argument, "application: \"a/b\" names no file"});
}

TEST_CASE("a start at a path too long for a socket fails and says so", "[admin]") {
  application app{"hostwatch"};
  const auto why = failed_start(app, {.socket = "/tmp/" + std::string(200, 'x')});
  CHECK(why.code == errc::invalid_argument);
  CHECK(why.detail.find("endpoint.path") == 0);
}

TEST_CASE("a start where no folder can be made fails and names it", "[admin]") {
  application app{"hostwatch"};
  const auto why = failed_start(app, {.socket = "/proc/no/such/place/a.sock"});
  CHECK(why.detail.find("/proc/no/such/place") != std::string::npos);
}
