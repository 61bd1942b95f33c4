// Turns SIGTERM and SIGINT into function calls.
// SPDX-License-Identifier: BSD-3-Clause

#include "runtime/lifespan/signal_watcher.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace troupe {

namespace {

int checked(int fd, const char* what) {
  if (fd < 0)
    throw std::system_error{errno, std::generic_category(), what};
  return fd;
}

} // namespace

struct signal_watcher::state {
  std::function<void(int)> on_signal;
  sigset_t watched{};
  sigset_t before{};
  int signals = -1;
  int wake = -1;
  std::thread thread;

  void watch() const {
    std::array<pollfd, 2> fds{{{signals, POLLIN, 0}, {wake, POLLIN, 0}}};
    for (;;) {
      if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR)
        return;
      if (fds[1].revents != 0)
        return;
      signalfd_siginfo info{};
      while (fds[0].revents != 0 && read(signals, &info, sizeof info) == sizeof info)
        on_signal(static_cast<int>(info.ssi_signo));
    }
  }
};

signal_watcher::signal_watcher(std::function<void(int)> on_signal)
  : state_(std::make_unique<state>()) {
  auto& s = *state_;
  s.on_signal = std::move(on_signal);
  sigemptyset(&s.watched);
  sigaddset(&s.watched, SIGTERM);
  sigaddset(&s.watched, SIGINT);
  s.signals = checked(signalfd(-1, &s.watched, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  s.wake = eventfd(0, EFD_CLOEXEC);
  if (s.wake < 0) {
    close(s.signals);
    checked(s.wake, "eventfd");
  }
  pthread_sigmask(SIG_BLOCK, &s.watched, &s.before);
  s.thread = std::thread{[&s] { s.watch(); }};
}

signal_watcher::~signal_watcher() {
  auto& s = *state_;
  const std::uint64_t one = 1;
  // Cannot fail: the counter of a fresh eventfd has room.
  [[maybe_unused]] const auto written = write(s.wake, &one, sizeof one);
  s.thread.join();
  close(s.signals);
  close(s.wake);
  pthread_sigmask(SIG_SETMASK, &s.before, nullptr);
}

} // namespace troupe
