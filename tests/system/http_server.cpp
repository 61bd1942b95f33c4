// Runs applications on threads and reads answers off the wire.
// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/http_server.hpp"

#include "http_bridge/headers.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace troupe::testkit {

using namespace std::chrono_literals;

// -- parking_lot --------------------------------------------------------------------

void parking_lot::park(http::exchange x) {
  std::lock_guard guard{mutex_};
  parked_.emplace_back(std::move(x));
  changed_.notify_all();
}

bool parking_lot::wait_for(std::size_t count) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, 10s, [&] { return parked_.size() >= count; });
}

std::size_t parking_lot::parked() const {
  std::lock_guard guard{mutex_};
  return parked_.size();
}

http::exchange parking_lot::take(std::size_t index) {
  std::lock_guard guard{mutex_};
  auto out = std::move(*parked_.at(index));
  parked_[index].reset();
  return out;
}

http::exchange_handler parking_lot::handler(const std::shared_ptr<parking_lot>& lot) {
  return [lot](http::exchange x) { lot->park(std::move(x)); };
}

// -- event_recorder -----------------------------------------------------------------

void event_recorder::publish(const http::http_event& event) noexcept {
  std::lock_guard guard{mutex_};
  events_.push_back(event);
}

std::vector<http::http_event> event_recorder::events() const {
  std::lock_guard guard{mutex_};
  return events_;
}

// -- http_server --------------------------------------------------------------------

http_server::http_server(const std::function<void(setup&, application&)>& compose,
                         application_options options) {
  setup given;
  given.bridge.listen = http::tcp_endpoint{"127.0.0.1", 0};
  given.bridge.reactors = 1;
  given.bridge.events = events_;
  given.bridge.status = status_;
  options.workers = 2;
  app_ = std::make_unique<application>("test", options);
  compose(given, *app_);
  for (auto& child : given.children)
    app_->add(std::move(child));
  app_->add(http::make_bridge(*app_, "http", given.bridge, std::move(given.routes)));
  thread_ = std::thread{[this] { exit_code_ = app_->run(); }};
  REQUIRE(eventually([this] { return app_->status()->ready(); }));
  if (const auto address = status_->address())
    if (const auto* tcp = std::get_if<http::tcp_endpoint>(&*address))
      port_ = tcp->port;
}

http_server::~http_server() {
  request_stop();
  wait();
}

void http_server::request_stop() {
  app_->request_stop({stop_reason::kind_type::requested, "test"});
}

int http_server::wait() {
  if (thread_.joinable())
    thread_.join();
  return exit_code_;
}

// -- wire_client --------------------------------------------------------------------

std::string wire_answer::field(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at != std::string::npos && at + 2 < head.size();) {
    const auto end = head.find("\r\n", at + 2);
    const auto line = std::string_view{head}.substr(at + 2, end - at - 2);
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos && http::equal_ignoring_case(line.substr(0, colon), name))
      return std::string{line.substr(colon + 2)};
    at = end;
  }
  return {};
}

wire_client::wire_client(std::uint16_t port, int receive_buffer) {
  fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
  REQUIRE(fd_ >= 0);
  if (receive_buffer > 0)
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

wire_client::wire_client(wire_client&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)), waiting_(std::move(other.waiting_)) {
  // nop
}

wire_client::~wire_client() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool wire_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool wire_client::read_more() {
  pollfd ready{fd_, POLLIN, 0};
  if (::poll(&ready, 1, 10'000) != 1)
    FAIL("the server says nothing; so far: " << waiting_.substr(0, 200));
  char buffer[65536];
  const auto received = ::recv(fd_, buffer, sizeof buffer, 0);
  if (received <= 0)
    return false;
  waiting_.append(buffer, static_cast<std::size_t>(received));
  return true;
}

std::string wire_client::read_until(std::string_view text) {
  for (;;) {
    const auto at = waiting_.find(text);
    if (at != std::string::npos) {
      auto out = waiting_.substr(0, at + text.size());
      waiting_.erase(0, out.size());
      return out;
    }
    if (!read_more())
      return {};
  }
}

std::optional<wire_answer> wire_client::answer(bool to_head) {
  wire_answer out;
  out.head = read_until("\r\n\r\n");
  if (out.head.size() < 12)
    return std::nullopt;
  out.status = std::stoi(out.head.substr(9, 3));
  if (to_head || out.status < 200 || out.status == 204 || out.status == 304)
    return out;
  if (out.field("Transfer-Encoding") == "chunked") {
    for (;;) {
      const auto line = read_until("\r\n");
      if (line.empty())
        return std::nullopt;
      const auto size = std::stoul(line, nullptr, 16);
      while (waiting_.size() < size + 2)
        if (!read_more())
          return std::nullopt;
      out.body += waiting_.substr(0, size);
      waiting_.erase(0, size + 2);
      if (size == 0)
        return out;
    }
  }
  const auto length = out.field("Content-Length");
  REQUIRE_FALSE(length.empty());
  const auto size = std::stoul(length);
  while (waiting_.size() < size)
    if (!read_more())
      return std::nullopt;
  out.body = waiting_.substr(0, size);
  waiting_.erase(0, size);
  return out;
}

std::optional<wire_answer> wire_client::get(std::string_view target) {
  if (!send("GET " + std::string{target} + " HTTP/1.1\r\nHost: t\r\n\r\n"))
    return std::nullopt;
  return answer();
}

bool wire_client::closed() {
  if (!waiting_.empty())
    return false;
  pollfd ready{fd_, POLLIN, 0};
  if (::poll(&ready, 1, 10'000) != 1)
    return false;
  char c = 0;
  return ::recv(fd_, &c, 1, 0) == 0;
}

void wire_client::half_close() {
  ::shutdown(fd_, SHUT_WR);
}

void wire_client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(fd_, -1));
}

bool eventually(const std::function<bool()>& condition) {
  for (const auto end = std::chrono::steady_clock::now() + 10s;
       std::chrono::steady_clock::now() < end;) {
    if (condition())
      return true;
    std::this_thread::sleep_for(1ms);
  }
  return condition();
}

} // namespace troupe::testkit
