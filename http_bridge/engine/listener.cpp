// Accepts connections and stands back when there is no room.
// SPDX-License-Identifier: BSD-3-Clause

#include "http_bridge/engine/listener.hpp"

#include "http_bridge/engine/reactor.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <sys/socket.h>

namespace troupe::http {

listener::listener(reactor& home, unique_fd listening)
  : home_(home), socket_(home.context(), listening.release()) {
  // nop
}

void listener::wait() {
  if (waiting_ || paused_ || !socket_.is_open())
    return;
  waiting_ = true;
  socket_.async_wait(loop_descriptor::wait_read, [this](boost::system::error_code failure) {
    waiting_ = false;
    if (!failure)
      home_.turn([this] { on_readable(); });
  });
}

void listener::on_readable() {
  for (std::size_t i = 0; i < batch; ++i)
    if (!accept_one())
      break;
  wait();
}

void listener::accept_all() {
  while (socket_.is_open() && accept_one()) {
    // nop
  }
}

bool listener::accept_one() {
  if (!home_.reserve_connection()) {
    pause_because("limits.connections: " + std::to_string(home_.bounds().connections));
    return false;
  }
  unique_fd accepted{
    ::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (accepted.open()) {
    home_.adopt(std::move(accepted));
    return true;
  }
  const int failure = errno;
  home_.return_reservation();
  switch (failure) {
    case EAGAIN:
      return false;
    // The connection, not the listener, has failed (accept(2)).
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EPERM:
      return true;
    default:
      pause_because(std::generic_category().message(failure));
      return false;
  }
}

void listener::pause_because(std::string_view why) {
  if (!paused_)
    home_.accepting_paused(why);
  paused_ = true;
  retry_at_ = home_.now() + pause;
  home_.need_tick();
}

void listener::tick() {
  if (!paused_ || home_.now() < retry_at_ || !socket_.is_open())
    return;
  paused_ = false;
  on_readable();
}

void listener::close() {
  if (!socket_.is_open())
    return;
  // The engine has another descriptor of this socket, so closing ours would leave it listening.
  ::shutdown(socket_.native_handle(), SHUT_RDWR);
  boost::system::error_code ignored;
  socket_.close(ignored);
}

} // namespace troupe::http
